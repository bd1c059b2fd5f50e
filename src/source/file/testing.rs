//! Files for the tests of readers.

use tempfile::NamedTempFile;

use super::input::Input;

/// A file of these bytes, which is removed when it is dropped.
pub(super) fn input_of(bytes: &[u8]) -> (NamedTempFile, Input) {
    let file = NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("a temporary file");
    let input = Input::open(file.path()).expect("it was just written");
    (file, input)
}
