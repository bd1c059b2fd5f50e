//! The processor's time of a camera in an app that does nothing else: of all threads, for a second of video.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use bevy::{math::UVec2, prelude::*};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{FramePool, FrameRef, PixelFormat},
    prelude::{Mirroring, TrackSource, TrackState, TrackStatistics, VideoTrack},
    source::{Source, Stream, StreamEvent},
};
use measure::{
    Table, Timing,
    frames::{frame_bytes, usual_path},
    goal, headless, processor, time, times,
};
use nokhwa_core::types::FrameFormat;

const SIZE: UVec2 = UVec2::new(1920, 1080);
const CAMERA: f64 = 30.0;
const APP: f64 = 60.0;
const SECONDS: f64 = 4.0;
const ROUNDS: usize = 4;
/// A driver fills its buffers in turns, so the data isn't in the processor's cache.
const BUFFERS: usize = 4;

/// The camera of a case: a thread that hands out a driver's buffers.
enum Camera {
    None,
    /// Copies each buffer, as a reader of a driver does.
    Copy,
    /// Its stream reads the buffers while this is true.
    Ours(Arc<AtomicBool>),
    Usual(SyncSender<Image>),
}

/// The image of the usual path, and the frames on their way to it.
#[derive(Resource)]
struct Usual {
    image: Handle<Image>,
    frames: Mutex<Receiver<Image>>,
}

/// A device whose buffers are filled at its frame rate while it runs.
#[derive(Debug)]
struct Driver {
    mode: NativeMode,
    running: Arc<AtomicBool>,
}

impl Source for Driver {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Ok(vec![Device { id: "camera".into(), modes: vec![self.mode], ..Device::default() }])
    }

    fn open(&self, _: &DeviceId, mode: &NativeMode, _: &FramePool) -> Result<Box<dyn Stream>, MediaError> {
        let buffers = vec![frame_bytes(mode.format, mode.size); BUFFERS];
        let running = self.running.clone();
        Ok(Box::new(DriverStream { mode: *mode, running, buffers, start: None, count: 0 }))
    }
}

struct DriverStream {
    mode: NativeMode,
    running: Arc<AtomicBool>,
    buffers: Vec<Vec<u8>>,
    /// The start of this run.
    start: Option<Instant>,
    count: u32,
}

impl Stream for DriverStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        // Its frames are only shown, so they are read in place.
        thread::sleep(wait);
        Ok(StreamEvent::Pending)
    }

    fn read(
        &mut self,
        wait: Duration,
        receive: &mut dyn FnMut(FrameRef<'_>),
    ) -> Result<StreamEvent, MediaError> {
        if !self.running.load(Relaxed) {
            self.start = None;
            thread::sleep(wait);
            return Ok(StreamEvent::Pending);
        }
        if self.start.is_none() {
            self.count = 0;
        }
        let due = Duration::from_secs_f64(f64::from(self.count) / CAMERA);
        let left = due.saturating_sub(self.start.get_or_insert_with(Instant::now).elapsed());
        thread::sleep(left.min(wait));
        if left <= wait {
            let buffer = &*self.buffers[self.count as usize % BUFFERS];
            self.count += 1;
            receive(FrameRef::borrow_packed(self.mode.format, self.mode.size, buffer));
        }
        Ok(StreamEvent::Pending)
    }

    fn silence_limit(&self) -> Option<Duration> {
        None
    }
}

fn main() {
    println!(
        "The processor's time for a second of a camera of {}x{} at {CAMERA} Hz, in an app of {APP} Hz that does nothing \
         else: of all threads but those of a software renderer, less that of the app without a camera, which varies by \
         some 10 ms. A stand-in for a driver fills buffers. This crate reads them in place, as it does those of V4L2. \
         The others copy them, as other readers do.\n",
        SIZE.x, SIZE.y
    );
    let mut table = Table::new(["format", "", "per second", "to the copy", "frames"]);
    let mut goals = Vec::new();
    for (format, theirs) in [(PixelFormat::Yuyv, FrameFormat::YUYV), (PixelFormat::Nv12, FrameFormat::NV12)] {
        let bytes = frame_bytes(format, SIZE);
        let mut apps = [idle(), idle(), ours(format), usual()];
        let mut samples = vec![Vec::new(); apps.len()];
        let mut frames = [0; 4];
        apps[1].1 = Camera::Copy;
        // The first round warms up.
        for round in 0..=ROUNDS {
            for (index, (app, camera)) in apps.iter_mut().enumerate() {
                let (used, shown) = run(app, camera, theirs, &bytes);
                if round > 0 {
                    samples[index].push(used);
                    frames[index] += shown;
                }
            }
        }
        let medians: Vec<_> =
            samples.into_iter().map(|samples| Timing::new("", samples).median().div_f64(SECONDS)).collect();
        let more = |index: usize| medians[index].saturating_sub(medians[0]);
        let copy = more(1).as_secs_f64().max(1e-6);
        for (index, name) in [(1, "one copy (the floor)"), (2, "this crate"), (3, "the usual path")] {
            table.row([
                format!("{format:?}"),
                name.into(),
                time(more(index)),
                times(more(index).as_secs_f64() / copy),
                if index == 1 { String::new() } else { frames[index].to_string() },
            ]);
        }
        goals.push((format, more(2).as_secs_f64() / more(3).as_secs_f64().max(1e-9)));
    }
    println!("{table}");
    for (format, ratio) in goals {
        goal(&format!("{format:?}, at most a tenth of the usual path"), times(ratio), ratio <= 0.1);
    }
}

fn idle() -> (App, Camera) {
    let mut app = headless::app(true);
    headless::start(&mut app);
    (app, Camera::None)
}

fn ours(format: PixelFormat) -> (App, Camera) {
    let mut app = headless::app(true);
    app.add_plugins(ViewfinderPlugins);
    headless::start(&mut app);
    let mode = NativeMode { size: SIZE, frame_rate: CAMERA, format };
    let running = Arc::new(AtomicBool::new(true));
    let source = TrackSource::new(Driver { mode, running: running.clone() });
    let track = app.world_mut().spawn((VideoTrack, Mirroring::Off, source)).id();
    let start = Instant::now();
    while app.world().get::<TrackState>(track) != Some(&TrackState::Live) {
        assert!(start.elapsed() < Duration::from_secs(60), "the track isn't live");
        app.update();
    }
    running.store(false, Relaxed);
    (app, Camera::Ours(running))
}

fn usual() -> (App, Camera) {
    let mut app = headless::app(true);
    let (sender, frames) = sync_channel(1);
    let black = usual_path(&vec![0; (SIZE.x * SIZE.y * 2) as usize], FrameFormat::YUYV, SIZE);
    app.add_systems(Update, |usual: Res<Usual>, mut images: ResMut<Assets<Image>>| {
        let frame = usual.frames.lock().ok().and_then(|frames| frames.try_iter().last());
        if let Some(frame) = frame {
            let _ = images.insert(&usual.image, frame);
        }
    });
    headless::start(&mut app);
    let image = app.world_mut().resource_mut::<Assets<Image>>().add(black);
    app.insert_resource(Usual { image, frames: Mutex::new(frames) });
    (app, Camera::Usual(sender))
}

/// Runs an app with its camera for a while. Returns the processor's time, and the number of frames.
fn run(app: &mut App, camera: &Camera, theirs: FrameFormat, bytes: &[u8]) -> (Duration, u64) {
    let running = match camera {
        Camera::Ours(running) => running.clone(),
        _ => Arc::default(),
    };
    running.store(true, Relaxed);
    let mut statistics = app.world_mut().query::<&TrackStatistics>();
    let delivered = |app: &App, query: &mut QueryState<&TrackStatistics>| -> u64 {
        query.iter_manual(app.world()).map(|track| track.delivered_frames).sum()
    };
    let before_frames = delivered(app, &mut statistics);
    let mut sent = 0;
    let used = thread::scope(|scope| {
        let producer = scope.spawn({
            let running = running.clone();
            move || {
                let driver = vec![bytes.to_vec(); BUFFERS];
                let pool = FramePool::default();
                let mut count = 0_u32;
                let start = Instant::now();
                while running.load(Relaxed) {
                    let buffer = &driver[count as usize % driver.len()];
                    match camera {
                        // The source has a thread of its own.
                        Camera::None | Camera::Ours(_) => {}
                        Camera::Copy => drop(std::hint::black_box(pool.copy_of(buffer))),
                        Camera::Usual(sender) => _ = sender.try_send(usual_path(buffer, theirs, SIZE)),
                    }
                    count += 1;
                    let due = Duration::from_secs_f64(f64::from(count) / CAMERA);
                    thread::sleep(due.saturating_sub(start.elapsed()));
                }
                count
            }
        });
        let before = processor::used_by_all().unwrap_or_default();
        let start = Instant::now();
        while start.elapsed().as_secs_f64() < SECONDS {
            let frame = Instant::now();
            app.update();
            thread::sleep(Duration::from_secs_f64(1.0 / APP).saturating_sub(frame.elapsed()));
        }
        let used = processor::used_by_all().unwrap_or_default().saturating_sub(before);
        running.store(false, Relaxed);
        sent = producer.join().expect("the camera doesn't panic");
        used
    });
    let shown = delivered(app, &mut statistics) - before_frames;
    (used, if matches!(camera, Camera::Ours(_)) { shown } else { u64::from(sent) })
}
