//! Recordings by the browser's [`MediaRecorder`](https://www.w3.org/TR/mediastream-recording/#mediarecorder-api).
//!
//! A camera's track that is recorded as it is goes to it directly ([`camera`]). Everything else is drawn by the
//! renderer, as natively, and then on a canvas of the recording's own ([`canvas`]). The track of a microphone goes to
//! it directly too: it records one that is disabled as silence.

mod blobs;
mod camera;
mod canvas;
mod output;
pub(super) mod store;

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
    sync::Arc,
    time::Duration,
};

use bevy::{platform::time::Instant, prelude::*};
use crossbeam_channel::{Receiver, unbounded};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobEvent, Event, MediaRecorder, MediaRecorderOptions, MediaStream, RecordingState};

use self::{
    camera::CameraInput,
    canvas::CanvasInput,
    output::{Data, End, Output},
    store::StoreWriter,
};
use super::{
    KeyFrameInterval, RecorderStatistics, RecordingFile,
    bit_rate::Kinds,
    counters::RecordingCounters,
    job::Job,
    microphone::Microphone,
    recovery::rules::time_slice,
    report::{Report, Slices},
    stopwatch::Stopwatch,
};
use crate::{
    capture::Capture,
    error::MediaError,
    frame::Frame,
    render::FrameSink,
    web::{Listener, get, media_error},
};

/// Starts recordings.
#[derive(Resource, Debug, Default)]
pub(super) struct Sessions;

/// A recording of the browser's. Dropping it ends the recording, whose file is downloaded.
#[derive(Debug)]
pub(super) struct Session {
    recording: SendWrapper<Rc<PageRecording>>,
    reports: Receiver<Report>,
    sink: Arc<RecorderSink>,
}

/// Receives the frames of a recording from the renderer.
#[derive(Debug)]
pub(super) struct RecorderSink(SendWrapper<Weak<PageRecording>>);

/// A recording. Its listeners keep it until it has ended.
#[derive(Debug)]
struct PageRecording {
    recorder: MediaRecorder,
    /// `None` once the recording has ended.
    input: RefCell<Option<Input>>,
    /// The size of the frames that come from the renderer, if any do.
    size: Option<UVec2>,
    output: Rc<Output>,
    stopwatch: RefCell<Stopwatch>,
    counters: RecordingCounters,
    slices: Slices,
    /// The number of chunks that the app has requested and that haven't come.
    requested: Cell<u32>,
    /// The time in the recording at which the next chunk begins.
    next_time_code: Cell<Duration>,
    /// The newest data of a recording that comes to its end. The browser doesn't tell which are the last.
    held: RefCell<Option<Data>>,
    listeners: RefCell<Vec<Listener>>,
}

#[derive(Debug)]
enum Input {
    Camera(CameraInput),
    Canvas(CanvasInput),
}

impl Sessions {
    /// Starts a recording: of the camera of this capture, if it has one, or else of the renderer's frames.
    ///
    /// # Errors
    /// `NotSupported` if the camera's track has ended, or if the browser can't record this type or size, and others of
    /// the browser's.
    pub fn start(&self, mut job: Job, capture: Option<&Capture>) -> Result<Session, MediaError> {
        if job.microphone.is_some() {
            job.format = job.format.with_sound()?;
        }
        let input = match capture.and_then(Capture::stream_track) {
            Some(track) => Input::Camera(CameraInput::new(track)?),
            None => Input::Canvas(CanvasInput::new(job.size)?),
        };
        let (reports, receiver) = unbounded();
        let path = job.file.as_ref().map(|file| file.path().to_owned());
        let recoverable = job.file.as_ref().filter(|file| file.is_recoverable());
        let store = recoverable.map(|file| StoreWriter::new(file.path(), reports.clone()));
        let output = Output::new(job.slices, path, store, reports);
        let recording = PageRecording::start(&job, input, output)?;
        let sink = Arc::new(RecorderSink(SendWrapper::new(Rc::downgrade(&recording))));
        Ok(Session { recording: SendWrapper::new(recording), reports: receiver, sink })
    }

    /// A page doesn't exit, so there is nothing to wait for.
    pub fn wait(&mut self, _: Duration) {}
}

impl Session {
    /// Checks the state that the browser has no events for. Called once per frame of the app.
    pub fn poll(&self) {
        self.recording.poll();
    }

    /// The size of the renderer's frames, and the sink that they are delivered to. `None` if there are none.
    pub fn input(&self, _: bool) -> Option<(UVec2, &Arc<RecorderSink>)> {
        Some((self.recording.size?, &self.sink))
    }

    /// The next report, if there is one.
    pub fn report(&self) -> Option<Report> {
        let report = self.reports.try_recv().ok()?;
        if matches!(report, Report::Failed(_)) {
            // Data that can't be read are no reason for the browser to stop.
            self.stop();
        }
        Some(report)
    }

    /// The figures so far.
    pub fn statistics(&self) -> RecorderStatistics {
        self.recording.counters.length.set(self.recording.elapsed());
        self.recording.counters.read()
    }

    // The browser throws an exception if the recording has ended by itself. Its end is reported anyway.

    pub fn pause(&self) {
        self.recording.stopwatch.borrow_mut().pause(Instant::now());
        let _ = self.recording.recorder.pause();
    }

    pub fn resume(&self) {
        if self.recording.is_active() {
            self.recording.stopwatch.borrow_mut().resume(Instant::now());
        }
        let _ = self.recording.recorder.resume();
    }

    pub fn request_data(&self) {
        if self.recording.recorder.request_data().is_ok() {
            self.recording.requested.update(|requested| requested + 1);
        }
    }

    /// The track has ended. The sound goes on.
    pub fn end_frames(&self) {
        if let Some(Input::Camera(camera)) = &*self.recording.input.borrow() {
            camera.end();
        }
    }

    /// Ends the recording with this error.
    pub fn fail(&self, error: MediaError) {
        self.recording.fail(error);
    }

    /// Ends the recording. [`Report::Stopped`] follows.
    pub fn stop(&self) {
        self.recording.stop();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop();
    }
}

impl FrameSink for RecorderSink {
    fn deliver(&self, frame: Frame) {
        if let Some(recording) = self.0.upgrade() {
            recording.draw(frame);
        }
    }

    fn fail(&self, error: MediaError) {
        if let Some(recording) = self.0.upgrade() {
            recording.fail(error);
        }
    }
}

impl Input {
    fn stream(&self) -> &MediaStream {
        match self {
            Self::Camera(camera) => &camera.stream,
            Self::Canvas(canvas) => &canvas.stream,
        }
    }

    /// The stream to record: the video, and the sound of a microphone.
    ///
    /// # Errors
    /// The browser's exception.
    fn with_sound(&self, microphone: Option<&Microphone>) -> Result<MediaStream, JsValue> {
        let Some(Microphone { track, .. }) = microphone else { return Ok(Clone::clone(self.stream())) };
        // A stream of its own: the input stops all tracks of its own one. (`MediaStream::clone` would clone them.)
        let tracks = self.stream().get_video_tracks();
        tracks.push(track);
        MediaStream::new_with_tracks(&tracks)
    }
}

impl PageRecording {
    fn start(job: &Job, input: Input, output: Rc<Output>) -> Result<Rc<Self>, MediaError> {
        let failed = |thrown| {
            media_error(
                &thrown,
                &format!("the browser can't record {}; choose another type or size", job.format),
            )
        };
        let microphone = job.microphone.as_ref();
        let recorder = input
            .with_sound(microphone)
            .and_then(|stream| {
                MediaRecorder::new_with_media_stream_and_media_recorder_options(&stream, &options(job))
            })
            .map_err(failed)?;
        let size = match &input {
            Input::Camera(_) => None,
            Input::Canvas(canvas) => Some(canvas.size),
        };
        let recording = Rc::new(Self {
            recorder,
            input: RefCell::new(Some(input)),
            size,
            output,
            stopwatch: RefCell::default(),
            counters: RecordingCounters::default(),
            slices: job.slices,
            requested: Cell::default(),
            next_time_code: Cell::default(),
            held: RefCell::default(),
            listeners: RefCell::default(),
        });
        let is_recoverable = job.file.as_ref().is_some_and(RecordingFile::is_recoverable);
        match time_slice(job.slices, is_recoverable) {
            Some(slice) => {
                let slice = i32::try_from(slice.as_millis()).unwrap_or(i32::MAX);
                recording.recorder.start_with_time_slice(slice)
            }
            None => recording.recorder.start(),
        }
        .map_err(failed)?;
        // A canvas has its first frame later. A camera or a microphone may have sent before the event of the start.
        if size.is_none() || microphone.is_some() {
            recording.stopwatch.borrow_mut().begin(Instant::now());
        }
        // The browser triggers no event before this function has returned.
        recording.listen();
        Ok(recording)
    }

    fn listen(self: &Rc<Self>) {
        let on = |event, hear: fn(&Rc<Self>, &Event)| {
            let recording = self.clone();
            Listener::new(&self.recorder, event, move |event| hear(&recording, &event))
        };
        *self.listeners.borrow_mut() = vec![
            on("start", |recording, _| recording.on_start()),
            on("pause", |recording, _| recording.output.report(Report::Paused)),
            on("resume", |recording, _| recording.output.report(Report::Resumed)),
            on("dataavailable", |recording, event| recording.on_data(event)),
            on("error", |recording, event| {
                let advice = "the browser's recorder failed; what was recorded until then is kept";
                let error = media_error(&get(event, "error"), advice);
                recording.output.report(Report::Failed(error));
            }),
            on("stop", |recording, _| recording.on_stop()),
        ];
    }

    /// Whether the browser's recorder records or is paused.
    fn is_active(&self) -> bool {
        self.recorder.state() != RecordingState::Inactive
    }

    /// The length of the recording so far.
    fn elapsed(&self) -> Duration {
        self.stopwatch.borrow().elapsed(Instant::now())
    }

    fn poll(self: &Rc<Self>) {
        let failure = match &*self.input.borrow() {
            Some(Input::Camera(camera)) if self.is_active() => camera.follow().err(),
            Some(Input::Canvas(canvas)) if self.recorder.state() == RecordingState::Recording => {
                self.counters.frames.add(canvas.repeat(Instant::now()).into());
                None
            }
            _ => None,
        };
        if let Some(error) = failure {
            self.fail(error);
        }
    }

    /// Records a frame of the renderer's. One of another size is dropped and counted.
    fn draw(self: &Rc<Self>, frame: Frame) {
        if self.recorder.state() != RecordingState::Recording {
            return;
        }
        if Some(frame.size) != self.size {
            self.counters.dropped.add(1);
            return;
        }
        let now = Instant::now();
        let drawn = match &*self.input.borrow() {
            Some(Input::Canvas(canvas)) => canvas.draw(frame, now),
            _ => return,
        };
        match drawn {
            Ok(()) => {
                self.stopwatch.borrow_mut().begin(now);
                self.counters.frames.add(1);
            }
            Err(error) => self.fail(error),
        }
    }

    fn fail(&self, error: MediaError) {
        if self.is_active() {
            self.output.report(Report::Failed(error));
            self.stop();
        }
    }

    fn stop(&self) {
        if self.is_active() {
            // The browser records until its event of the stop.
            let _ = self.recorder.stop();
        }
    }

    fn on_start(&self) {
        self.output.begin();
        self.output.report(Report::Started { media_type: self.recorder.mime_type() });
    }

    fn on_data(&self, event: &Event) {
        let Some(blob) = event.unchecked_ref::<BlobEvent>().data() else { return };
        self.counters.bytes.add(blob.size() as u64);
        let length = self.elapsed();
        self.output.store(&blob, length, || self.recorder.mime_type());
        let is_chunk = self.ends_chunk();
        let time_code = self.next_time_code.get();
        if is_chunk {
            self.next_time_code.set(length);
        }
        let data = Data { blob, time_code, is_chunk };
        if self.is_active() {
            self.output.data(data);
        } else if let Some(earlier) = self.held.replace(Some(data)) {
            self.output.data(earlier);
        }
    }

    /// Whether a chunk of the app's ends with the data that have come. Recoverable recordings have more data.
    fn ends_chunk(&self) -> bool {
        if self.slices != Slices::None {
            return true;
        }
        let requested = self.requested.get();
        self.requested.set(requested.saturating_sub(1));
        requested > 0
    }

    fn on_stop(&self) {
        self.stopwatch.borrow_mut().pause(Instant::now());
        self.input.take();
        let end = End { media_type: self.recorder.mime_type(), length: self.elapsed() };
        let last = self.held.take().map_or_else(
            || Blob::new().map(|blob| Data { blob, time_code: self.next_time_code.get(), is_chunk: true }),
            Ok,
        );
        match last {
            Ok(last) => self.output.finish(last, end),
            Err(thrown) => {
                let advice = "the browser has no memory for the end of the recording";
                self.output.give_up(media_error(&thrown, advice));
            }
        }
        // This function is one of the listeners: they are dropped after it has returned.
        let listeners = self.listeners.take();
        spawn_local(async move { drop(listeners) });
    }
}

/// The options of the browser's recorder.
fn options(job: &Job) -> MediaRecorderOptions {
    let options = MediaRecorderOptions::new();
    options.set_mime_type(&job.format.to_string());
    let has_sound = job.microphone.is_some();
    let (video, audio) = job.bit_rates.of(Kinds { video: true, audio: has_sound });
    if job.bit_rates.limits_video() {
        options.set_video_bits_per_second(video);
    }
    if has_sound && job.bit_rates.limits_audio() {
        options.set_audio_bits_per_second(audio);
    }
    match job.key_frames {
        KeyFrameInterval::Duration(duration) => {
            options.set_video_key_frame_interval_duration(duration.as_secs_f64() * 1e3);
        }
        KeyFrameInterval::Count(count) => options.set_video_key_frame_interval_count(count),
    }
    options
}
