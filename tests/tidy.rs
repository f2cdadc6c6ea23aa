//! The rules of the house that no lint knows: sizes, first lines, which way the arrows go, words that must not leak.

mod documents;
mod measure;
mod rules;
mod styles;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of this project, by its path from the root, with its text.
pub struct Source {
    path: String,
    pub text: String,
}

/// Files of `folder` and below with this extension, in order. Answers nothing for a folder that does not exist.
pub fn sources(folder: &str, extension: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(folder), &mut |path| {
        if path.extension().is_some_and(|it| it == extension) {
            let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let path = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.push(Source { path, text });
        }
    });
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            if !is_generated(&path) {
                walk(&path, visit);
            }
        } else {
            visit(&path);
        }
    }
}

/// Folders that tools fill, and that git does not keep.
fn is_generated(folder: &Path) -> bool {
    folder
        .file_name()
        .is_some_and(|name| name == "node_modules" || name == "target" || name == ".git")
}

fn rust_sources() -> Vec<Source> {
    let found: Vec<_> = ["src", "migration", "tests"]
        .iter()
        .flat_map(|folder| sources(folder, "rs"))
        .collect();
    assert!(
        found.len() > 10,
        "only {} Rust files were found: the walk is broken",
        found.len()
    );
    found
}

/// Fails with every complaint at once, so that one run shows all there is to tidy.
fn expect_none(rule: &str, complaints: impl IntoIterator<Item = String>) {
    let complaints: Vec<_> = complaints.into_iter().collect();
    assert!(complaints.is_empty(), "{rule}\n  {}\n", complaints.join("\n  "));
}

/// Every file that git knows or would add, by its path from the root: what a reader of the repository gets to see.
fn kept_files() -> Vec<PathBuf> {
    let listing = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("git is needed to list the project's files");
    assert!(
        listing.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&listing.stderr)
    );
    let names = String::from_utf8(listing.stdout).unwrap();
    names
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .collect()
}
