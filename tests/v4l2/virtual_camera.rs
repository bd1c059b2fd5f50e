//! Virtual cameras: the frames that `v4l2-ctl` and our own source read from them.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use bevy_viewfinder::{
    device::{Device, NativeMode},
    effects::Invert,
    frame::{Frame, PixelFormat},
    prelude::*,
    source::{Source, SyntheticSource, V4l2Source},
};

use crate::{
    bench::{LONG, Vivid, next_frame},
    mjpeg::Loopback,
    stage::Stage,
};

/// The path of the loopback camera. `None` if the machine has none.
fn loopback() -> Option<PathBuf> {
    let path = env::var_os("VIEWFINDER_LOOPBACK").map(PathBuf::from);
    if path.is_none() {
        println!("skipped: the machine has no loopback camera (v4l2loopback)");
    }
    path
}

fn camera(path: &Path) -> VirtualCamera {
    VirtualCamera::new(path.display().to_string())
}

#[derive(Resource, Default)]
struct Failures(Vec<MediaError>);

fn stage() -> Stage {
    Stage::with(|app| {
        app.init_resource::<Failures>().add_observer(
            |failed: On<VirtualCameraFailed>, mut failures: ResMut<Failures>| {
                failures.0.push(failed.error.clone());
            },
        );
    })
}

#[track_caller]
fn until_sent(stage: &mut Stage, entity: Entity, frames: u64) -> VirtualCameraOutput {
    stage.until("frames that are sent", |stage| {
        let failures = &stage.app.world().resource::<Failures>().0;
        assert!(failures.is_empty(), "{failures:?}");
        stage.get::<VirtualCameraOutput>(entity).filter(|output| output.frames >= frames)
    })
}

#[track_caller]
fn until_failed(stage: &mut Stage) -> MediaError {
    stage.until("a failure", |stage| stage.app.world().resource::<Failures>().0.first().cloned())
}

/// Runs this on another thread while the app goes on.
#[track_caller]
fn meanwhile<T: Send + 'static>(stage: &mut Stage, work: impl FnOnce() -> T + Send + 'static) -> T {
    let work = thread::spawn(work);
    stage.until("the other thread", |_| work.is_finished().then_some(()));
    work.join().expect("it didn't fail")
}

/// The colors of the quarters, row by row.
const QUARTERS: [[u8; 3]; 4] = [[250, 20, 30], [20, 240, 40], [30, 40, 250], [230, 220, 30]];

/// An image of four quarters.
fn quarters(stage: &mut Stage, size: UVec2) -> Handle<Image> {
    let color = |x: u32, y: u32| {
        let [r, g, b] = QUARTERS[(usize::from(y >= size.y / 2)) * 2 + usize::from(x >= size.x / 2)];
        [r, g, b, 255]
    };
    let pixels = (0..size.y).flat_map(|y| (0..size.x).flat_map(move |x| color(x, y))).collect();
    let extent = Extent3d { width: size.x, height: size.y, depth_or_array_layers: 1 };
    let image = Image::new(
        extent,
        TextureDimension::D2,
        pixels,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::default(),
    );
    stage.app.world_mut().resource_mut::<Assets<Image>>().add(image)
}

/// The colors in the middle of the quarters of an image.
fn middles(rgba: &[u8], size: UVec2) -> [[u8; 3]; 4] {
    let at = |x: u32, y: u32| {
        let at = ((y * size.y / 4) * size.x + x * size.x / 4) as usize * 4;
        [rgba[at], rgba[at + 1], rgba[at + 2]]
    };
    [at(1, 1), at(3, 1), at(1, 3), at(3, 3)]
}

fn assert_near(seen: [[u8; 3]; 4], expected: [[u8; 3]; 4]) {
    let off = seen.iter().flatten().zip(expected.iter().flatten()).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(off <= Some(4), "{seen:?} instead of {expected:?}");
}

/// The camera as our own source lists it, once it is fed.
fn listed() -> Device {
    let start = Instant::now();
    while start.elapsed() < LONG {
        let devices = V4l2Source.devices().unwrap_or_default();
        let is_fed = |device: &Device| device.label == "Loopback" && !device.modes.is_empty();
        if let Some(device) = devices.into_iter().find(is_fed) {
            return device;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("the virtual camera isn't listed: {:?}", V4l2Source.devices())
}

/// A frame that our own source reads.
fn read_by_us() -> (NativeMode, Frame) {
    let device = listed();
    let mode = device.modes[0];
    let mut stream = V4l2Source.open(&device.id, &mode, &Default::default()).expect("it opens");
    // A reader that changes the number of buffers reads its first frames from the wrong places.
    for _ in 0..6 {
        next_frame(&mut *stream);
    }
    (mode, next_frame(&mut *stream))
}

/// A frame's bytes that `v4l2-ctl` reads.
fn read_by_v4l2_ctl(path: &Path) -> (String, Vec<u8>) {
    listed();
    let run = |arguments: &[&str]| {
        let output = Command::new("v4l2-ctl").arg("--device").arg(path).args(arguments).output();
        let output = output.expect("v4l2-ctl is installed");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let format = run(&["--get-fmt-video"]);
    let file = tempfile::NamedTempFile::new().expect("a file");
    let to = format!("--stream-to={}", file.path().display());
    run(&["--stream-mmap", "--stream-skip=6", "--stream-count=1", &to]);
    (format, fs::read(file.path()).expect("v4l2-ctl wrote the frame"))
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn other_programs_see_the_image_upright_and_in_its_colors() {
    let Some(path) = loopback() else { return };
    let mut stage = stage();
    let size = UVec2::new(320, 180);
    let image = quarters(&mut stage, size);
    // An image that doesn't change: its frame is sent again and again.
    let input = stage.spawn((EffectInput(image), camera(&path)));
    let output = until_sent(&mut stage, input, 1);
    assert_eq!((output.size, output.device.0.as_str()), (size, path.to_str().expect("a path of letters")));

    let (mode, frame) = meanwhile(&mut stage, read_by_us);
    assert_eq!((mode.size, mode.format), (size, PixelFormat::I420));
    assert_near(middles(&frame.to_rgba().expect("pixels"), size), QUARTERS);

    let (format, bytes) = meanwhile(&mut stage, {
        let path = path.clone();
        move || read_by_v4l2_ctl(&path)
    });
    assert!(format.contains("320/180") && format.contains("YU12"), "{format}");
    assert_eq!(bytes.len(), 320 * 180 * 3 / 2);
    let theirs = Frame::packed(PixelFormat::I420, size, bytes.into());
    assert_near(middles(&theirs.to_rgba().expect("pixels"), size), QUARTERS);
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn effects_mirroring_and_a_size_of_its_own_are_in_the_frames() {
    let Some(path) = loopback() else { return };
    let mut stage = stage();
    let image = quarters(&mut stage, UVec2::new(100, 100));
    let camera = camera(&path).size(UVec2::new(321, 241)).mirrored(true);
    let input = stage.spawn((EffectInput(image), EffectStack::new().with(Invert { amount: 1.0 }), camera));
    let output = until_sent(&mut stage, input, 1);
    assert_eq!(output.size, UVec2::new(320, 240));
    let (_, frame) = meanwhile(&mut stage, read_by_us);
    let rgba = frame.to_rgba().expect("pixels");
    // The square is in the middle, 240 pixels wide, between black bars.
    let pixel = |x: usize, y: usize| <[u8; 3]>::try_from(&rgba[(y * 320 + x) * 4..][..3]).expect("three");
    assert!(pixel(10, 120).iter().all(|value| *value < 4), "{:?}", pixel(10, 120));
    let inverted = |index: usize| QUARTERS[index].map(|value| 255 - value);
    assert_near(
        [pixel(100, 60), pixel(220, 60), pixel(100, 180), pixel(220, 180)],
        [inverted(1), inverted(0), inverted(3), inverted(2)],
    );
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn the_frames_of_a_track_come_in_order() {
    let Some(path) = loopback() else { return };
    let mut stage = stage();
    let source = SyntheticSource::new().size(UVec2::new(160, 120)).frame_rate(5.0);
    let track = stage.spawn((VideoTrack, TrackSource::new(source), Mirroring::Off, camera(&path)));
    until_sent(&mut stage, track, 2);
    let mut counter = || {
        let (_, frame) = meanwhile(&mut stage, read_by_us);
        let rgba = frame.to_rgba().expect("pixels");
        SyntheticSource::read_counter(&rgba, frame.size).expect("an upright frame with a number")
    };
    let (first, second) = (counter(), counter());
    println!("frame {first} is read, and later frame {second}");
    assert!(second > first, "{second} after {first}");
    // The device is closed with its component, and another program can send to it.
    stage.app.world_mut().entity_mut(track).remove::<VirtualCamera>();
    stage.steps(20);
    assert_eq!(stage.get::<VirtualCameraOutput>(track), None);
    drop(Loopback::feed().expect("there is one").until_listed());
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn a_busy_device_is_not_readable_and_can_be_asked_for_again() {
    let Some(path) = loopback() else { return };
    let mut stage = stage();
    let other = Loopback::feed().expect("there is one");
    other.until_listed();
    let image = quarters(&mut stage, UVec2::new(320, 240));
    let input = stage.spawn((EffectInput(image), camera(&path)));
    let error = until_failed(&mut stage);
    assert_eq!(error.name, ErrorName::NotReadable, "{error}");
    assert!(error.message.contains("another program"), "{error}");
    drop(other);
    stage.app.world_mut().resource_mut::<Failures>().0.clear();
    // The first device that no program sends to.
    stage.app.world_mut().entity_mut(input).insert(VirtualCamera::default());
    assert_eq!(until_sent(&mut stage, input, 1).size, UVec2::new(320, 240));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_camera_takes_no_video() {
    let vivid = Vivid::first();
    let mut stage = stage();
    let image = quarters(&mut stage, UVec2::new(320, 180));
    stage.spawn((EffectInput(image), camera(&vivid.node)));
    let error = until_failed(&mut stage);
    assert_eq!(error.name, ErrorName::NotSupported, "{error}");
}
