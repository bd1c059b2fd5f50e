//! Paths that aren't Unicode. (File systems of other systems refuse them.)

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStrExt,
};

use tempfile::tempdir;

use crate::{
    example::headless,
    pictures::{COLOR, color_of, is_near, write_picture},
};

#[test]
fn paths_need_not_be_unicode() {
    let folder = tempdir().expect("a folder for temporary files");
    let name = OsStr::from_bytes(b"caf\xe9.png");
    let photo = OsStr::from_bytes(b"\xff photo.png");
    let stats = OsStr::from_bytes(b"\xfe.json");
    write_picture(&folder.path().join(name));
    let mut source = OsString::from("file:");
    source.push(name);
    let arguments = ["--source".as_ref(), &*source, "--photo".as_ref(), photo, "--stats".as_ref(), stats];
    headless(folder.path(), &arguments).succeeded();
    assert!(is_near(color_of(&folder.path().join(photo)), COLOR));
    let figures = fs::read(folder.path().join(stats)).expect("the figures");
    assert!(serde_json::from_slice::<serde_json::Value>(&figures).is_ok());
}
