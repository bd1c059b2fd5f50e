//! The options of a page, and its folder.

use crate::paths;
use std::path::{Path, PathBuf};

/// An example, and the options of its build for the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub example: String,
    /// For WebGPU. Otherwise for WebGL2, which more browsers have.
    pub webgpu: bool,
    /// Optimized for size. Otherwise the build is quick.
    pub release: bool,
}

impl Site {
    /// The path of the built module.
    pub fn module(&self) -> PathBuf {
        self.folder().join(format!("{}_bg.wasm", self.example))
    }

    /// The output folder.
    pub(super) fn folder(&self) -> PathBuf {
        let api = if self.webgpu { "-webgpu" } else { "" };
        paths::target().join(Path::new("web")).join(format!("{}{api}", self.example))
    }
}
