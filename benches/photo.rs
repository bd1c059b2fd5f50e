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

/// A photo whose pixels came then, and that is being encoded.
#[derive(Resource, Default)]
enum Shot {
    #[default]
    Requested,
    Encoding(Instant, Task<(Photo, usize)>),
}

/// The course of a photo.
struct Taken {
    /// From the request to the pixels, and the updates of the app in that time.
    pixels: Duration,
    frames: usize,
    /// From the request to the bytes of the file.
    file: Duration,
    /// The updates of the main thread meanwhile.
    updates: Vec<Duration>,
    photo: Photo,
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
    let mut pixels = [Vec::new(), Vec::new()];
    let mut files = pixels.clone();
    let mut updates = pixels.clone();
    let mut frames = [Vec::new(), Vec::new()];
    let mut encoding = Vec::new();
    for _ in 0..PHOTOS {
        for (index, (app, track)) in [&mut in_mode, &mut switching].into_iter().enumerate() {
            let taken = shoot(app, *track);
            assert_eq!(taken.photo.size, SIZE, "the photo is of the device's largest mode");
            pixels[index].push(taken.pixels);
            frames[index].push(taken.frames);
            files[index].push(taken.file);
            updates[index].extend(taken.updates);
            let start = Instant::now();
            taken.photo.encode(PhotoFormat::jpeg()).expect("a photo of this size");
            encoding.push(start.elapsed());
        }
    }
    let encoder = Timing::new("the encoder alone", encoding);
    let [pixels, files, updates] =
        [pixels, files, updates].map(|cases| cases.map(|samples| Timing::new("", samples)));
    let mut table =
        Table::new(["photo", "to its pixels", "to its file", "p95", "update, median", "p95", "longest"]);
    let cells = |timing: &Timing| [50, 95, 100].map(|percent| time(timing.percentile(percent)));
    let none = String::new;
    let [median, p95, _] = cells(&encoder);
    table.row(["the encoder alone (the floor)".into(), none(), median, p95, none(), none(), none()]);
    for (index, name) in
        ["in the mode that the device runs in", "in another mode, and back"].into_iter().enumerate()
    {
        let ([file, file_p95, _], [median, p95, longest]) = (cells(&files[index]), cells(&updates[index]));
        table.row([name.into(), time(pixels[index].median()), file, file_p95, median, p95, longest]);
    }
    let [median, p95, longest] = cells(&idle);
    table.row(["no photo".into(), none(), none(), none(), median, p95, longest]);
    println!("{table}");
    frames[0].sort_unstable();
    let shot = frames[0][PHOTOS / 2];
    goal("without a switch, pixels after at most 3 updates of the app", shot, shot <= 3);
    let more = files[1].median().saturating_sub(encoder.median());
    goal("with a switch, at most 1 s more than the encoder", time(more), more <= Duration::from_secs(1));
    let more = updates.iter().map(|updates| updates.percentile(95)).max().unwrap_or_default();
    let more = more.saturating_sub(idle.percentile(95));
    goal(
        "updates (p95) at most 1 ms longer than without a photo",
        time(more),
        more <= Duration::from_millis(1),
    );
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

/// Takes a photo and encodes it.
fn shoot(app: &mut App, track: Entity) -> Taken {
    let start = Instant::now();
    *app.world_mut().resource_mut::<Shot>() = Shot::Requested;
    app.world_mut()
        .spawn(TakePhoto(track))
        .observe(|taken: On<PhotoTaken>, mut shot: ResMut<Shot>| {
            let photo = taken.photo.clone();
            let task = AsyncComputeTaskPool::get().spawn(async move {
                let bytes = photo.encode(PhotoFormat::jpeg()).expect("a photo of this size");
                (photo, bytes.len())
            });
            *shot = Shot::Encoding(Instant::now(), task);
        })
        .observe(|failed: On<PhotoFailed>| panic!("{}", failed.error));
    let (mut updates, mut frames) = (Vec::new(), 0);
    loop {
        assert!(start.elapsed() < PATIENCE, "no photo came");
        frames += usize::from(matches!(app.world().resource::<Shot>(), Shot::Requested));
        updates.push(update(app));
        if let Shot::Encoding(taken, task) = &mut *app.world_mut().resource_mut::<Shot>()
            && let Some((photo, bytes)) = check_ready(task)
        {
            assert!(bytes > 0, "the file is empty");
            return Taken { pixels: *taken - start, frames, file: start.elapsed(), updates, photo };
        }
    }
}
