//! The cost of several tracks and of large tracks: upload, conversion and a stack of effects for a frame of each.

use std::{
    thread,
    time::{Duration, Instant},
};

use bevy::{math::UVec2, prelude::*};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::NativeMode,
    effect::EffectStack,
    effects::{GaussianBlur, HueRotate, Vignette},
    frame::{Frame, PixelFormat},
    prelude::{Mirroring, TrackSource, TrackState, TrackStatistics, VideoTrack},
    source::{CustomFeed, CustomSource},
};
use measure::{Table, Timing, frames, goal, headless, processor, time, times};

const SMALL: UVec2 = UVec2::new(640, 480);
const COUNTS: [usize; 5] = [1, 2, 4, 8, 16];
const SIZES: [UVec2; 4] = [SMALL, UVec2::new(1280, 720), UVec2::new(1920, 1080), UVec2::new(3840, 2160)];
const ROUNDS: usize = 8;
const PICTURES: usize = 6;

/// The tolerance between noise and growth that is faster than linear.
const TOLERANCE: f64 = 1.1;

/// An app with a number of tracks of one size.
struct Subject {
    app: App,
    size: UVec2,
    frame: Frame,
    tracks: Vec<(Entity, CustomFeed)>,
    samples: Vec<Duration>,
    /// The processor's time of each update, without that of a software renderer.
    processor: Vec<Duration>,
    /// The memory of all tracks, in bytes.
    memory: u64,
}

impl Subject {
    fn new(count: usize, size: UVec2) -> Self {
        let mut app = headless::app(false);
        app.add_plugins(ViewfinderPlugins);
        headless::start(&mut app);
        (0..5).for_each(|_| app.update());
        let memory = processor::memory().unwrap_or(0);
        let frame = frames::frame(PixelFormat::Nv12, size);
        let tracks = (0..count).map(|index| {
            let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Nv12 };
            let (source, feed) = CustomSource::new(format!("Camera {index}"), [mode]);
            let effects = EffectStack::new()
                .with(HueRotate { angle: 20.0 })
                .with(GaussianBlur { std_deviation: 2.0 })
                .with(Vignette::default());
            let track = (VideoTrack, Mirroring::Off, TrackSource::new(source), effects);
            (app.world_mut().spawn(track).id(), feed)
        });
        let tracks = tracks.collect();
        let (samples, processor) = (Vec::new(), Vec::new());
        let mut subject = Self { app, size, frame, tracks, samples, processor, memory };
        let deadline = Instant::now() + Duration::from_secs(120);
        while !subject.tracks.iter().all(|(track, _)| subject.state(*track) == Some(&TrackState::Live)) {
            assert!(Instant::now() < deadline, "the tracks aren't live");
            subject.app.update();
        }
        // Until all shaders are compiled and the first frames are drawn.
        (0..5).for_each(|_| _ = subject.draw());
        subject.memory = processor::memory().unwrap_or(0).saturating_sub(memory);
        subject
    }

    fn state(&self, track: Entity) -> Option<&TrackState> {
        self.app.world().get(track)
    }

    fn delivered(&self) -> u64 {
        let counted =
            self.tracks.iter().filter_map(|(track, _)| self.app.world().get::<TrackStatistics>(*track));
        counted.map(|statistics| statistics.delivered_frames).sum()
    }

    /// One update in which every track has a new frame, until the GPU is done.
    fn draw(&mut self) -> Duration {
        for (_, feed) in &self.tracks {
            feed.push(self.frame.clone());
        }
        // The tracks' threads take the frames meanwhile.
        thread::sleep(Duration::from_millis(5 * self.tracks.len() as u64));
        self.update()
    }

    fn update(&mut self) -> Duration {
        let start = Instant::now();
        self.app.update();
        headless::wait_for_gpu(&self.app);
        start.elapsed()
    }
}

fn main() {
    let counts = COUNTS.map(|count| (count, SMALL));
    let sizes = SIZES[1..].iter().map(|size| (1, *size));
    let mut subjects: Vec<Subject> =
        counts.into_iter().chain(sizes).map(|(count, size)| Subject::new(count, size)).collect();
    println!(
        "The time for a frame of every track, in NV12, with a stack of three passes, on {}: all of an update until the \
         GPU is done, less an update in which no frame came.\n",
        headless::adapter(&subjects[0].app)
    );
    let mut idle = Vec::new();
    let before: Vec<u64> = subjects.iter().map(Subject::delivered).collect();
    for _ in 0..ROUNDS {
        for subject in &mut subjects {
            idle.push(subject.update());
            for _ in 0..PICTURES {
                let before = processor::used().unwrap_or_default();
                let took = subject.draw();
                subject.samples.push(took);
                subject.processor.push(processor::used().unwrap_or_default().saturating_sub(before));
            }
        }
    }
    for (subject, before) in subjects.iter().zip(before) {
        let pushed = (ROUNDS * PICTURES * subject.tracks.len()) as u64;
        let delivered = subject.delivered() - before;
        assert!(delivered * 10 >= pushed * 9, "only {delivered} of {pushed} frames were shown");
    }

    let idle = Timing::new("", idle).median();
    let medians: Vec<Duration> = subjects
        .iter_mut()
        .map(|subject| Timing::new("", std::mem::take(&mut subject.samples)).median().saturating_sub(idle))
        .collect();
    let pixels = |subject: &Subject| f64::from(subject.size.element_product()) * subject.tracks.len() as f64;
    let mut table = Table::new([
        "tracks",
        "size",
        "time",
        "to one of 640x480",
        "linear",
        "processor, per track",
        "memory, per track",
    ]);
    let mut worst: f64 = 0.0;
    let mut per_track = Vec::new();
    for (subject, median) in subjects.iter().zip(&medians) {
        let grown = median.as_secs_f64() / medians[0].as_secs_f64();
        let linear = pixels(subject) / pixels(&subjects[0]);
        worst = worst.max(grown / linear);
        let count = subject.tracks.len();
        let processor = Timing::new("", subject.processor.clone()).median() / count as u32;
        per_track.push(processor);
        table.row([
            count.to_string(),
            format!("{}x{}", subject.size.x, subject.size.y),
            time(*median),
            times(grown),
            times(linear),
            time(processor),
            format!("{:.1} MB", subject.memory as f64 / count as f64 / 1e6),
        ]);
    }
    println!("{table}");
    println!(
        "The processor's time is that of the main thread and the systems, without the software renderer. The memory \
         is that of the process, which includes the textures of a software renderer.\n"
    );
    goal("never above linear (and a tenth for noise)", times(worst), worst <= TOLERANCE);
    let (one, sixteen) = (per_track[0], per_track[COUNTS.len() - 1]);
    goal(
        "of 16 tracks each takes at most the processor's time of one alone",
        format!("{} beside {}", time(sixteen), time(one)),
        sixteen <= one,
    );
}
