//! Imports run one way: domain ← services ← app ← server, and app ← frontend without services.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The crates that `package` is built from, without those of its tests and build scripts.
fn dependencies(package: &str, more: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args([
            "tree",
            "--locked",
            "--offline",
            "--package",
            package,
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
        ])
        .args(["--format", "{p}"])
        .args(more)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn assert_without(package: &str, more: &[&str], forbidden: &[&str]) {
    let there = dependencies(package, more);
    assert!(there.iter().any(|name| name == package));
    for name in forbidden {
        assert!(!there.iter().any(|found| found == name), "{package} must not depend on {name}");
    }
}

#[test]
fn the_domain_is_pure() {
    assert_without("domain", &[], &["services", "app", "server", "tokio", "leptos", "sqlx", "axum"]);
}

#[test]
fn services_need_no_browser_and_no_http() {
    assert_without("services", &[], &["app", "server", "leptos", "axum", "http"]);
}

#[test]
fn the_app_does_not_know_the_host() {
    assert_without("app", &["--features", "ssr"], &["server", "frontend"]);
}

#[test]
fn the_browser_gets_no_server_parts() {
    let wasm = ["--target", "wasm32-unknown-unknown"];
    assert_without("frontend", &wasm, &["services", "server", "tokio", "sqlx", "axum", "argon2"]);
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn source_text(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in folders {
        sources(&root().join(folder), &mut files);
    }
    assert!(!files.is_empty());
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn only_services_speak_to_the_database() {
    for (path, text) in source_text(&["domain/src", "app/src", "server/src", "frontend/src"]) {
        assert!(!text.contains("sqlx::"), "{} speaks to the database", path.display());
    }
}

#[test]
fn all_server_functions_answer_in_the_same_way() {
    for (path, text) in source_text(&["app/src/functions"]) {
        let (functions, answers) = (text.matches("#[server(prefix").count(), text.matches("output = Answer").count());
        assert_eq!(functions, answers, "{}: a server function without `output = Answer`", path.display());
    }
}

/// On the server a page may be dropped by another thread than the one that made it.
#[test]
fn pages_can_be_dropped_by_any_thread() {
    for (path, text) in source_text(&["app/src"]) {
        for bound in ["::new_local(", "::new_unsync("] {
            assert!(!text.contains(bound), "{} uses {bound}: the server panics where its page ends", path.display());
        }
    }
}

#[test]
fn text_areas_and_raw_html_take_no_text_unescaped() {
    for (path, text) in source_text(&["app/src"]) {
        let path = path.display();
        assert!(!text.contains("inner_html"), "{path} uses inner_html: it would not be escaped");
        // what stands in one is its property, never its children
        let areas = text.matches("<textarea").count();
        assert_eq!(
            areas,
            text.matches("></textarea>").count(),
            "{path} has a text area with children: they would not be escaped"
        );
    }
}

#[test]
fn the_set_up_installs_the_tool_that_fits_the_crate() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let setup = std::fs::read_to_string(root().join("scripts/setup")).unwrap();
    let version = manifest.split("wasm-bindgen = \"=").nth(1).unwrap().split('"').next().unwrap();
    assert!(setup.contains(&format!("WASM_BINDGEN={version} ")), "scripts/setup must install wasm-bindgen {version}");
}
