//! Libraries that write to the standard error.

/// Runs `work` and suppresses what C libraries write to the standard error meanwhile: without a display server Mesa's
/// Vulkan writes lines that start with `error:` although nothing fails. After a panic the text is printed. With the
/// environment variable `RUST_LOG` nothing is suppressed.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(not(target_family = "wasm"))]
    let _redirected = std::env::var_os("RUST_LOG").is_none().then(native::Redirected::start);
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

    /// The standard error, replaced by a file. It is restored on drop.
    pub struct Redirected {
        stderr: FileDescriptor,
        file: File,
    }

    impl Redirected {
        /// `None` if the standard error can't be replaced.
        pub fn start() -> Option<Self> {
            let file = tempfile::tempfile().ok()?;
            let stderr = FileDescriptor::redirect_stdio(&file, StdioDescriptor::Stderr).ok()?;
            Some(Self { stderr, file })
        }
    }

    impl Drop for Redirected {
        fn drop(&mut self) {
            let restored = FileDescriptor::redirect_stdio(&self.stderr, StdioDescriptor::Stderr);
            if restored.is_ok() && thread::panicking() && self.file.rewind().is_ok() {
                let _ = io::copy(&mut self.file, &mut io::stderr());
            }
        }
    }
}
