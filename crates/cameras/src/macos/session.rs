//! An open camera: a session with one input and one output.

use std::{sync::Arc, time::Duration};

use dispatch2::{DispatchQueue, DispatchQueueAttr, DispatchRetained};
use objc2::{
    rc::Retained,
    runtime::{AnyObject, ProtocolObject},
};
use objc2_av_foundation::{
    AVCaptureDevice, AVCaptureDeviceFormat, AVCaptureDeviceInput, AVCaptureSession, AVCaptureVideoDataOutput,
};
use objc2_core_media::{CMTime, CMTimeFlags};
use objc2_core_video::kCVPixelBufferPixelFormatTypeKey;
use objc2_foundation::{NSDictionary, NSNumber, NSString};

use super::{
    control,
    delegate::{Delegate, Sample},
    device,
    exception::{guarded, ns_error},
    permission::request_permission,
    sample,
};
use crate::{
    Camera, Control, ControlChange, ControlInfo, ControlState, Error, Event, Format, Frame, Interval,
    PixelCode, RateRange, mailbox::Mailbox,
};

/// A running session. The drop stops it.
#[derive(Debug)]
pub(crate) struct Stream {
    name: String,
    format: Format,
    device: Retained<AVCaptureDevice>,
    session: Retained<AVCaptureSession>,
    output: Retained<AVCaptureVideoDataOutput>,
    mailbox: Arc<Mailbox<Sample>>,
    suspended: bool,
    /// The output doesn't retain its delegate.
    _delegate: Retained<Delegate>,
    _queue: DispatchRetained<DispatchQueue>,
}

impl Stream {
    pub(crate) fn open(
        camera: &Camera,
        format: &Format,
        range: &RateRange,
        rate: f64,
    ) -> Result<Self, Error> {
        // Without permission the system sends black frames, and no error.
        request_permission()?;
        guarded("open the camera", || {
            let device = device::find(camera)?;
            let active = find_format(&device, format, camera)?;
            // SAFETY: The device is valid. A refusal is an error.
            let input = unsafe { AVCaptureDeviceInput::deviceInputWithDevice_error(&device) }
                .map_err(|error| ns_error("open the camera", &error))?;
            // SAFETY: `new` has no precondition.
            let (session, output) = unsafe { (AVCaptureSession::new(), AVCaptureVideoDataOutput::new()) };
            let mailbox = Arc::new(Mailbox::default());
            let delegate = Delegate::new(mailbox.clone());
            let queue = DispatchQueue::new("viewfinder-cameras", DispatchQueueAttr::SERIAL);
            let stream = Self {
                name: camera.name.clone(),
                format: format.clone(),
                device,
                session,
                output,
                mailbox,
                suspended: false,
                _delegate: delegate,
                _queue: queue,
            };
            stream.connect(&input)?;
            stream.start(&active, range.interval(rate))?;
            Ok(stream)
        })
    }

    /// Connects the device with the output, which keeps the device's own pixel format.
    fn connect(&self, input: &AVCaptureDeviceInput) -> Result<(), Error> {
        let (session, output) = (&self.session, &self.output);
        // SAFETY: Input and output belong to no other session, and are added only if the session accepts them. The
        // delegate implements its protocol, may be called on any thread, and lives as long as `self`, whose drop takes
        // it away from the output. The queue is serial.
        unsafe {
            session.beginConfiguration();
            let accepted = session.canAddInput(input) && {
                session.addInput(input);
                session.canAddOutput(output)
            };
            if accepted {
                session.addOutput(output);
                output.setAlwaysDiscardsLateVideoFrames(true);
                let delegate = ProtocolObject::from_ref(&*self._delegate);
                output.setSampleBufferDelegate_queue(Some(delegate), Some(&self._queue));
            }
            session.commitConfiguration();
            if !accepted {
                return Err(Error::InUse(format!("{} can't be added to a session", self.name)));
            }
        }
        self.keep_pixel_format();
        Ok(())
    }

    /// Asks for frames as the device sends them: in its pixel format, or compressed.
    fn keep_pixel_format(&self) {
        let PixelCode::OsType(code) = self.format.code else { return };
        // SAFETY: The property has no precondition.
        let known = unsafe { self.output.availableVideoCVPixelFormatTypes() };
        let settings = if known.iter().any(|number| number.as_u32() == code) {
            // SAFETY: The constant is set when the framework is loaded, and never changes. A `CFString` is an
            // `NSString` (they are bridged without a conversion).
            let key = unsafe { &*std::ptr::from_ref(kCVPixelBufferPixelFormatTypeKey).cast::<NSString>() };
            let number = NSNumber::new_u32(code);
            let value: &AnyObject = &number;
            NSDictionary::from_slices(&[key], &[value])
        } else {
            // Documented: an empty dictionary is the device's own format.
            NSDictionary::new()
        };
        // SAFETY: The key takes a number, which is one of those that the output lists.
        unsafe { self.output.setVideoSettings(Some(&settings)) };
    }

    /// Sets format and rate, and starts. While the device is locked, the session leaves its format alone.
    fn start(&self, active: &AVCaptureDeviceFormat, interval: Interval) -> Result<(), Error> {
        let _lock = ConfigurationLock::new(&self.device)?;
        let duration = CMTime {
            value: interval.ticks,
            timescale: interval.per_second,
            flags: CMTimeFlags::Valid,
            epoch: 0,
        };
        // SAFETY: The device is locked. The format is one of its own, and the duration is one of that format. If the
        // device refuses them, it throws an exception, which the caller catches.
        unsafe {
            self.device.setActiveFormat(active);
            self.device.setActiveVideoMinFrameDuration(duration);
            self.device.setActiveVideoMaxFrameDuration(duration);
            self.session.startRunning();
        }
        // SAFETY: The property has no precondition.
        if unsafe { self.session.isRunning() } {
            Ok(())
        } else {
            Err(Error::InUse(format!("{} doesn't start: another program may use it", self.name)))
        }
    }

    pub(crate) fn next(
        &mut self,
        wait: Duration,
        read: &mut dyn FnMut(&Frame<'_>),
    ) -> Result<Event<()>, Error> {
        let taken = self.mailbox.take(wait);
        guarded("read from the camera", || match taken {
            Some((Sample(sample), lost)) => {
                if std::mem::take(&mut self.suspended) {
                    return Ok(Event::Suspended(false));
                }
                Ok(match sample::read(&sample, &self.format, lost, read) {
                    Ok(()) => Event::Frame(()),
                    Err(error) => Event::Corrupt(error),
                })
            }
            None => self.silence(),
        })
    }

    /// The reason why no frame came.
    fn silence(&mut self) -> Result<Event<()>, Error> {
        // SAFETY: These properties have no precondition, and every macOS has them.
        let (connected, suspended, running) =
            unsafe { (self.device.isConnected(), self.device.isSuspended(), self.session.isRunning()) };
        if !connected {
            Err(Error::NotFound(format!("{} was disconnected", self.name)))
        } else if std::mem::replace(&mut self.suspended, suspended) != suspended {
            Ok(Event::Suspended(suspended))
        } else if !running && !suspended {
            Err(Error::Failed(format!("the system stopped {}", self.name)))
        } else {
            Ok(Event::Pending)
        }
    }

    pub(crate) fn control_info(&self, control: Control) -> Option<ControlInfo> {
        guarded("ask for a control", || Ok(control::info(&self.device, control))).ok().flatten()
    }

    pub(crate) fn control(&self, control: Control) -> Option<ControlState> {
        guarded("read a control", || Ok(control::state(&self.device, control))).ok().flatten()
    }

    pub(crate) fn set_control(&self, control: Control, change: ControlChange) -> Result<(), Error> {
        guarded("set a control", || {
            let _lock = ConfigurationLock::new(&self.device)?;
            control::set(&self.device, control, change)
        })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // An exception here would end the process. A session that can't be stopped is released all the same.
        let _ = guarded("stop the camera", || {
            // SAFETY: Without a delegate the queue may be absent. Stopping has no precondition.
            unsafe {
                self.output.setSampleBufferDelegate_queue(None, None);
                self.session.stopRunning();
            }
            Ok(())
        });
    }
}

/// The format of the device that the list described, if it is still there.
fn find_format(
    device: &AVCaptureDevice,
    wanted: &Format,
    camera: &Camera,
) -> Result<Retained<AVCaptureDeviceFormat>, Error> {
    // SAFETY: The property has no precondition.
    let formats = unsafe { device.formats() };
    let same = |index: usize, format: &AVCaptureDeviceFormat| {
        let found = device::describe_format(index, format);
        found.is_some_and(|found| {
            (found.code, found.width, found.height, &found.rates)
                == (wanted.code, wanted.width, wanted.height, &wanted.rates)
        })
    };
    let listed = formats.iter().enumerate();
    listed
        .filter(|(index, format)| same(*index, format))
        .min_by_key(|(index, _)| index.abs_diff(wanted.index))
        .map(|(_, format)| format)
        .ok_or_else(|| {
            Error::Format(format!(
                "{} doesn't offer {} at {}x{} any more",
                camera.name, wanted.code, wanted.width, wanted.height
            ))
        })
}

/// A device whose configuration this program may change, until the drop.
struct ConfigurationLock<'a>(&'a AVCaptureDevice);

impl<'a> ConfigurationLock<'a> {
    fn new(device: &'a AVCaptureDevice) -> Result<Self, Error> {
        // SAFETY: The device is valid. The drop unlocks it.
        unsafe { device.lockForConfiguration() }.map_err(|error| ns_error("lock the camera", &error))?;
        Ok(Self(device))
    }
}

impl Drop for ConfigurationLock<'_> {
    fn drop(&mut self) {
        // SAFETY: `new` has locked the device.
        unsafe { self.0.unlockForConfiguration() };
    }
}
