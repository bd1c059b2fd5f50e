//! Recordings on threads of their own.

use std::{
    convert::Infallible,
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use bevy::{platform::time::Instant, prelude::*};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};

#[cfg(feature = "audio")]
use super::sound::track::SoundTrack;
use super::{
    RecorderStatistics,
    bit_rate::Kinds,
    codec::VideoCodec,
    counters::RecordingCounters,
    job::Job,
    output::Output,
    recording::Recording,
    report::Report,
    video::{self, EncoderSettings},
    writer::RecordingWriter,
};
#[cfg(feature = "audio")]
use crate::{audio::SampleSink, source::audio::AudioSamples};
use crate::{
    capture::{Capture, EncodedSink},
    error::MediaError,
    frame::{Frame, Rotation},
    render::FrameSink,
    source::guard::{Panicked, catch_panic},
};

/// The frames that may wait for the encoder. More are dropped, and counted: the app and the renderer never wait.
const WAITING_FRAMES: usize = 4;

/// The events that may wait for the encoder. Beyond it sound is lost.
#[cfg(feature = "audio")]
const WAITING_EVENTS: usize = 1_000;

/// The longest sleep of the thread.
const LONGEST_SLEEP: Duration = Duration::from_secs(3_600);

/// Starts the threads of recordings, and waits for them when the app exits.
#[derive(Resource, Debug)]
pub(super) struct Sessions {
    /// Each thread holds a clone until its end.
    alive: Option<Sender<Infallible>>,
    ended: Receiver<Infallible>,
}

/// A recording on a thread of its own. Dropping it ends the recording, whose file is completed.
#[derive(Debug)]
pub(super) struct Session {
    inputs: Sender<Input>,
    reports: Receiver<Report>,
    size: UVec2,
    sink: Arc<RecorderSink>,
    counters: Arc<RecordingCounters>,
    /// Whether the sink receives the device's JPEGs.
    forwards_jpeg: bool,
}

/// An event in a recording, with the time at which it happened.
enum Input {
    Frame(Frame),
    #[cfg(feature = "audio")]
    Samples(AudioSamples),
    Failed(MediaError),
    Pause(Instant),
    Resume(Instant),
    RequestData(Instant),
    Stop(Instant),
}

/// Receives the frames of a recording from the renderer, or from the device.
pub(super) struct RecorderSink {
    inputs: Sender<Input>,
    size: UVec2,
    /// The device sent a JPEG that the recording can't hold as it is.
    needs_renderer: AtomicBool,
    waiting: Arc<AtomicUsize>,
    counters: Arc<RecordingCounters>,
}

impl fmt::Debug for RecorderSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecorderSink").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

impl FrameSink for RecorderSink {
    fn deliver(&self, frame: Frame) {
        if self.waiting.fetch_add(1, Relaxed) >= WAITING_FRAMES {
            self.waiting.fetch_sub(1, Relaxed);
            self.counters.dropped.add(1);
            return;
        }
        // Without a receiver the recording has ended.
        let _ = self.inputs.send(Input::Frame(frame));
    }

    fn fail(&self, error: MediaError) {
        let _ = self.inputs.send(Input::Failed(error));
    }
}

impl EncodedSink for RecorderSink {
    fn deliver_encoded(&self, frame: Frame) {
        if frame.size != self.size || frame.rotation != Rotation::default() {
            self.needs_renderer.store(true, Relaxed);
        }
        if !self.needs_renderer.load(Relaxed) {
            FrameSink::deliver(self, frame);
        }
    }
}

#[cfg(feature = "audio")]
impl SampleSink for RecorderSink {
    fn deliver(&self, samples: AudioSamples) {
        if self.inputs.len() < WAITING_EVENTS {
            let _ = self.inputs.send(Input::Samples(samples));
        }
    }
}

impl Default for Sessions {
    fn default() -> Self {
        let (alive, ended) = bounded(0);
        Self { alive: Some(alive), ended }
    }
}

impl Sessions {
    /// Starts a recording. A thread encodes the renderer's frames, also those of a track that is recorded as it is,
    /// unless its device sends JPEGs and they are recorded.
    ///
    /// # Errors
    /// `Operation` if the system has no thread for it.
    pub fn start(&self, job: Job, capture: Option<&Capture>) -> Result<Session, MediaError> {
        let started = Instant::now();
        let (sender, inputs) = unbounded();
        let (report, reports) = unbounded();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counters = Arc::new(RecordingCounters::default());
        let size = job.format.video.encoded_size(job.size);
        let job = Job { size, ..job };
        let sink = Arc::new(RecorderSink {
            inputs: sender.clone(),
            size,
            needs_renderer: AtomicBool::new(false),
            waiting: waiting.clone(),
            counters: counters.clone(),
        });
        let capture =
            capture.filter(|_| job.format.video == VideoCodec::Mjpeg && !job.bit_rates.limits_video());
        if let Some(capture) = capture {
            let sink: Weak<RecorderSink> = Arc::downgrade(&sink);
            capture.forward_encoded(sink);
        }
        #[cfg(feature = "audio")]
        if let Some(microphone) = &job.microphone {
            let sink: Arc<dyn SampleSink> = sink.clone();
            microphone.output.subscribe(&sink);
        }
        let forwards_jpeg = capture.is_some();
        let inputs = Inputs { inputs, waiting };
        let (thread_counters, alive) = (counters.clone(), self.alive.clone());
        let work = move || {
            let _alive = alive;
            record(job, started, &inputs, &report, thread_counters);
        };
        thread::Builder::new().name("viewfinder recorder".into()).spawn(work).map_err(|error| {
            MediaError::operation(format!("no thread can be started for the recording: {error}; close some"))
        })?;
        Ok(Session { inputs: sender, reports, size, sink, counters, forwards_jpeg })
    }

    /// Waits until all recordings are complete, at most this long. They must have been stopped or dropped. No more can
    /// be started.
    pub fn wait(&mut self, longest: Duration) {
        self.alive = None;
        // Nothing is sent: the channel is disconnected when the last thread ends.
        let _ = self.ended.recv_timeout(longest);
    }
}

impl Session {
    /// The thread needs no polling.
    pub fn poll(&self) {}

    /// The recording needs no frames to go on.
    pub fn end_frames(&self) {}

    /// The size of the renderer's frames, and the sink that they are delivered to. `None` if the device's JPEGs take
    /// their place; `shows_jpeg` is whether the track shows JPEGs of its device as they are now.
    pub fn input(&self, shows_jpeg: bool) -> Option<(UVec2, &Arc<RecorderSink>)> {
        let is_forwarded = self.forwards_jpeg && shows_jpeg && !self.sink.needs_renderer.load(Relaxed);
        (!is_forwarded).then_some((self.size, &self.sink))
    }

    /// The next report, if there is one.
    pub fn report(&self) -> Option<Report> {
        self.reports.try_recv().ok()
    }

    /// The figures so far.
    pub fn statistics(&self) -> RecorderStatistics {
        self.counters.read()
    }

    pub fn pause(&self) {
        self.send(Input::Pause(Instant::now()));
    }

    pub fn resume(&self) {
        self.send(Input::Resume(Instant::now()));
    }

    pub fn request_data(&self) {
        self.send(Input::RequestData(Instant::now()));
    }

    /// Ends the recording with this error.
    pub fn fail(&self, error: MediaError) {
        self.send(Input::Failed(error));
    }

    /// Ends the recording. [`Report::Stopped`] follows.
    pub fn stop(&self) {
        self.send(Input::Stop(Instant::now()));
    }

    fn send(&self, input: Input) {
        // Without a receiver the recording has ended by itself.
        let _ = self.inputs.send(input);
    }
}

/// Ends the recording whatever clones of the sink there are.
impl Drop for Session {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The events of a recording, as its thread receives them.
struct Inputs {
    inputs: Receiver<Input>,
    waiting: Arc<AtomicUsize>,
}

impl Inputs {
    /// The next event; `None` if there is none in this time.
    fn next(&self, wait: Option<Duration>) -> Option<Input> {
        match self.inputs.recv_timeout(wait.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)) {
            Ok(input) => {
                if matches!(input, Input::Frame(_)) {
                    self.waiting.fetch_sub(1, Relaxed);
                }
                Some(input)
            }
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Input::Stop(Instant::now())),
        }
    }
}

/// Records until the end.
fn record(
    job: Job,
    started: Instant,
    inputs: &Inputs,
    reports: &Sender<Report>,
    counters: Arc<RecordingCounters>,
) {
    let begun = catch_panic(|| begin(job, started, reports, counters));
    match begun.unwrap_or_else(|Panicked| Err(panicked())) {
        Ok(recording) => run(recording, inputs, reports),
        Err(error) => fail(error, reports),
    }
}

/// Records until the end. A codec that panics ends the recording alone.
fn run(mut recording: Recording, inputs: &Inputs, reports: &Sender<Report>) {
    let (error, ended) = loop {
        let input = inputs.next(recording.until_repeat(Instant::now()));
        if let Some(Input::Stop(at)) = input {
            break (None, at);
        }
        let done = catch_panic(|| step(&mut recording, input));
        if let Err(error) = done.unwrap_or_else(|Panicked| Err(panicked())) {
            break (Some(error), Instant::now());
        }
    };
    if catch_panic(|| recording.finish(error, ended)).is_err() {
        fail(panicked(), reports);
    }
}

fn fail(error: MediaError, reports: &Sender<Report>) {
    for report in [Report::Failed(error), Report::Stopped] {
        // The app may have despawned the recorder.
        let _ = reports.send(report);
    }
}

fn panicked() -> MediaError {
    MediaError::unknown("the encoder of the recording panicked; what was recorded until then is kept")
}

/// Records an event, or repeats the last frame if there was none.
fn step(recording: &mut Recording, input: Option<Input>) -> Result<(), MediaError> {
    match input {
        Some(Input::Frame(frame)) => return recording.frame(frame, Instant::now()),
        #[cfg(feature = "audio")]
        Some(Input::Samples(block)) => return recording.samples(&block),
        Some(Input::Failed(error)) => return Err(error),
        Some(Input::Pause(at)) => recording.pause(at),
        Some(Input::Resume(at)) => recording.resume(at),
        Some(Input::RequestData(at)) => return recording.request_data(at),
        Some(Input::Stop(_)) => {}
        None => return recording.repeat(Instant::now()),
    }
    Ok(())
}

/// Opens the encoder and the file.
fn begin(
    job: Job,
    started: Instant,
    reports: &Sender<Report>,
    counters: Arc<RecordingCounters>,
) -> Result<Recording, MediaError> {
    let Job { mut format, size, microphone, begins_black, bit_rates, key_frames, slices, file } = job;
    format.sound = microphone.is_some();
    let (bit_rate, sound_bit_rate) = bit_rates.of(Kinds { video: true, audio: format.sound });
    // Motion JPEG is held to a rate only if the app gives one: those of other codecs would be too low.
    let is_held = format.video != VideoCodec::Mjpeg || bit_rates.limits_video();
    let settings = EncoderSettings {
        bit_rate: is_held.then_some(bit_rate),
        key_frame_interval: key_frames,
        ..EncoderSettings::new(size)
    };
    let encoder = video::create(format.video, settings)?;
    let file = file.as_ref().map(RecordingWriter::create).transpose()?;
    let output = Output::new(slices, file, reports.clone(), counters.clone());
    output.report(Report::Started { media_type: format.to_string() });
    let recording =
        Recording::new(size, format, encoder, output, counters, started).begins_black(begins_black);
    #[cfg(feature = "audio")]
    let recording = {
        let sound =
            microphone.map(|microphone| SoundTrack::new(microphone.channels, sound_bit_rate)).transpose()?;
        recording.with_sound(sound)
    };
    #[cfg(not(feature = "audio"))]
    let _ = sound_bit_rate;
    Ok(recording)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        frame::{PixelFormat, RgbaFrame},
        recorder::{
            color::Color,
            format::Format,
            report::{Chunk, Slices},
            video::{EncodedFrame, VideoEncoder},
        },
    };

    const SIZE: UVec2 = UVec2::splat(16);

    /// Encodes this many frames, and panics at each one after them.
    #[derive(Debug)]
    struct Panicking(u32);

    impl VideoEncoder for Panicking {
        fn encode(&mut self, _: RgbaFrame<'_>, _: Duration) -> Result<EncodedFrame, MediaError> {
            self.0 = self.0.checked_sub(1).expect("the test wants a panic");
            Ok(EncodedFrame { data: vec![7; 100], is_key: true })
        }

        fn color(&self) -> Color {
            Color::JPEG
        }

        fn encoded_size(&self) -> UVec2 {
            SIZE
        }
    }

    /// The reports of a recording of three frames.
    fn reports(encoder: Panicking) -> Vec<Report> {
        let (sender, reports) = unbounded();
        let (input, inputs) = unbounded();
        let inputs = Inputs { inputs, waiting: Arc::new(AtomicUsize::new(3)) };
        let start = Instant::now();
        for index in 1..=3 {
            let buffer = vec![9; PixelFormat::Rgba32.packed_len(SIZE)];
            let captured = start + Duration::from_millis(10 * index);
            let frame = Frame::packed(PixelFormat::Rgba32, SIZE, buffer.into());
            input.send(Input::Frame(Frame { captured, ..frame })).expect("the receiver is here");
        }
        drop(input);
        let output = Output::new(Slices::Whole, None, sender.clone(), Arc::default());
        let format = Format::parse("video/x-matroska;codecs=mjpeg").expect("every build has it");
        let recording = Recording::new(SIZE, format, Box::new(encoder), output, Arc::default(), start);
        run(recording, &inputs, &sender);
        reports.try_iter().collect()
    }

    #[test]
    fn an_encoder_that_panics_fails_the_recording_which_keeps_the_frames_before() {
        let reports = reports(Panicking(2));
        let [Report::Failed(error), Report::Chunk(Chunk { data, end: Some(_), .. }), Report::Stopped] =
            &reports[..]
        else {
            panic!("{reports:?}")
        };
        assert!(error.message.contains("panicked"), "{error}");
        assert!(data.len() > 200, "two frames: {} bytes", data.len());
    }

    #[test]
    fn an_encoder_that_panics_at_once_ends_the_recording() {
        let reports = reports(Panicking(0));
        assert!(matches!(&reports[..], [Report::Failed(_), .., Report::Stopped]), "{reports:?}");
    }
}
