//! The object that receives the samples, on a thread of the system.

use std::sync::Arc;

use windows::{
    Win32::Media::MediaFoundation::{
        IMFMediaEvent, IMFSample, IMFSourceReaderCallback, IMFSourceReaderCallback_Impl,
    },
    core::{HRESULT, Ref, Result, implement},
};

use crate::mailbox::Mailbox;

/// The answer to one request for a sample.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: HRESULT,
    /// `MF_SOURCE_READER_FLAG`s.
    pub flags: u32,
    /// `None` for an answer without a frame.
    pub sample: Option<IMFSample>,
}

// SAFETY: The objects of Media Foundation are free-threaded: their references are counted atomically, and their methods
// may be called on any thread. The mailbox passes the sample to one thread, which alone reads it.
unsafe impl Send for Answer {}

/// It holds the mailbox alone, and no reader, so it forms no circle.
#[implement(IMFSourceReaderCallback)]
#[derive(Debug)]
pub(super) struct Callback {
    mailbox: Arc<Mailbox<Answer>>,
}

impl Callback {
    pub fn new(mailbox: Arc<Mailbox<Answer>>) -> IMFSourceReaderCallback {
        Self { mailbox }.into()
    }
}

impl IMFSourceReaderCallback_Impl for Callback_Impl {
    fn OnReadSample(
        &self,
        status: HRESULT,
        _stream: u32,
        flags: u32,
        _time: i64,
        sample: Ref<'_, IMFSample>,
    ) -> Result<()> {
        self.mailbox.put(Answer { status, flags, sample: sample.cloned() });
        Ok(())
    }

    fn OnFlush(&self, _stream: u32) -> Result<()> {
        Ok(())
    }

    fn OnEvent(&self, _stream: u32, _event: Ref<'_, IMFMediaEvent>) -> Result<()> {
        Ok(())
    }
}
