//! The object that receives the frames, on a thread of the system.

use std::sync::Arc;

use objc2::{AllocAnyThread, DefinedClass, define_class, msg_send, rc::Retained, runtime::NSObject};
use objc2_av_foundation::{
    AVCaptureConnection, AVCaptureOutput, AVCaptureVideoDataOutputSampleBufferDelegate,
};
use objc2_core_foundation::CFRetained;
use objc2_core_media::CMSampleBuffer;
use objc2_foundation::NSObjectProtocol;

use crate::mailbox::Mailbox;

/// A sample on its way to the thread that reads it.
#[derive(Debug)]
pub(super) struct Sample(pub CFRetained<CMSampleBuffer>);

// SAFETY: The reference count of an object of CoreFoundation is atomic, so it may be released on another thread. The
// sample isn't changed after the system has delivered it, and the mailbox passes it to one thread, which alone reads
// it.
unsafe impl Send for Sample {}

define_class!(
    // SAFETY: `NSObject` has no rule for subclasses, and the class has no `Drop`.
    #[unsafe(super(NSObject))]
    #[thread_kind = AllocAnyThread]
    #[ivars = Arc<Mailbox<Sample>>]
    #[derive(Debug)]
    pub(super) struct Delegate;

    // SAFETY: `NSObjectProtocol` has no rule.
    unsafe impl NSObjectProtocol for Delegate {}

    // SAFETY: Both methods have the signature of the protocol, and return at once, as it asks for.
    unsafe impl AVCaptureVideoDataOutputSampleBufferDelegate for Delegate {
        #[unsafe(method(captureOutput:didOutputSampleBuffer:fromConnection:))]
        fn did_output(&self, _: &AVCaptureOutput, sample: &CMSampleBuffer, _: &AVCaptureConnection) {
            self.ivars().put(Sample(sample.into()));
        }

        #[unsafe(method(captureOutput:didDropSampleBuffer:fromConnection:))]
        fn did_drop(&self, _: &AVCaptureOutput, _: &CMSampleBuffer, _: &AVCaptureConnection) {
            self.ivars().lose(1);
        }
    }
);

impl Delegate {
    pub fn new(mailbox: Arc<Mailbox<Sample>>) -> Retained<Self> {
        let this = Self::alloc().set_ivars(mailbox);
        // SAFETY: `init` of `NSObject` has no precondition.
        unsafe { msg_send![super(this), init] }
    }
}
