//! COM and Media Foundation on a thread, and the errors of their calls.

use std::{marker::PhantomData, sync::OnceLock};

use windows::Win32::{
    Foundation::RPC_E_CHANGED_MODE,
    Media::MediaFoundation::{MF_VERSION, MFSTARTUP_NOSOCKET, MFStartup},
    System::Com::{COINIT_MULTITHREADED, CoInitializeEx, CoUninitialize},
};

use crate::Error;

/// COM on this thread, until the drop. Media Foundation runs until the program ends.
#[derive(Debug)]
pub(super) struct Com {
    /// Whether the drop ends COM on this thread: not if another part of the program began it in its own way.
    began: bool,
    /// It belongs to its thread.
    _thread: PhantomData<*const ()>,
}

impl Com {
    pub fn start() -> Result<Self, Error> {
        static MEDIA_FOUNDATION: OnceLock<Result<(), Error>> = OnceLock::new();
        // SAFETY: The function has no precondition. The drop makes the call that belongs to it, on the same thread,
        // because the value can't leave it.
        let result = unsafe { CoInitializeEx(None, COINIT_MULTITHREADED) };
        // The thread has another model, which will do as well: the objects of Media Foundation are free-threaded.
        let began = result != RPC_E_CHANGED_MODE;
        if began {
            result.ok().during("CoInitializeEx")?;
        }
        let this = Self { began, _thread: PhantomData };
        MEDIA_FOUNDATION
            // SAFETY: COM is there. `MFShutdown` is never called for this call, so all later ones may rely on it.
            .get_or_init(|| unsafe { MFStartup(MF_VERSION, MFSTARTUP_NOSOCKET) }.during("MFStartup"))
            .clone()?;
        Ok(this)
    }
}

impl Drop for Com {
    fn drop(&mut self) {
        if self.began {
            // SAFETY: It belongs to the successful call in `start`, which was on this thread.
            unsafe { CoUninitialize() };
        }
    }
}

/// Names the failed call.
pub(super) trait During<T> {
    fn during(self, call: &str) -> Result<T, Error>;
}

impl<T> During<T> for windows::core::Result<T> {
    fn during(self, call: &str) -> Result<T, Error> {
        self.map_err(|error| Error::from_hresult(call, error.code().0, &error.message()))
    }
}
