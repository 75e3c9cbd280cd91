//! Makes the module `i18n` from the texts in `locales/`: a key that a page asks for and a language lacks is an error here.
//!
//! This is what `leptos_i18n_build` does, without the Unicode data that it brings along and we have no use for.

use std::path::PathBuf;

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=locales");
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let config = Config::new("zh")?.add_locale("en")?.parse_options(ParseOptions::new().interpolate_display(true));
    let parsed = parse_locales(Some(manifest), config)?;
    let code = leptos_i18n_codegen::gen_code(&parsed, None, true, None, false)?;
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("i18n.rs"), code.to_string())?;
    Ok(())
}
