//! MJPEG, which vivid lacks: a loopback camera that this program feeds.

use std::{
    env,
    io::Write,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use bevy::math::UVec2;
use bevy_viewfinder::{
    device::{Device, DeviceId, NativeMode},
    frame::{FramePool, MjpegDecoder, PixelFormat},
    source::{NokhwaSource, Source, StreamEvent, V4l2Source},
};
use v4l::{
    Format, FourCC,
    buffer::Type,
    io::{mmap::Stream, traits::Stream as _},
    video::Output,
};

use crate::bench::LONG;

const SIZE: UVec2 = UVec2::new(320, 240);

/// A loopback camera, fed encoded frames in turn until it is dropped.
pub struct Loopback {
    node: PathBuf,
    frames: Arc<Vec<Vec<u8>>>,
    stop: Arc<AtomicBool>,
    feeder: Option<JoinHandle<()>>,
}

impl Loopback {
    /// A camera that sends JPEGs of different lengths. `None` if the machine has no loopback camera.
    pub fn feed() -> Option<Self> {
        Self::feed_frames(b"MJPG", (1..=4).map(jpeg).collect())
    }

    /// A camera that sends these frames of 320x240 pixels. `None` if the machine has no loopback camera.
    pub fn feed_frames(fourcc: &[u8; 4], frames: Vec<Vec<u8>>) -> Option<Self> {
        let node = PathBuf::from(env::var_os("VIEWFINDER_LOOPBACK")?);
        let frames = Arc::new(frames);
        let stop = Arc::new(AtomicBool::new(false));
        // The driver forgets the format when its writer closes the node, so one handle does both.
        let mut writer = v4l::Device::with_path(&node).expect("the loopback opens");
        // The kernel takes the format of a writer only after the driver has reported that it can be one. It can't while
        // a program still reads from the writer before.
        let format = Format::new(SIZE.x, SIZE.y, FourCC::new(fourcc));
        let mut attempts = 100;
        while let Err(error) = writer.query_caps().and_then(|_| Output::set_format(&writer, &format)) {
            attempts -= 1;
            assert!(attempts > 0, "the loopback takes the format: {error}");
            thread::sleep(Duration::from_millis(200));
        }
        let feeder = thread::spawn({
            let (frames, stop) = (frames.clone(), stop.clone());
            move || {
                for frame in frames.iter().cycle() {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    // One write is one frame.
                    writer.write_all(frame).expect("the loopback takes a frame");
                    thread::sleep(Duration::from_millis(50));
                }
                // The driver takes another writer only after one has closed that it has seen start a stream.
                let stream = Stream::with_buffers(&writer, Type::VideoOutput, 4);
                stream.and_then(|mut stream| stream.start()).expect("the loopback streams");
            }
        });
        Some(Self { node, frames, stop, feeder: Some(feeder) })
    }

    /// The frames that it is fed.
    pub fn frames(&self) -> &[Vec<u8>] {
        &self.frames
    }

    /// Waits until the driver lists the camera, which it does once it is fed.
    pub fn until_listed(&self) -> Device {
        for _ in 0..500 {
            let devices = V4l2Source.devices().expect("cameras");
            let is_fed = |device: &Device| device.label == "Loopback" && !device.modes.is_empty();
            if let Some(device) = devices.into_iter().find(is_fed) {
                return device;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("the loopback is no camera: {:?}", V4l2Source.devices())
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let fed = self.feeder.take().map(JoinHandle::join);
        if !thread::panicking() {
            assert!(fed.is_some_and(|fed| fed.is_ok()), "the feeder didn't fail");
        }
    }
}

/// A JPEG, which is the longer the more detail its image has.
fn jpeg(detail: u32) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(SIZE.x, SIZE.y, |x, y| {
        let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(detail) >> 16;
        image::Rgb([(x / 2) as u8, y as u8, (noise % (1 << (2 * detail).min(8))) as u8])
    });
    let mut bytes = Vec::new();
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg).expect("encodes");
    bytes
}

fn frames_are_the_jpegs(source: &dyn Source) {
    let Some(loopback) = Loopback::feed() else {
        println!("skipped: the machine has no loopback camera (v4l2loopback)");
        return;
    };
    let id = DeviceId::from(loopback.node.display().to_string());
    // The driver lists it as a camera once it is fed.
    let fed = || {
        let devices = source.devices().expect("cameras");
        devices.into_iter().find(|device| device.label == "Loopback")?.modes.into_iter().next()
    };
    let mode = (0..500).find_map(|_| {
        thread::sleep(Duration::from_millis(20));
        fed()
    });
    let mode = mode.unwrap_or_else(|| panic!("the loopback is no camera: {:?}", source.devices()));
    assert_eq!((mode.size, mode.format), (SIZE, PixelFormat::Mjpeg));
    let mut stream = source
        .open(&id, &NativeMode { frame_rate: mode.frame_rate.round(), ..mode }, &FramePool::default())
        .expect("opens");
    let decoder = MjpegDecoder::default();
    let mut seen = [false; 4];
    let mut overwritten = 0;
    for count in 0..100 {
        let frame = match stream.next(LONG).expect("it goes on") {
            StreamEvent::Frame(frame) => frame,
            other => panic!("{other:?}"),
        };
        match loopback.frames.iter().position(|jpeg| **jpeg == *frame.buffer) {
            Some(index) => {
                seen[index] = true;
                assert_eq!(decoder.decode(frame).expect("a picture").size, SIZE);
            }
            // After a change of the number of buffers this driver reads its first frames from the wrong places.
            None if count < 4 => {}
            // It writes into buffers that are being read, if the reader is late.
            None if loopback.frames.iter().any(|jpeg| jpeg.len() == frame.buffer.len())
                && overwritten < 3 =>
            {
                overwritten += 1;
            }
            None => panic!(
                "frame {count} of {} bytes is none of {:?}",
                frame.buffer.len(),
                loopback.frames.iter().map(Vec::len).collect::<Vec<_>>()
            ),
        }
        if seen == [true; 4] {
            return;
        }
    }
    panic!("not all pictures came: {seen:?}");
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn jpegs_are_delivered_unchanged() {
    frames_are_the_jpegs(&V4l2Source);
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn nokhwas_jpegs_are_cut_to_their_length() {
    frames_are_the_jpegs(&NokhwaSource::default());
}
