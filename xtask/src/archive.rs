//! cpio archives for the kernel.

use crate::Result;
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// A folder as a cpio archive, the format of an initial ramdisk.
pub fn archive(folder: &Path) -> Result<Vec<u8>> {
    let mut child = Command::new("sh")
        .args(["-c", "find . | LC_ALL=C sort | cpio --create --format=newc --owner=0:0 --quiet"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut bytes = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        std::io::copy(&mut stdout, &mut bytes)?;
    }
    if child.wait()?.success() { Ok(bytes) } else { Err("cpio failed".into()) }
}
