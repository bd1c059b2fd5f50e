//! The cost of a track on the main thread for each frame of the display.

use std::{
    thread,
    time::{Duration, Instant},
};

use bevy::{math::UVec2, prelude::*};
use bevy_viewfinder::{
    constraint::VideoConstraints,
    prelude::{TrackSource, TrackStatistics, VideoTrack},
    source::SyntheticSource,
};
use measure::{Table, Timing, goal, headless, main_clock, time};

/// Frames of the display for each app, at 60 Hz.
const FRAMES: usize = 1200;
const WARM_UP: usize = 120;
/// The devices' frame rate in Hz. It is low, so that a processor that also stands in for the GPU isn't always busy.
const FRAME_RATE: f64 = 2.0;

fn main() {
    let mut apps = [
        (String::from("no plugin, no track"), headless_app(|_| {})),
        (String::from("the plugins, no track"), headless_app(add_plugins)),
        (String::from("one track of 640x480"), app(UVec2::new(640, 480))),
        (String::from("one track of 3840x2160"), app(UVec2::new(3840, 2160))),
    ];
    println!(
        "The main thread's time for a frame of the display: its schedules and the extraction for the renderer, which \
         runs beside it. Four apps without a window ({}), each updated in turn 60 times a second; cameras at \
         {FRAME_RATE} Hz.\n",
        headless::adapter(&apps[0].1)
    );
    let mut samples = vec![Vec::with_capacity(FRAMES); apps.len()];
    for frame in 0..WARM_UP + FRAMES {
        let start = Instant::now();
        for turn in 0..apps.len() {
            let index = (turn + frame) % apps.len();
            let app = &mut apps[index].1;
            app.update();
            if frame >= WARM_UP {
                samples[index].push(main_clock::last_update(app));
            }
        }
        thread::sleep(Duration::from_secs_f64(1.0 / 60.0).saturating_sub(start.elapsed()));
    }
    let delivered: Vec<u64> = apps
        .iter_mut()
        .map(|(_, app)| {
            let mut statistics = app.world_mut().query::<&TrackStatistics>();
            statistics.iter(app.world()).map(|statistics| statistics.delivered_frames).sum()
        })
        .collect();
    assert!(delivered[2] > 0 && delivered[3] > 0, "the tracks showed nothing: {delivered:?} frames");

    let names = apps.iter().map(|(name, _)| name.clone());
    let timings: Vec<Timing> = names.zip(samples).map(|(name, samples)| Timing::new(name, samples)).collect();
    let more = |timing: &Timing| timing.median().saturating_sub(timings[0].median());
    let mut table = Table::new(["app", "median", "p95", "more than the empty app", "camera frames shown"]);
    for (timing, delivered) in timings.iter().zip(&delivered) {
        table.row([
            timing.name.clone(),
            time(timing.median()),
            time(timing.percentile(95)),
            time(more(timing)),
            delivered.to_string(),
        ]);
    }
    println!("{table}");
    let (small, large) = (more(&timings[2]), more(&timings[3]));
    goal(
        "a 4K track, at most 50 µs more than the empty app",
        time(large),
        large <= Duration::from_micros(50),
    );
    goal("a 480p track, likewise", time(small), small <= Duration::from_micros(50));
}

fn add_plugins(app: &mut App) {
    app.add_plugins(bevy_viewfinder::ViewfinderPlugins);
}

/// An app with a track of this size.
fn app(size: UVec2) -> App {
    headless_app(|app| {
        add_plugins(app);
        let source = SyntheticSource::new().size(size).frame_rate(FRAME_RATE);
        let constraints = VideoConstraints::new().width(size.x).height(size.y);
        app.world_mut().spawn((VideoTrack, constraints, TrackSource::new(source)));
    })
}

fn headless_app(add: impl FnOnce(&mut App)) -> App {
    let mut app = headless::app(true);
    add(&mut app);
    main_clock::install(&mut app);
    headless::start(&mut app);
    app
}
