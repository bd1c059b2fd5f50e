//! The age of frames when they are drawn, the time from the request of a track to its first frame, and the time from
//! the end of a track until its device is free.

use std::{
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use bevy::{math::UVec2, prelude::*};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{FramePool, PixelFormat},
    prelude::{PixelTap, TapFrames, TrackSource, TrackStatistics, VideoTrack},
    source::{Source, Stream, StreamEvent, SyntheticSource},
};
use measure::{Table, Timing, goal, headless, time};

const SIZE: UVec2 = UVec2::new(640, 480);
/// The frame rate of the camera in Hz.
const CAMERA: f64 = 30.0;
/// The frame rates of the apps in Hz.
const APPS: [f64; 3] = [10.0, 60.0, 144.0];
const SECONDS: f64 = 20.0;
const ROUNDS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    ages();
    lives();
}

fn source() -> SyntheticSource {
    SyntheticSource::new().size(SIZE).frame_rate(CAMERA).format(PixelFormat::Nv12)
}

fn app() -> App {
    let mut app = headless::app(true);
    app.add_plugins(ViewfinderPlugins);
    headless::start(&mut app);
    app
}

/// Updates the app once, at this rate in Hz.
fn update(app: &mut App, rate: f64) {
    let start = Instant::now();
    app.update();
    rest(start, rate);
}

/// Waits until the next update is due.
fn rest(start: Instant, rate: f64) {
    thread::sleep(Duration::from_secs_f64(1.0 / rate).saturating_sub(start.elapsed()));
}

fn ages() {
    println!(
        "The age of a frame of a {CAMERA} Hz camera of {}x{} when the renderer begins to draw it, by the frame rate of the \
         app. The renderer has a thread of its own.\n",
        SIZE.x, SIZE.y
    );
    let mut table =
        Table::new(["app", "median", "p99", "most", "an interval and a frame of the app", "frames"]);
    let mut goals = Vec::new();
    for rate in APPS {
        let mut app = app();
        let track = app.world_mut().spawn((VideoTrack, TrackSource::new(source()))).id();
        // Its frames tell the order in which frames are drawn.
        let tap = app.world_mut().spawn(PixelTap::luma(track).size(UVec2::splat(16)).effects(false)).id();
        let statistics = |app: &App| app.world().get::<TrackStatistics>(track).copied().unwrap_or_default();
        let start = Instant::now();
        while statistics(&app).delivered_frames < 30 {
            assert!(start.elapsed() < PATIENCE, "the track has no frames");
            update(&mut app, rate);
        }
        let (mut ages, mut newest, mut backwards) = (Vec::new(), None, 0);
        let start = Instant::now();
        while start.elapsed().as_secs_f64() < SECONDS {
            let before = statistics(&app).delivered_frames;
            update(&mut app, rate);
            let after = statistics(&app);
            if after.delivered_frames > before {
                ages.push(after.frame_age);
            }
            if let Some(frame) = app.world().get::<TapFrames>(tap).and_then(TapFrames::latest) {
                backwards += usize::from(newest.is_some_and(|newest| frame.captured < newest));
                newest = Some(frame.captured);
            }
        }
        let frames = ages.len();
        let ages = Timing::new("", ages);
        let bound = Duration::from_secs_f64(1.0 / CAMERA + 1.0 / rate);
        table.row([
            format!("{rate} Hz"),
            time(ages.median()),
            time(ages.percentile(99)),
            time(ages.percentile(100)),
            time(bound),
            frames.to_string(),
        ]);
        goals.push((rate, ages.percentile(99), bound, backwards));
    }
    println!("{table}");
    for (rate, p99, bound, backwards) in goals {
        goal(
            &format!("at {rate} Hz, p99 below an interval of the camera and a frame of the app"),
            time(p99),
            p99 < bound,
        );
        goal(&format!("at {rate} Hz, no older frame after a newer one"), backwards, backwards == 0);
    }
    println!();
}

/// The synthetic source, which stores the time at which its device was closed.
#[derive(Debug)]
struct Watched {
    source: SyntheticSource,
    closed: Closed,
}

type Closed = Arc<Mutex<Option<Instant>>>;

struct WatchedStream {
    stream: Box<dyn Stream>,
    closed: Closed,
}

impl Source for Watched {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        self.source.devices()
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        let stream = self.source.open(device, mode, pool)?;
        Ok(Box::new(WatchedStream { stream, closed: self.closed.clone() }))
    }
}

impl Stream for WatchedStream {
    fn mode(&self) -> NativeMode {
        self.stream.mode()
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        self.stream.next(wait)
    }
}

impl Drop for WatchedStream {
    fn drop(&mut self) {
        *self.closed.lock().expect("nothing panics with it") = Some(Instant::now());
    }
}

/// The time in which the source alone opens its device and has a frame.
fn open_alone() -> Duration {
    let start = Instant::now();
    let source = source();
    let device = source.devices().expect("it is always there").remove(0);
    let mut stream =
        source.open(&device.id, &device.modes[0], &FramePool::default()).expect("it always opens");
    while !matches!(stream.next(Duration::from_secs(1)), Ok(StreamEvent::Frame(_))) {}
    start.elapsed()
}

fn lives() {
    println!(
        "The time from the spawn of a track until its first frame is on the GPU, beside that of the source alone, and \
         from its despawn until the device is closed. The app has 60 Hz, and sees the frame in the update after it.\n"
    );
    let mut app = app();
    let (mut alone, mut first, mut freed) = (Vec::new(), Vec::new(), Vec::new());
    // The first round compiles the pipelines.
    for round in 0..=ROUNDS {
        let opened = open_alone();
        let closed = Closed::default();
        let source = Watched { source: source(), closed: closed.clone() };
        let start = Instant::now();
        let track = app.world_mut().spawn((VideoTrack, TrackSource::new(source))).id();
        let shown = loop {
            let update = Instant::now();
            app.update();
            let is_shown = |statistics: &TrackStatistics| statistics.delivered_frames > 0;
            if app.world().get(track).is_some_and(is_shown) {
                break start.elapsed();
            }
            assert!(start.elapsed() < PATIENCE, "the track has no frames");
            rest(update, 60.0);
        };
        let start = Instant::now();
        app.world_mut().despawn(track);
        let end = loop {
            assert!(start.elapsed() < PATIENCE, "the device isn't closed");
            update(&mut app, 60.0);
            if let Some(end) = *closed.lock().expect("nothing panics with it") {
                break end;
            }
        };
        if round > 0 {
            alone.push(opened);
            first.push(shown);
            freed.push(end.saturating_duration_since(start));
        }
    }
    let [alone, first, freed] = [alone, first, freed].map(|samples| Timing::new("", samples));
    let mut table = Table::new(["", "median", "p95"]);
    for (name, timing) in [
        ("the source alone, to its first frame (the floor)", &alone),
        ("from spawn to the first frame", &first),
        ("from despawn until the device is closed", &freed),
    ] {
        table.row([name.into(), time(timing.median()), time(timing.percentile(95))]);
    }
    println!("{table}");
    let more = first.median().saturating_sub(alone.median());
    let display = Duration::from_secs_f64(1.0 / 60.0);
    goal(
        "to the first frame, at most two frames of the display more than the source: one to draw, one to see it",
        time(more),
        more <= display * 2,
    );
    let bound = Duration::from_secs_f64(1.0 / CAMERA) + Duration::from_millis(100);
    goal("closed within an interval and 100 ms", time(freed.percentile(95)), freed.percentile(95) <= bound);
}
