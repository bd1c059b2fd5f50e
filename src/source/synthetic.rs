//! A synthetic device with a moving test image, for demos without a camera and for tests.

mod canvas;
mod controls;
mod counter;
mod encode;
mod scene;

use std::time::Duration;

use bevy::{math::UVec2, platform::time::Instant};

use super::{Source, Stream, StreamEvent, clock::FrameClock};
use crate::{
    device::{
        Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, DeviceKind,
        FacingMode, NativeMode,
    },
    error::MediaError,
    frame::{ColorSpace, Frame, FramePool, MAX_FRAME_SIDE, PixelFormat, Rotation},
};
pub(super) use canvas::Canvas;
use controls::Controls;
pub(super) use encode::Encoder;
use scene::Scene;

/// The sizes that are listed after the configured one.
const SIZES: [UVec2; 4] =
    [UVec2::new(320, 240), UVec2::new(640, 480), UVec2::new(1280, 720), UVec2::new(1920, 1080)];

/// The largest number of pixels. A scene keeps several copies of its image.
const MAX_PIXELS: u64 = 64 << 20;

/// One or more devices that draw a test image, in real time and in any pixel format.
///
/// The image has color bars (75 %), a letter F that shows mirroring and rotation, a ball that circles once in four
/// seconds, and the frame number twice: in digits, and as a strip of black and white blocks along the lower edge, which
/// [`SyntheticSource::read_counter`] reads.
///
/// Frames follow an absolute clock, so the frame rate doesn't drift. A late reader gets the newest frame, with a gap in
/// [`Frame::sequence`], as with a camera. The image is drawn once when the device is opened. Each frame costs a copy
/// and the few parts that change, and the encoder for [`PixelFormat::Mjpeg`].
///
/// The devices have controls (white balance, brightness, contrast, saturation, zoom, torch), to test an app's controls
/// without a camera. While one of them isn't at its default, each frame is drawn completely.
///
/// ```
/// # use bevy::math::UVec2;
/// # use bevy_viewfinder::{frame::PixelFormat, source::{SyntheticSource, TrackSource}};
/// let source = SyntheticSource::new().size(UVec2::new(640, 480)).format(PixelFormat::Nv12);
/// let track_source = TrackSource::new(source);
/// ```
#[derive(Debug, Clone)]
pub struct SyntheticSource {
    size: UVec2,
    frame_rate: f64,
    format: PixelFormat,
    color: ColorSpace,
    rotation: Rotation,
    devices: usize,
}

impl Default for SyntheticSource {
    /// The same as [`SyntheticSource::new`].
    fn default() -> Self {
        Self {
            size: UVec2::new(1280, 720),
            frame_rate: 30.0,
            format: PixelFormat::Yuyv,
            color: ColorSpace::default(),
            rotation: Rotation::default(),
            devices: 1,
        }
    }
}

impl SyntheticSource {
    /// One device, 1280x720 at 30 Hz, [`PixelFormat::Yuyv`], limited-range BT.601, upright.
    pub fn new() -> Self {
        Self::default()
    }

    /// The size in pixels of the first mode. The others are 320x240, 640x480, 1280x720 and 1920x1080.
    #[must_use]
    pub fn size(mut self, size: UVec2) -> Self {
        self.size = size;
        self
    }

    /// The frame rate, in Hz.
    #[must_use]
    pub fn frame_rate(mut self, frame_rate: f64) -> Self {
        self.frame_rate = frame_rate;
        self
    }

    /// The pixel format of every mode.
    #[must_use]
    pub fn format(mut self, format: PixelFormat) -> Self {
        self.format = format;
        self
    }

    /// The color space of YUV formats. [`PixelFormat::Mjpeg`] always has [`ColorSpace::JPEG`].
    #[must_use]
    pub fn color(mut self, color: ColorSpace) -> Self {
        self.color = color;
        self
    }

    /// The rotation that makes the frames upright, as of a device that is mounted turned. Sizes of modes are those
    /// before the rotation.
    #[must_use]
    pub fn rotation(mut self, rotation: Rotation) -> Self {
        self.rotation = rotation;
        self
    }

    /// The number of devices, each with its own colors. 0 is a machine without devices. The first has
    /// [`FacingMode::User`], the others [`FacingMode::Environment`].
    #[must_use]
    pub fn device_count(mut self, count: usize) -> Self {
        self.devices = count;
        self
    }

    /// Reads the frame number, modulo 2^24, from the R, G, B, A bytes of an upright image.
    ///
    /// The image may be scaled (to at least 160 pixels across), converted, compressed or gray. `None` if it has no
    /// readable number: another image, a mirrored one, or one that is torn between two frames.
    pub fn read_counter(rgba: &[u8], size: UVec2) -> Option<u64> {
        counter::read(rgba, size)
    }

    fn id(index: usize) -> DeviceId {
        DeviceId(format!("synthetic-{}", index + 1))
    }
}

impl Source for SyntheticSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let sizes = std::iter::once(self.size).chain(SIZES.into_iter().filter(|size| *size != self.size));
        let mode = |size| NativeMode { size, frame_rate: self.frame_rate, format: self.format };
        let modes: Vec<_> = sizes.map(mode).collect();
        let device = |index| Device {
            id: Self::id(index),
            label: match index {
                0 => "Synthetic camera".into(),
                _ => format!("Synthetic camera {}", index + 1),
            },
            group_id: Self::id(index).0,
            kind: DeviceKind::VideoInput,
            facing_mode: Some(if index == 0 { FacingMode::User } else { FacingMode::Environment }),
            modes: modes.clone(),
            controls: controls::capabilities(),
        };
        Ok((0..self.devices).map(device).collect())
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        let Some(index) = (0..self.devices).find(|index| Self::id(*index) == *device) else {
            return Err(MediaError::not_found(format!(
                "there is no synthetic device {device}; list the devices and open one of those"
            )));
        };
        Ok(Box::new(SyntheticStream::new(self, index, *mode, pool.clone())?))
    }
}

/// Checks that frames can be drawn in a mode.
///
/// # Errors
/// [`ErrorName::Type`](crate::error::ErrorName::Type) for no pixels, too many pixels, or an invalid frame rate.
pub(super) fn check_mode(mode: &NativeMode) -> Result<(), MediaError> {
    let UVec2 { x: width, y: height } = mode.size;
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > MAX_FRAME_SIDE || pixels == 0 || pixels > MAX_PIXELS {
        return Err(MediaError::type_error(format!(
            "a synthetic frame can't have {width}x{height} pixels; use 1 to {MAX_PIXELS} in total"
        )));
    }
    if !(0.001..=100_000.0).contains(&mode.frame_rate) {
        return Err(MediaError::type_error(format!(
            "a synthetic device can't run at {} Hz; use 0.001 to 100000 Hz",
            mode.frame_rate
        )));
    }
    Ok(())
}

/// An open synthetic device.
#[derive(Debug)]
struct SyntheticStream {
    mode: NativeMode,
    pool: FramePool,
    scene: Scene,
    encoder: Encoder,
    /// The last frame's bytes (R, G, B for a JPEG), to which the next frame applies its changes.
    bytes: Vec<u8>,
    /// The scene after the controls. `None` while all have their defaults.
    seen: Option<Canvas>,
    controls: Controls,
    clock: FrameClock,
    sequence: u64,
}

impl SyntheticStream {
    fn new(
        source: &SyntheticSource,
        index: usize,
        mode: NativeMode,
        pool: FramePool,
    ) -> Result<Self, MediaError> {
        check_mode(&mode)?;
        let scene = Scene::new(source.rotation.upright(mode.size), mode.frame_rate, index);
        let encoder = Encoder::new(mode.format, mode.size, source.color, source.rotation);
        let mut bytes = vec![0; encoder.len()];
        encoder.encode(scene.canvas(), scene.canvas().whole(), &mut bytes);
        let clock = FrameClock::new(mode.frame_rate);
        Ok(Self {
            mode,
            pool,
            scene,
            encoder,
            bytes,
            seen: None,
            controls: Controls::default(),
            clock,
            sequence: 0,
        })
    }

    fn paint(&mut self, sequence: u64, captured: Instant) -> Result<Frame, MediaError> {
        self.scene.animate(sequence);
        let scene = self.scene.canvas();
        if let Some(seen) = &mut self.seen {
            self.controls.apply(scene, seen);
            self.encoder.encode(seen, seen.whole(), &mut self.bytes);
            if self.controls.is_plain() {
                self.seen = None;
            }
        } else {
            for area in self.scene.changed() {
                self.encoder.encode(scene, area, &mut self.bytes);
            }
        }
        let frame = self.encoder.frame(&self.bytes, &self.pool)?;
        Ok(Frame { sequence, captured, ..frame })
    }
}

impl Stream for SyntheticStream {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError> {
        let Some((sequence, due)) = self.clock.wait_for(self.sequence, wait) else {
            return Ok(StreamEvent::Pending);
        };
        let frame = self.paint(sequence, due)?;
        self.sequence = sequence + 1;
        Ok(StreamEvent::Frame(frame))
    }

    fn capabilities(&self) -> ControlCapabilities {
        controls::capabilities()
    }

    fn settings(&mut self) -> ControlSettings {
        self.controls.settings().clone()
    }

    fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        if !self.controls.set(control, value) {
            return Err(MediaError::not_supported(format!(
                "a synthetic device has no {control} that accepts {value:?}; use a value of its capabilities"
            )));
        }
        // Each frame is now drawn completely, until the controls are at their defaults again.
        self.seen.get_or_insert_with(|| self.scene.canvas().clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{ColorRange, MatrixCoefficients, MjpegDecoder};

    fn stream(source: &SyntheticSource) -> SyntheticStream {
        let mode = NativeMode { size: source.size, frame_rate: source.frame_rate, format: source.format };
        SyntheticStream::new(source, 0, mode, FramePool::default()).expect("a mode that can be painted")
    }

    /// The pixels of a frame, rotated upright.
    fn picture(frame: Frame) -> (Vec<u8>, UVec2) {
        let frame = MjpegDecoder::default().decode(frame).expect("a JPEG of our own");
        let (size, rotation) = (frame.size, frame.rotation);
        let rgba = frame.to_rgba().expect("a valid frame");
        let image = image::RgbaImage::from_raw(size.x, size.y, rgba).expect("as many bytes as pixels");
        let image = match rotation {
            Rotation::None => image,
            Rotation::Clockwise90 => image::imageops::rotate90(&image),
            Rotation::Clockwise180 => image::imageops::rotate180(&image),
            Rotation::Clockwise270 => image::imageops::rotate270(&image),
        };
        let size = UVec2::new(image.width(), image.height());
        (image.into_raw(), size)
    }

    fn difference(a: &[u8], b: &[u8]) -> f64 {
        let sum: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f64 / a.len() as f64
    }

    #[test]
    fn every_format_shows_the_same_picture_and_counter() {
        for size in [UVec2::new(320, 240), UVec2::new(333, 251)] {
            let paint = |format, color, rotation| {
                let source = SyntheticSource::new().size(size).format(format);
                let mut stream = stream(&source.color(color).rotation(rotation));
                picture(stream.paint(123_456, Instant::now()).expect("a frame"))
            };
            let (reference, _) = paint(PixelFormat::Rgb24, ColorSpace::default(), Rotation::None);
            for format in PixelFormat::ALL.iter().copied() {
                let (rgba, upright) = paint(format, ColorSpace::default(), Rotation::None);
                assert_eq!(upright, size, "{format:?}");
                assert_eq!(SyntheticSource::read_counter(&rgba, size), Some(123_456), "{format:?} {size}");
                if !format.is_gray() {
                    let difference = difference(&rgba, &reference);
                    assert!(difference < 2.5, "{format:?} at {size} is off by {difference} on average");
                }
            }
            for matrix in [MatrixCoefficients::Bt601, MatrixCoefficients::Bt709, MatrixCoefficients::Bt2020] {
                for range in [ColorRange::Limited, ColorRange::Full] {
                    let (rgba, _) = paint(PixelFormat::I444, ColorSpace { matrix, range }, Rotation::None);
                    let difference = difference(&rgba, &reference);
                    assert!(difference < 1.0, "{matrix:?} {range:?} is off by {difference} on average");
                }
            }
        }
    }

    #[test]
    fn a_turned_camera_gives_an_upright_picture_when_turned_back() {
        for rotation in [Rotation::Clockwise90, Rotation::Clockwise180, Rotation::Clockwise270] {
            let source = SyntheticSource::new().format(PixelFormat::Rgb24);
            let turned = source.clone().size(UVec2::new(200, 320)).rotation(rotation);
            let straight = source.size(rotation.upright(UVec2::new(200, 320)));
            let turned = stream(&turned).paint(77, Instant::now()).expect("a frame");
            let straight = stream(&straight).paint(77, Instant::now()).expect("a frame");
            assert_eq!(turned.size, UVec2::new(200, 320));
            assert!(picture(turned) == picture(straight), "{rotation:?}");
        }
    }

    #[test]
    fn frames_differ_from_each_other_only_where_something_moves() {
        let mut stream = stream(&SyntheticSource::new().size(UVec2::new(320, 240)));
        let first = picture(stream.paint(0, Instant::now()).expect("a frame")).0;
        let later = picture(stream.paint(60, Instant::now()).expect("a frame")).0;
        let again = picture(stream.paint(0, Instant::now()).expect("a frame")).0;
        assert!(first != later);
        assert!(first == again, "traces of frame 60 are left in frame 0");
    }

    #[test]
    fn a_late_reader_sees_a_gap() {
        let source = SyntheticSource::new().size(UVec2::new(320, 240)).frame_rate(100.0);
        let mut stream = stream(&source);
        let mut read = || match stream.next(Duration::from_secs(20)) {
            Ok(StreamEvent::Frame(frame)) => (frame.sequence, frame.captured, picture(frame).0),
            other => panic!("{other:?}"),
        };
        let (first, start, _) = read();
        std::thread::sleep(Duration::from_millis(55));
        let (late, captured, rgba) = read();
        assert!(first == 0 && late >= 5, "{first}, {late}");
        assert_eq!(captured - start, Duration::from_millis(10 * late), "times are those of the ideal clock");
        assert_eq!(SyntheticSource::read_counter(&rgba, UVec2::new(320, 240)), Some(late));
    }

    #[test]
    fn what_cannot_be_painted_is_an_error() {
        let source = SyntheticSource::new();
        let pool = FramePool::default();
        let good = source.devices().expect("always there")[0].modes[0];
        let open = |id: &str, mode| source.open(&id.into(), &mode, &pool).err().map(|error| error.name);
        use crate::error::ErrorName::{NotFound, Type};
        assert_eq!(open("synthetic-1", good), None);
        assert_eq!(open("synthetic-2", good), Some(NotFound));
        for size in [UVec2::ZERO, UVec2::new(0, 5), UVec2::MAX, UVec2::splat(MAX_FRAME_SIDE)] {
            assert_eq!(open("synthetic-1", NativeMode { size, ..good }), Some(Type), "{size}");
        }
        for frame_rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(open("synthetic-1", NativeMode { frame_rate, ..good }), Some(Type), "{frame_rate}");
        }
    }

    #[test]
    fn a_picture_of_any_size_can_be_painted() {
        for size in [(1, 1), (3, 1), (1, 7), (17, 2), (160, 120), (1000, 20), (20, 1000)] {
            for format in PixelFormat::ALL.iter().copied() {
                let source = SyntheticSource::new().size(size.into()).format(format);
                let frame = stream(&source).paint(1, Instant::now()).expect("a frame");
                assert_eq!(frame.validate(), Ok(()), "{format:?} {size:?}");
            }
        }
    }

    #[test]
    fn the_chosen_size_is_the_first_of_several_modes() {
        let source = SyntheticSource::new().size(UVec2::new(640, 480)).device_count(3);
        let devices = source.devices().expect("always there");
        assert_eq!(devices.len(), 3);
        let sizes: Vec<_> = devices[2].modes.iter().map(|mode| mode.size.to_array()).collect();
        assert_eq!(sizes, [[640, 480], [320, 240], [1280, 720], [1920, 1080]]);
        assert_eq!(SyntheticSource::new().device_count(0).devices(), Ok(vec![]));
    }
}
