//! Once a track runs, its frames cost no allocation. The allocator that counts is the whole program's, so this test
//! has a program of its own.

use std::{
    alloc::System,
    thread,
    time::{Duration, Instant},
};

use bevy::{math::UVec2, prelude::*};
use bevy_viewfinder::{
    ViewfinderPlugin,
    device::NativeMode,
    frame::{Frame, FramePool, PixelFormat, frame_slot},
    prelude::*,
    source::{CustomSource, SyntheticSource},
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const FRAMES: u64 = 1000;
const WARM_UP: u64 = 100;

#[test]
fn frames_cost_no_allocation_once_running() {
    from_buffer_to_reader();
    a_synthetic_camera();
    a_camera_that_the_app_feeds();
}

/// The way of a frame with a reader that takes each: from the driver's bytes through pool and slot, and back.
fn from_buffer_to_reader() {
    let size = UVec2::new(640, 480);
    for format in [PixelFormat::Yuyv, PixelFormat::Nv12] {
        let driver = vec![128; format.packed_len(size)];
        let pool = FramePool::default();
        let (writer, reader) = frame_slot();
        let pass = |frames| {
            for _ in 0..frames {
                let frame = Frame::packed(format, size, pool.copy_of(&driver));
                frame.validate().expect("a whole frame");
                writer.put(frame);
                reader.take().expect("the frame that was just put there");
            }
        };
        assert!(allocations(|| pass(WARM_UP)) > 0, "the first buffers are allocated, or this counts nothing");
        assert_eq!(allocations(|| pass(FRAMES)), 0, "{format:?}");
    }
}

/// A camera's thread, that reads, decodes where it must, checks and passes on.
fn a_synthetic_camera() {
    for format in [PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Rgb24] {
        let source = SyntheticSource::default()
            .with_size(UVec2::new(320, 240))
            .with_frame_rate(1000.0)
            .with_format(format);
        let constraints = VideoConstraints::new().width(320).height(240);
        assert_eq!(allocations_of((TrackSource::new(source), constraints), || ()), 0, "{format:?}");
    }
}

/// The same where the app pushes the frames: its own pushing too.
fn a_camera_that_the_app_feeds() {
    let size = UVec2::new(320, 240);
    let mode = NativeMode { size, frame_rate: 1000.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("fed by a test", [mode]);
    let picture = vec![100; PixelFormat::Rgba32.packed_len(size)];
    let push = || feed.push_rgba(size, &picture).expect("a whole picture");
    assert_eq!(allocations_of((TrackSource::new(source), VideoConstraints::new()), push), 0);
}

/// Allocations on all threads while a running track gets its frames. `push` is called all the while.
fn allocations_of(track: impl Bundle, push: impl Fn()) -> usize {
    let mut app = App::new();
    // Watching files is a thread that allocates.
    let assets = AssetPlugin { watch_for_changes_override: Some(false), ..default() };
    app.add_plugins((MinimalPlugins, assets));
    app.init_asset::<Shader>().init_asset::<Image>().add_plugins(ViewfinderPlugin);
    let track = app.world_mut().spawn((VideoTrack, track)).id();
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut counted = 0;
    // How many frames there were when the counting began.
    let mut start = None;
    loop {
        // What the app itself allocates in an update isn't counted.
        app.update();
        let frames =
            app.world().get::<TrackStatistics>(track).map_or(0, |statistics| statistics.total_frames);
        match start {
            None if frames >= WARM_UP => start = Some(frames),
            Some(start) if frames >= start + FRAMES => return counted,
            _ => {}
        }
        assert!(Instant::now() < deadline, "only {frames} frames came");
        // Bevy's own threads allocate when they lie down after the update; they get the time to.
        thread::sleep(Duration::from_millis(50));
        let more = allocations(|| {
            for _ in 0..20 {
                push();
                thread::sleep(Duration::from_millis(2));
            }
        });
        if start.is_some() {
            counted += more;
        }
    }
}

/// Allocations on all threads while this runs.
fn allocations(run: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    run();
    let change = region.change();
    change.allocations + change.reallocations
}
