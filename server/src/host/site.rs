//! Where the site's files are: WebAssembly, styles, scripts, pictures.

use std::path::{Path, PathBuf};

use leptos::prelude::LeptosOptions;

/// How the pages are put together: names as the build gives them.
pub fn options() -> LeptosOptions {
    let folder = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf)).unwrap_or_default();
    LeptosOptions::builder()
        .output_name("partner-center")
        .site_root(site_root(&folder).to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        // The build writes the hashes of the file names beside the program.
        .hash_files(folder.join("hash.txt").exists())
        .build()
}

/// `site` beside the program, as installed, or `target/site`, as built.
fn site_root(folder: &Path) -> PathBuf {
    let installed = folder.join("site");
    let built = folder.join("../site");
    if installed.is_dir() {
        installed
    } else if built.is_dir() {
        built
    } else {
        PathBuf::from("target/site")
    }
}
