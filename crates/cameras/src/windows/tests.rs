//! The reader over a camera of the test: a source of Media Foundation that sends three frames and falls silent.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use windows::{
    Win32::{
        Foundation::E_FAIL,
        Media::MediaFoundation::{
            IMF2DBuffer2, IMFAsyncCallback, IMFAsyncResult, IMFMediaBuffer, IMFMediaEvent,
            IMFMediaEventGenerator_Impl, IMFMediaEventQueue, IMFMediaSource, IMFMediaSource_Impl,
            IMFMediaStream, IMFMediaStream_Impl, IMFMediaType, IMFPresentationDescriptor,
            IMFStreamDescriptor, MEDIA_EVENT_GENERATOR_GET_EVENT_FLAGS, MEMediaSample, MENewStream,
            MESourceStarted, MEStreamStarted, MF_MT_FRAME_RATE, MF_MT_FRAME_SIZE, MF_MT_MAJOR_TYPE,
            MF_MT_SUBTYPE, MF_MT_YUV_MATRIX, MF2DBuffer_LockFlags_Write, MFCreate2DMediaBuffer,
            MFCreateEventQueue, MFCreateMediaType, MFCreateMemoryBuffer, MFCreatePresentationDescriptor,
            MFCreateSample, MFCreateStreamDescriptor, MFMEDIASOURCE_IS_LIVE, MFMediaType_Video,
            MFSampleExtension_DeviceTimestamp, MFSampleExtension_Token,
        },
        System::Com::StructuredStorage::PROPVARIANT,
    },
    core::{GUID, HRESULT, IUnknown, Interface, Ref, Result, implement},
};

use super::{
    com::Com,
    device::{Source, attributes, describe_type, media_types},
    reader::Stream,
    sample::now,
};
use crate::{Camera, Event, Format, Layout, Matrix, PixelCode};

const WIDTH: u32 = 64;
const HEIGHT: u32 = 4;
/// The number of frames before the silence.
const FRAMES: u32 = 3;

/// The codes of the formats: NV12, and RGB with the lowest row first, in buffers that know their rows, and YUY2 in one
/// that doesn't.
const CODES: [u32; 3] = [u32::from_le_bytes(*b"NV12"), 22, u32::from_le_bytes(*b"YUY2")];
/// The layouts of these codes, and the bytes in a row of the first plane.
const LAYOUTS: [(Layout, u32); 3] =
    [(Layout::Nv12, WIDTH), (Layout::Bgrx32, WIDTH * 4), (Layout::Yuyv, WIDTH * 2)];

struct State {
    source_queue: IMFMediaEventQueue,
    stream_queue: IMFMediaEventQueue,
    descriptor: IMFStreamDescriptor,
    /// The place of the media type that the reader is told to choose.
    chosen: usize,
    sent: AtomicU32,
    source: Mutex<Option<IMFMediaSource>>,
    stream: Mutex<Option<IMFMediaStream>>,
}

impl State {
    fn send(&self, token: Option<&IUnknown>) -> Result<()> {
        let chosen = self.chosen;
        // SAFETY: The arguments are valid, and the objects are used as they are documented.
        unsafe {
            let sample = MFCreateSample()?;
            sample.AddBuffer(&buffer(chosen)?)?;
            let sequence = self.sent.load(Ordering::SeqCst);
            sample.SetSampleTime(i64::from(sequence) * 333_667)?;
            if let Some(now) = now() {
                sample.SetUINT64(&MFSampleExtension_DeviceTimestamp, now.unsigned_abs())?;
            }
            if let Some(token) = token {
                sample.SetUnknown(&MFSampleExtension_Token, token)?;
            }
            let event = MEMediaSample.0.cast_unsigned();
            self.stream_queue.QueueEventParamUnk(event, &GUID::zeroed(), HRESULT(0), &sample)
        }
    }
}

/// A buffer whose rows have their numbers in them, from the top.
fn buffer(chosen: usize) -> Result<IMFMediaBuffer> {
    let (layout, row_bytes) = LAYOUTS[chosen];
    let rows = if layout == Layout::Nv12 { HEIGHT + HEIGHT / 2 } else { HEIGHT };
    let fill = |first: *mut u8, pitch: i32| {
        for row in 0..rows as isize {
            // SAFETY: The caller passes the first of as many rows, whose memory belongs to it.
            unsafe { first.offset(pitch as isize * row).write_bytes(row as u8 + 1, row_bytes as usize) };
        }
    };
    let (mut first, mut start) = (std::ptr::null_mut(), std::ptr::null_mut());
    let (mut pitch, mut len) = (0, 0);
    // SAFETY: The pointers are valid for the calls. Between the locks the rows belong to this function.
    unsafe {
        if layout == Layout::Yuyv {
            let buffer = MFCreateMemoryBuffer(row_bytes * rows)?;
            buffer.Lock(&mut first, None, None)?;
            fill(first, row_bytes.cast_signed());
            buffer.Unlock()?;
            buffer.SetCurrentLength(row_bytes * rows)?;
            return Ok(buffer);
        }
        let buffer = MFCreate2DMediaBuffer(WIDTH, HEIGHT, CODES[chosen], layout == Layout::Bgrx32)?;
        let with_rows: IMF2DBuffer2 = buffer.cast()?;
        with_rows.Lock2DSize(MF2DBuffer_LockFlags_Write, &mut first, &mut pitch, &mut start, &mut len)?;
        fill(first, pitch);
        with_rows.Unlock2D()?;
        Ok(buffer)
    }
}

/// Passes the four methods of a generator of events to a queue.
macro_rules! generates_events {
    ($object:ident, $queue:ident) => {
        impl IMFMediaEventGenerator_Impl for $object {
            fn GetEvent(&self, flags: MEDIA_EVENT_GENERATOR_GET_EVENT_FLAGS) -> Result<IMFMediaEvent> {
                // SAFETY: The arguments are those of the caller.
                unsafe { self.state.$queue.GetEvent(flags.0) }
            }

            fn BeginGetEvent(
                &self,
                callback: Ref<'_, IMFAsyncCallback>,
                state: Ref<'_, IUnknown>,
            ) -> Result<()> {
                // SAFETY: As above.
                unsafe { self.state.$queue.BeginGetEvent(callback.as_ref(), state.as_ref()) }
            }

            fn EndGetEvent(&self, result: Ref<'_, IMFAsyncResult>) -> Result<IMFMediaEvent> {
                // SAFETY: As above.
                unsafe { self.state.$queue.EndGetEvent(result.as_ref()) }
            }

            fn QueueEvent(
                &self,
                event: u32,
                extended: *const GUID,
                status: HRESULT,
                value: *const PROPVARIANT,
            ) -> Result<()> {
                // SAFETY: As above.
                unsafe { self.state.$queue.QueueEventParamVar(event, extended, status, value) }
            }
        }
    };
}

#[implement(IMFMediaSource)]
struct TestSource {
    state: Arc<State>,
}

#[implement(IMFMediaStream)]
struct TestStream {
    state: Arc<State>,
}

generates_events!(TestSource_Impl, source_queue);
generates_events!(TestStream_Impl, stream_queue);

impl IMFMediaSource_Impl for TestSource_Impl {
    fn GetCharacteristics(&self) -> Result<u32> {
        Ok(MFMEDIASOURCE_IS_LIVE.0.cast_unsigned())
    }

    fn CreatePresentationDescriptor(&self) -> Result<IMFPresentationDescriptor> {
        // SAFETY: The descriptor is valid.
        unsafe {
            let descriptor = MFCreatePresentationDescriptor(Some(&[Some(self.state.descriptor.clone())]))?;
            descriptor.SelectStream(0)?;
            Ok(descriptor)
        }
    }

    fn Start(
        &self,
        _: Ref<'_, IMFPresentationDescriptor>,
        _: *const GUID,
        position: *const PROPVARIANT,
    ) -> Result<()> {
        let state = &self.state;
        let stream = state.stream.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let stream = stream.ok_or(E_FAIL)?;
        let number = |event: i32| event.cast_unsigned();
        // SAFETY: The position is the caller's, and the stream is valid.
        unsafe {
            let (new, started) = (number(MENewStream.0), number(MESourceStarted.0));
            state.source_queue.QueueEventParamUnk(new, &GUID::zeroed(), HRESULT(0), &stream)?;
            state.source_queue.QueueEventParamVar(started, &GUID::zeroed(), HRESULT(0), position)?;
            let started = number(MEStreamStarted.0);
            state.stream_queue.QueueEventParamVar(started, &GUID::zeroed(), HRESULT(0), position)
        }
    }

    fn Stop(&self) -> Result<()> {
        Ok(())
    }

    fn Pause(&self) -> Result<()> {
        Err(E_FAIL.into())
    }

    fn Shutdown(&self) -> Result<()> {
        let state = &self.state;
        // SAFETY: The queues may be shut down more than once.
        let _ = unsafe { (state.source_queue.Shutdown(), state.stream_queue.Shutdown()) };
        // The objects form a circle until here.
        let source = state.source.lock().unwrap_or_else(PoisonError::into_inner).take();
        let stream = state.stream.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop((source, stream));
        Ok(())
    }
}

impl IMFMediaStream_Impl for TestStream_Impl {
    fn GetMediaSource(&self) -> Result<IMFMediaSource> {
        let source = self.state.source.lock().unwrap_or_else(PoisonError::into_inner).clone();
        source.ok_or_else(|| E_FAIL.into())
    }

    fn GetStreamDescriptor(&self) -> Result<IMFStreamDescriptor> {
        Ok(self.state.descriptor.clone())
    }

    fn RequestSample(&self, token: Ref<'_, IUnknown>) -> Result<()> {
        if self.state.sent.fetch_add(1, Ordering::SeqCst) < FRAMES {
            self.state.send(token.as_ref())?;
        }
        Ok(())
    }
}

fn media_type(code: u32, rate: (u32, u32)) -> Result<IMFMediaType> {
    let pair = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
    let PixelCode::Guid(guid) = PixelCode::direct3d(code) else { return Err(E_FAIL.into()) };
    // SAFETY: The attributes have the types that are documented.
    unsafe {
        let media_type = MFCreateMediaType()?;
        media_type.SetGUID(&MF_MT_MAJOR_TYPE, &MFMediaType_Video)?;
        media_type.SetGUID(&MF_MT_SUBTYPE, &GUID::from_u128(guid))?;
        media_type.SetUINT64(&MF_MT_FRAME_SIZE, pair(WIDTH, HEIGHT))?;
        media_type.SetUINT64(&MF_MT_FRAME_RATE, pair(rate.0, rate.1))?;
        media_type.SetUINT32(&MF_MT_YUV_MATRIX, 1)?;
        Ok(media_type)
    }
}

/// A source that is open, and sends frames of the media type at this place.
#[allow(clippy::arc_with_non_send_sync, reason = "the objects of Media Foundation are free-threaded")]
fn source(chosen: usize) -> Result<Source> {
    let types = [
        media_type(CODES[0], (30_000, 1001))?,
        media_type(CODES[1], (30, 1))?,
        media_type(CODES[2], (5, 1))?,
    ];
    // SAFETY: The arguments are valid.
    let state = unsafe {
        State {
            source_queue: MFCreateEventQueue()?,
            stream_queue: MFCreateEventQueue()?,
            descriptor: MFCreateStreamDescriptor(0, &types.map(Some))?,
            chosen,
            sent: AtomicU32::new(0),
            source: Mutex::default(),
            stream: Mutex::default(),
        }
    };
    let state = Arc::new(state);
    let source: IMFMediaSource = TestSource { state: state.clone() }.into();
    let stream: IMFMediaStream = TestStream { state: state.clone() }.into();
    *state.source.lock().unwrap_or_else(PoisonError::into_inner) = Some(source.clone());
    *state.stream.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
    Ok(Source { activate: None, source })
}

fn formats(source: &Source) -> Vec<Format> {
    let reader = source.reader(&attributes(1).expect("attributes")).expect("a reader");
    media_types(&reader).filter_map(|(index, media_type)| describe_type(index, &media_type)).collect()
}

#[test]
fn media_types_are_listed_as_they_are() {
    let _com = Com::start().expect("COM");
    let formats = formats(&source(0).expect("a source"));
    let layouts: Vec<_> = formats.iter().map(|format| format.code.layout()).collect();
    assert_eq!(layouts, LAYOUTS.map(|(layout, _)| Some(layout)));
    assert_eq!((formats[0].width, formats[0].height), (WIDTH, HEIGHT));
    assert!((formats[0].rates[0].max - 29.97).abs() < 1e-3);
    assert_eq!(formats[0].color.matrix, Some(Matrix::Bt709));
}

#[test]
fn frames_are_read_and_a_silent_camera_keeps_nobody() {
    for (index, (layout, _)) in LAYOUTS.into_iter().enumerate() {
        let com = Com::start().expect("COM");
        let format = formats(&source(index).expect("a source")).swap_remove(index);
        let camera = Camera::new("id", "a camera");
        let mut stream =
            Stream::start(com, source(index).expect("a source"), &camera, &format).expect("a stream");
        for _ in 0..FRAMES {
            let mut rows = Vec::new();
            let mut age = None;
            let event = stream
                .next(Duration::from_secs(10), &mut |frame| {
                    age = frame.age;
                    for (index, plane) in frame.planes.iter().enumerate() {
                        let (row_bytes, count) = layout.plane_extent(index, frame.width, frame.height);
                        for row in 0..count {
                            let bytes = plane.row(row, count, row_bytes).expect("the row is there");
                            assert!(bytes.iter().all(|byte| *byte == bytes[0]), "one row in {layout:?}");
                            rows.push(bytes[0]);
                        }
                    }
                })
                .expect("a frame");
            assert_eq!(event, Event::Frame(()));
            assert!(age.is_some_and(|age| age < Duration::from_secs(5)), "{age:?}");
            let expected = if layout == Layout::Nv12 { 1..=6 } else { 1..=4 };
            assert_eq!(rows, expected.collect::<Vec<u8>>(), "{layout:?}");
        }
        let start = Instant::now();
        let event = stream.next(Duration::from_millis(50), &mut |_| {}).expect("silence is no error");
        assert_eq!(event, Event::Pending);
        assert!(start.elapsed() < Duration::from_secs(5), "it returns in time");
        drop(stream);
    }
}
