//! The time from the request of a photo to the bytes of its file, and what it costs the main thread.

use std::{
    thread,
    time::{Duration, Instant},
};

use bevy::{
    math::UVec2,
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use bevy_viewfinder::{
    ViewfinderPlugins,
    constraint::{VideoConstraints, exact},
    photo::{Photo, PhotoFailed, PhotoFormat, PhotoTaken, TakePhoto},
    prelude::{TrackSource, TrackState, VideoTrack},
    source::SyntheticSource,
};
use measure::{Table, Timing, goal, headless, main_clock, time};

/// The largest mode of the synthetic camera, and a smaller one.
const SIZE: UVec2 = UVec2::new(1920, 1080);
const PREVIEW: UVec2 = UVec2::new(640, 480);
const PHOTOS: usize = 20;
/// The time between two updates of the app.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);
const PATIENCE: Duration = Duration::from_secs(60);

/// A photo that is being encoded, then its pixels and the size of its file.
#[derive(Resource, Default)]
enum Shot {
    #[default]
    Requested,
    Encoding(Task<(Photo, usize)>),
}

fn main() {
    println!(
        "The time from the request of a {}x{} photo to the bytes of its JPEG, and the longest time of an update of the \
         main thread meanwhile. The app is updated 60 times a second; the synthetic camera has 30 frames a second.\n",
        SIZE.x, SIZE.y
    );
    let mut in_mode = app(SIZE);
    let mut switching = app(PREVIEW);
    let mut idle = Vec::new();
    for _ in 0..120 {
        idle.push(update(&mut in_mode.0));
    }
    let idle = Timing::new("idle", idle);
    let mut times = [Vec::new(), Vec::new()];
    let mut stalls = [Vec::new(), Vec::new()];
    let mut encoding = Vec::new();
    for _ in 0..PHOTOS {
        for (index, (app, track)) in [&mut in_mode, &mut switching].into_iter().enumerate() {
            let (took, stall, photo) = shoot(app, *track);
            assert_eq!(photo.size, SIZE, "the photo is of the device's largest mode");
            times[index].push(took);
            stalls[index].push(stall);
            let start = Instant::now();
            photo.encode(PhotoFormat::jpeg()).expect("a photo of this size");
            encoding.push(start.elapsed());
        }
    }
    let encoder = Timing::new("the encoder alone", encoding);
    let [frame, still] = times.map(|samples| Timing::new("", samples));
    let [frame_stall, still_stall] = stalls.map(|samples| Timing::new("", samples));
    let mut table = Table::new(["photo", "median", "p95", "longest update of the main thread"]);
    for (name, timing, stall) in [
        ("the encoder alone (the floor)", &encoder, None),
        ("in the mode that the device runs in", &frame, Some(&frame_stall)),
        ("in another mode, and back", &still, Some(&still_stall)),
    ] {
        table.row([
            name.to_owned(),
            time(timing.median()),
            time(timing.percentile(95)),
            stall.map_or_else(String::new, |stall| time(stall.percentile(100))),
        ]);
    }
    println!("{table}");
    println!(
        "An update without a photo takes {} at most (median {}).\n",
        time(idle.percentile(100)),
        time(idle.median())
    );
    let more = frame.median().saturating_sub(encoder.median());
    goal("without a switch, at most 2 frames more than the encoder", time(more), more <= FRAME * 2);
    let more = still.median().saturating_sub(encoder.median());
    goal("with a switch, at most 1 s more", time(more), more <= Duration::from_secs(1));
    let stall = frame_stall.percentile(100).max(still_stall.percentile(100));
    goal("no update longer than 1 ms", time(stall), stall <= Duration::from_millis(1));
}

fn app(preview: UVec2) -> (App, Entity) {
    let mut app = headless::app(true);
    app.add_plugins(ViewfinderPlugins).init_resource::<Shot>();
    main_clock::install(&mut app);
    headless::start(&mut app);
    let constraints = VideoConstraints::new().width(exact(preview.x)).height(exact(preview.y));
    let track =
        app.world_mut().spawn((VideoTrack, constraints, TrackSource::new(SyntheticSource::new()))).id();
    let deadline = Instant::now() + PATIENCE;
    while app.world().get::<TrackState>(track) != Some(&TrackState::Live) {
        assert!(Instant::now() < deadline, "the track isn't live");
        update(&mut app);
    }
    // Compiles the pipelines.
    shoot(&mut app, track);
    (app, track)
}

/// Updates the app once, at 60 Hz. Returns the time of the main thread.
fn update(app: &mut App) -> Duration {
    let start = Instant::now();
    app.update();
    thread::sleep(FRAME.saturating_sub(start.elapsed()));
    main_clock::last_update(app)
}

/// Takes a photo and encodes it. Returns the time until it was encoded, and the longest update meanwhile.
fn shoot(app: &mut App, track: Entity) -> (Duration, Duration, Photo) {
    let start = Instant::now();
    *app.world_mut().resource_mut::<Shot>() = Shot::Requested;
    app.world_mut()
        .spawn(TakePhoto(track))
        .observe(|taken: On<PhotoTaken>, mut shot: ResMut<Shot>| {
            let photo = taken.photo.clone();
            *shot = Shot::Encoding(AsyncComputeTaskPool::get().spawn(async move {
                let bytes = photo.encode(PhotoFormat::jpeg()).expect("a photo of this size");
                (photo, bytes.len())
            }));
        })
        .observe(|failed: On<PhotoFailed>| panic!("{}", failed.error));
    let mut longest = Duration::ZERO;
    loop {
        assert!(start.elapsed() < PATIENCE, "no photo came");
        longest = longest.max(update(app));
        if let Shot::Encoding(task) = &mut *app.world_mut().resource_mut::<Shot>()
            && let Some((photo, bytes)) = check_ready(task)
        {
            assert!(bytes > 0, "the file is empty");
            return (start.elapsed(), longest, photo);
        }
    }
}
