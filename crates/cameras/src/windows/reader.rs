//! An open camera: a reader that is asked for one sample at a time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use windows::Win32::Media::MediaFoundation::{
    IMFMediaType, IMFSourceReader, MF_READWRITE_DISABLE_CONVERTERS, MF_SOURCE_READER_ALL_STREAMS,
    MF_SOURCE_READER_ASYNC_CALLBACK, MF_SOURCE_READERF_CURRENTMEDIATYPECHANGED,
    MF_SOURCE_READERF_ENDOFSTREAM, MF_SOURCE_READERF_ERROR, MF_SOURCE_READERF_NATIVEMEDIATYPECHANGED,
    MF_SOURCE_READERF_STREAMTICK,
};

use super::{
    callback::{Answer, Callback},
    com::{Com, During},
    control,
    device::{self, Source, VIDEO},
    sample,
};
use crate::{
    Camera, Control, ControlChange, ControlInfo, ControlState, Error, Event, Format, Frame, RateRange,
    mailbox::Mailbox,
};

/// A camera that runs. Its fields are dropped in this order: the reader before its source, and COM at last.
#[derive(Debug)]
pub(crate) struct Stream {
    name: String,
    format: Format,
    mailbox: Arc<Mailbox<Answer>>,
    /// Whether an answer is still to come.
    requested: bool,
    /// Frames that the system has reported as missing.
    missing: u64,
    reader: IMFSourceReader,
    source: Source,
    _com: Com,
}

impl Stream {
    pub(crate) fn open(camera: &Camera, format: &Format, _: &RateRange, _: f64) -> Result<Self, Error> {
        let com = Com::start()?;
        let device = device::devices(&com)?
            .into_iter()
            .find(|device| device.id == camera.id)
            .ok_or_else(|| Error::NotFound(format!("{} isn't connected", camera.name)))?;
        let source = Source::open(&com, &device)?;
        Self::start(com, source, camera, format)
    }

    /// Starts a source in a format of its own.
    pub(super) fn start(com: Com, source: Source, camera: &Camera, format: &Format) -> Result<Self, Error> {
        let mailbox = Arc::new(Mailbox::default());
        let attributes = device::attributes(2)?;
        // SAFETY: The attributes take a number and an object.
        unsafe {
            attributes.SetUINT32(&MF_READWRITE_DISABLE_CONVERTERS, 1).during("SetUINT32")?;
            attributes
                .SetUnknown(&MF_SOURCE_READER_ASYNC_CALLBACK, &Callback::new(mailbox.clone()))
                .during("SetUnknown")?;
        }
        let reader = source.reader(&attributes)?;
        let media_type = find_type(&reader, format, camera)?;
        // SAFETY: The media type is one of the reader's own, and is set as it is.
        unsafe {
            reader
                .SetStreamSelection(MF_SOURCE_READER_ALL_STREAMS.0.cast_unsigned(), false)
                .during("SetStreamSelection")?;
            reader.SetStreamSelection(VIDEO, true).during("SetStreamSelection")?;
            reader.SetCurrentMediaType(VIDEO, None, &media_type).during("SetCurrentMediaType")?;
        }
        let mut stream = Self {
            name: camera.name.clone(),
            format: format.clone(),
            mailbox,
            requested: false,
            missing: 0,
            reader,
            source,
            _com: com,
        };
        stream.request()?;
        Ok(stream)
    }

    /// Asks for a sample, unless one is still to come. A camera drops those that nobody asks for.
    fn request(&mut self) -> Result<(), Error> {
        if !self.requested {
            // SAFETY: With a callback the pointers must be absent.
            unsafe { self.reader.ReadSample(VIDEO, 0, None, None, None, None) }.during("ReadSample")?;
            self.requested = true;
        }
        Ok(())
    }

    pub(crate) fn next(
        &mut self,
        wait: Duration,
        read: &mut dyn FnMut(&Frame<'_>),
    ) -> Result<Event<()>, Error> {
        let deadline = Instant::now().checked_add(wait);
        loop {
            self.request()?;
            let left = deadline.map_or(wait, |deadline| deadline.saturating_duration_since(Instant::now()));
            let Some((answer, _)) = self.mailbox.take(left) else { return Ok(Event::Pending) };
            self.requested = false;
            self.check(&answer)?;
            if let Some(sample) = answer.sample {
                // The next frame comes while this one is read.
                self.request()?;
                let lost = std::mem::take(&mut self.missing);
                return Ok(match sample::read(&sample, &self.format, lost, read) {
                    Ok(()) => Event::Frame(()),
                    Err(error) => Event::Corrupt(error),
                });
            }
            // A driver that answers without samples mustn't keep this thread.
            if left.is_zero() {
                return Ok(Event::Pending);
            }
        }
    }

    /// Reads what an answer tells besides its sample.
    fn check(&mut self, answer: &Answer) -> Result<(), Error> {
        answer.status.ok().during("read from the camera")?;
        let has = |flag: i32| answer.flags & flag.cast_unsigned() != 0;
        if has(MF_SOURCE_READERF_ERROR.0) {
            return Err(Error::Failed(format!("the reader of {} has failed", self.name)));
        }
        if has(MF_SOURCE_READERF_ENDOFSTREAM.0) {
            return Err(Error::NotFound(format!("the stream of {} has ended", self.name)));
        }
        if has(MF_SOURCE_READERF_STREAMTICK.0) {
            self.missing += 1;
        }
        if has(MF_SOURCE_READERF_NATIVEMEDIATYPECHANGED.0 | MF_SOURCE_READERF_CURRENTMEDIATYPECHANGED.0) {
            // SAFETY: The function has no precondition.
            let now = unsafe { self.reader.GetCurrentMediaType(VIDEO) }.during("GetCurrentMediaType")?;
            // The index stays that of the format which was opened.
            let index = u32::try_from(self.format.index).unwrap_or(u32::MAX);
            if let Some(format) = device::describe_type(index, &now) {
                self.format = format;
            }
        }
        Ok(())
    }

    pub(crate) fn control_info(&self, control: Control) -> Option<ControlInfo> {
        control::info(&self.source.source, control)
    }

    pub(crate) fn control(&self, control: Control) -> Option<ControlState> {
        control::state(&self.source.source, control)
    }

    pub(crate) fn set_control(&self, control: Control, change: ControlChange) -> Result<(), Error> {
        control::set(&self.source.source, control, change)
    }
}

/// The media type that the list described, if it is still there.
fn find_type(reader: &IMFSourceReader, wanted: &Format, camera: &Camera) -> Result<IMFMediaType, Error> {
    let same = |index: u32, media_type: &IMFMediaType| {
        device::describe_type(index, media_type).is_some_and(|found| {
            (found.code, found.width, found.height, &found.rates)
                == (wanted.code, wanted.width, wanted.height, &wanted.rates)
        })
    };
    device::media_types(reader)
        .filter(|(index, media_type)| same(*index, media_type))
        .min_by_key(|(index, _)| (*index as usize).abs_diff(wanted.index))
        .map(|(_, media_type)| media_type)
        .ok_or_else(|| {
            Error::Format(format!(
                "{} doesn't offer {} at {}x{} any more",
                camera.name, wanted.code, wanted.width, wanted.height
            ))
        })
}
