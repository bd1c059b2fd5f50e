//! Once a track runs, its frames cost no allocation. The allocator that counts is the whole program's, so this test
//! has a program of its own.

use std::{
    alloc::System,
    thread,
    time::{Duration, Instant},
};

use bevy::{
    app::PluginsState, camera::CameraPlugin, math::UVec2, mesh::MeshPlugin, prelude::*, render::RenderPlugin,
    window::ExitCondition,
};
use bevy_viewfinder::{
    ViewfinderPlugins,
    device::NativeMode,
    frame::{Frame, FramePool, MjpegDecoder, PixelFormat},
    internal::frame_slot,
    prelude::*,
    source::{CustomSource, SyntheticSource},
};
use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const FRAMES: u64 = 1000;
const WARM_UP: u64 = 100;

#[test]
fn frames_cost_no_allocation_once_running() {
    from_buffer_to_reader();
    jpegs_to_planes();
    a_synthetic_camera();
    a_camera_that_the_app_feeds();
    a_tap();
}

/// The path of a frame with a reader that takes each: from the driver's bytes through pool and slot, and back.
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
        assert!(
            counted(|| pass(WARM_UP)).allocations > 0,
            "the first buffers are allocated, or this counts nothing"
        );
        assert_eq!(counted(|| pass(FRAMES)).allocations, 0, "{format:?}");
    }
}

/// The same for JPEGs: of all kinds that cameras send, and of kinds that need more work.
fn jpegs_to_planes() {
    let mut jpegs = vec![jpeg(ExtendedColorType::Rgb8), jpeg(ExtendedColorType::L8)];
    // One without its Huffman tables, as cameras send it, and one whose components are named R, G and B.
    let bare = without_segments(&jpegs[0], 0xc4);
    let mut rgb = without_segments(&jpegs[0], 0xe0);
    for code in [0xc0, 0xda] {
        let start = rgb.windows(2).position(|bytes| bytes == [0xff, code]).expect("such a segment");
        let (first, step) = if code == 0xc0 { (start + 10, 3) } else { (start + 5, 2) };
        (0..3).zip(b"RGB").for_each(|(index, name)| rgb[first + step * index] = *name);
    }
    jpegs.extend([bare, rgb]);
    let pool = FramePool::default();
    let decoder = MjpegDecoder::new(pool.clone());
    let (writer, reader) = frame_slot();
    let pass = |frames: u64| {
        for _ in 0..frames {
            for jpeg in &jpegs {
                let frame = Frame::packed(PixelFormat::Mjpeg, UVec2::new(64, 48), pool.copy_of(jpeg));
                let frame = decoder.decode(frame).expect("a whole JPEG");
                frame.validate().expect("a whole frame");
                writer.put(frame);
                reader.take().expect("the frame that was just put there");
            }
        }
    };
    pass(WARM_UP);
    assert_eq!(counted(|| pass(WARM_UP)).allocations, 0);
}

/// A JPEG of 64x48.
fn jpeg(color: ExtendedColorType) -> Vec<u8> {
    let samples: Vec<_> = (0..64 * 48 * 3).map(|index| (index * index / 300) as u8).collect();
    let mut jpeg = vec![];
    let samples = &samples[..64 * 48 * usize::from(color.channel_count())];
    JpegEncoder::new(&mut jpeg).encode(samples, 64, 48, color).expect("an encoder that writes to memory");
    jpeg
}

/// A JPEG without its segments of this code.
fn without_segments(jpeg: &[u8], code: u8) -> Vec<u8> {
    let mut jpeg = jpeg.to_vec();
    let mut at = 2;
    while jpeg[at + 1] != 0xda {
        let length = 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if jpeg[at + 1] == code {
            jpeg.drain(at..at + length);
        } else {
            at += length;
        }
    }
    jpeg
}

/// A capture thread: it reads, decodes, validates and delivers.
fn a_synthetic_camera() {
    let size = UVec2::new(320, 240);
    for format in [PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Rgb24] {
        let source = SyntheticSource::new().size(size).frame_rate(1000.0).format(format);
        let constraints = VideoConstraints::new().width(320).height(240);
        let allocated = allocated_by((TrackSource::new(source), constraints), || ());
        assert_buffers_only(allocated, format.packed_len(size));
    }
}

/// The same for frames that the app pushes, with the pushing itself.
fn a_camera_that_the_app_feeds() {
    let size = UVec2::new(320, 240);
    let mode = NativeMode { size, frame_rate: 1000.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("fed by a test", [mode]);
    let picture = vec![100; PixelFormat::Rgba32.packed_len(size)];
    let push = || feed.push_rgba(size, &picture).expect("a whole picture");
    let allocated = allocated_by((TrackSource::new(source), VideoConstraints::new()), push);
    assert_buffers_only(allocated, picture.len());
}

/// A tap costs what wgpu allocates for a pass, a copy and a callback, and no buffer: its pixels are many times as
/// large.
fn a_tap() {
    let size = UVec2::new(640, 360);
    let mode = NativeMode { size, frame_rate: 1000.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("tapped by a test", [mode]);
    let picture = vec![100; PixelFormat::Rgba32.packed_len(size)];
    let mut app = drawing_app();
    let track = app.world_mut().spawn((VideoTrack, TrackSource::new(source))).id();
    let update = |app: &mut App, count: u64| {
        for _ in 0..count {
            feed.push_rgba(size, &picture).expect("a whole picture");
            thread::sleep(Duration::from_millis(2));
            app.update();
        }
    };
    let (warm_up, frames) = (60, 120);
    update(&mut app, warm_up);
    let without = counted(|| update(&mut app, frames));

    let tap = app.world_mut().spawn(PixelTap::rgba(track).effects(false)).id();
    let seen = |app: &App| app.world().get::<TapFrames>(tap)?.latest().map(|frame| frame.sequence);
    let deadline = Instant::now() + Duration::from_secs(60);
    while seen(&app).is_none() {
        update(&mut app, 1);
        assert!(Instant::now() < deadline, "the tap has no frame");
    }
    update(&mut app, warm_up);
    let before = seen(&app);
    let with = counted(|| update(&mut app, frames));
    let tapped = seen(&app).zip(before).map_or(0, |(after, before)| after - before);
    assert!(tapped >= frames / 2, "only {tapped} frames were tapped");
    let more = with.bytes_allocated.saturating_sub(without.bytes_allocated) / tapped as usize;
    assert!(more < picture.len() / 4, "{more} bytes for each frame, with {with:?} and without {without:?}");
}

/// An app that draws, and is updated by hand.
fn drawing_app() -> App {
    let assets = AssetPlugin { watch_for_changes_override: Some(false), ..default() };
    let window = WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() };
    let renderer = RenderPlugin { synchronous_pipeline_compilation: true, ..default() };
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, TransformPlugin, assets, window, renderer)).add_plugins((
        ImagePlugin::default(),
        MeshPlugin,
        CameraPlugin,
        ViewfinderPlugins,
    ));
    while app.plugins_state() == PluginsState::Adding {
        bevy::tasks::tick_global_task_pools_on_main_thread();
    }
    app.finish();
    app.cleanup();
    app
}

/// Frames cost no allocation. But a thread that is late, on a busy machine, may need one buffer more than
/// ever before: that of the source, the one in the slot, and the one that was taken.
fn assert_buffers_only(allocated: Stats, buffer: usize) {
    // Tracks can share a buffer, so it has its bytes and a reference count.
    let whole = buffer + size_of::<Vec<u8>>() + 2 * size_of::<usize>();
    let buffers = allocated.bytes_allocated / whole;
    assert!(buffers <= 3 && allocated.bytes_allocated.is_multiple_of(whole), "{allocated:?}");
    assert_eq!((allocated.allocations, allocated.reallocations), (2 * buffers, 0), "{allocated:?}");
}

/// The allocations of all threads while a live track receives frames. `push` is called all the while.
fn allocated_by(track: impl Bundle, push: impl Fn()) -> Stats {
    let mut app = App::new();
    // A watcher of files has a thread that allocates.
    let assets = AssetPlugin { watch_for_changes_override: Some(false), ..default() };
    app.add_plugins((MinimalPlugins, assets));
    app.init_asset::<Shader>().init_asset::<Image>().add_plugins(ViewfinderPlugins);
    let track = app.world_mut().spawn((VideoTrack, track)).id();
    let frames =
        |app: &App| app.world().get::<TrackStatistics>(track).map_or(0, |statistics| statistics.total_frames);
    let feed = |milliseconds| {
        for _ in 0..milliseconds / 2 {
            push();
            thread::sleep(Duration::from_millis(2));
        }
    };

    let deadline = Instant::now() + Duration::from_secs(60);
    while frames(&app) < WARM_UP {
        app.update();
        feed(20);
        assert!(Instant::now() < deadline, "no {WARM_UP} frames came");
    }
    // The app isn't updated from here on. Its idle threads allocate once more before they sleep.
    while counted(|| feed(200)).allocations > 0 {
        assert!(Instant::now() < deadline, "the app's threads don't come to rest");
    }
    let before = frames(&app);
    let allocated = counted(|| feed(2000));
    app.update();
    let counted = frames(&app) - before;
    assert!(counted >= FRAMES / 4, "only {counted} frames came while the allocations were counted");
    allocated
}

/// The allocations of all threads while this runs.
fn counted(run: impl FnOnce()) -> Stats {
    let region = Region::new(ALLOCATOR);
    run();
    region.change()
}
