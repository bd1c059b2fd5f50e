//! What is built, and where it is put.

use crate::paths;
use std::path::{Path, PathBuf};

/// An example, and how it is built for the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub example: String,
    /// For WebGPU; otherwise for WebGL2, which more browsers have.
    pub webgpu: bool,
    /// Small, to be shipped; otherwise soon built.
    pub release: bool,
}

impl Site {
    /// The wasm module in a folder that was built.
    pub fn module(&self) -> PathBuf {
        self.folder().join(format!("{}_bg.wasm", self.example))
    }

    /// Where it is put.
    pub(super) fn folder(&self) -> PathBuf {
        let api = if self.webgpu { "-webgpu" } else { "" };
        paths::target().join(Path::new("web")).join(format!("{}{api}", self.example))
    }
}
