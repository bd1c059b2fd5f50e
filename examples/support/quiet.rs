//! Libraries that write to the standard error.

/// Does work during which libraries outside Rust may write to the standard error, and holds that back: Mesa's Vulkan
/// writes lines that begin with `error:` where there is no display server, though nothing fails. If the work panics, all
/// of it is shown; with the environment variable `RUST_LOG`, nothing is held back.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(not(target_family = "wasm"))]
    let _held = std::env::var_os("RUST_LOG").is_none().then(native::Held::begin);
    work()
}

#[cfg(not(target_family = "wasm"))]
mod native {
    use std::{
        fs::File,
        io::{self, Seek},
        thread,
    };

    use filedescriptor::{FileDescriptor, StdioDescriptor};

    /// The standard error, while a file stands in for it. Dropping it puts it back.
    pub struct Held {
        stderr: FileDescriptor,
        file: File,
    }

    impl Held {
        /// `None` if the standard error can't be exchanged.
        pub fn begin() -> Option<Self> {
            let file = tempfile::tempfile().ok()?;
            let stderr = FileDescriptor::redirect_stdio(&file, StdioDescriptor::Stderr).ok()?;
            Some(Self { stderr, file })
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            let restored = FileDescriptor::redirect_stdio(&self.stderr, StdioDescriptor::Stderr);
            if restored.is_ok() && thread::panicking() && self.file.rewind().is_ok() {
                let _ = io::copy(&mut self.file, &mut io::stderr());
            }
        }
    }
}
