//! The files of this repository.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A path in this repository.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The text of a file.
pub fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name} can't be read: {error}"))
}

/// The files below a folder whose names have this extension.
pub fn below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() && !path.ends_with("node_modules") => below(&path, extension),
            path if path.extension().is_some_and(|found| found == extension) => vec![path],
            _ => Vec::new(),
        })
        .collect();
    files.sort();
    files
}
