//! The test bench: vivid's cameras, their controls, and short ways to open them.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use bevy::math::UVec2;
use bevy_viewfinder::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{Frame, FramePool, PixelFormat},
    source::{Source, Stream, StreamEvent, V4l2Source},
};

/// Long enough for a frame on a slow machine.
pub const LONG: Duration = Duration::from_secs(20);

/// A pixel format and its FourCC in V4L2. If there are several, the one that vivid lists first.
pub const FORMATS: [(PixelFormat, &str); 21] = [
    (PixelFormat::Yuyv, "YUYV"),
    (PixelFormat::Uyvy, "UYVY"),
    (PixelFormat::Yvyu, "YVYU"),
    (PixelFormat::Vyuy, "VYUY"),
    (PixelFormat::I422, "422P"),
    (PixelFormat::I420, "YU12"),
    (PixelFormat::Nv12, "NV12"),
    (PixelFormat::Nv21, "NV21"),
    (PixelFormat::Nv16, "NV16"),
    (PixelFormat::Nv61, "NV61"),
    (PixelFormat::Nv24, "NV24"),
    (PixelFormat::Nv42, "NV42"),
    (PixelFormat::Gray, "GREY"),
    (PixelFormat::Gray10, "Y10 "),
    (PixelFormat::Gray12, "Y12 "),
    (PixelFormat::Gray16, "Y16 "),
    (PixelFormat::Rgb24, "RGB3"),
    (PixelFormat::Bgr24, "BGR3"),
    (PixelFormat::Bgrx32, "BGR4"),
    (PixelFormat::Rgbx32, "XB24"),
    (PixelFormat::Mjpeg, "MJPG"),
];

/// One of vivid's cameras, with its controls at their defaults and a still test pattern.
#[derive(Debug, Clone)]
pub struct Vivid {
    pub node: PathBuf,
}

impl Vivid {
    /// The first camera.
    pub fn first() -> Self {
        Self::numbered(0)
    }

    /// A camera by vivid's own number.
    pub fn numbered(number: u32) -> Self {
        let name = format!("vivid-{number:03}-vid-cap");
        let node =
            nodes().into_iter().find(|(_, card)| *card == name).map(|(node, _)| node).unwrap_or_else(|| {
                panic!("no {name}: `cargo xtask test` runs this in a virtual machine that has it")
            });
        let vivid = Self { node };
        for (name, value) in [
            ("percentage_of_dropped_buffers", 0),
            ("test_pattern", 0),
            // Text in the frame would change from frame to frame.
            ("osd_text_mode", 2),
            ("colorspace", 2),
            ("quantization", 0),
            ("y_cbcr_encoding", 0),
        ] {
            vivid.set_control(name, value);
        }
        vivid
    }

    /// Removes all of vivid's cameras, as unplugging does.
    pub fn unplug() {
        fs::write("/sys/bus/platform/drivers/vivid/unbind", "vivid.0").expect("vivid is bound");
    }

    /// Brings vivid's cameras back.
    pub fn plug_in() {
        fs::write("/sys/bus/platform/drivers/vivid/bind", "vivid.0").expect("vivid is unbound");
        while !nodes().iter().any(|(node, card)| card.starts_with("vivid-001") && node.exists()) {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs the closure while another program streams from the camera.
    pub fn while_held<T>(&self, run: impl FnOnce() -> T) -> T {
        let mut other = self
            .v4l2_ctl_command(&["--stream-mmap", "--stream-to=-"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("v4l2-ctl is installed");
        // It streams once it has written a frame.
        let mut picture = [0; 1000];
        other.stdout.as_mut().expect("its output").read_exact(&mut picture).expect("v4l2-ctl streams");
        let result = run();
        other.kill().expect("it runs");
        other.wait().expect("it ends");
        result
    }

    /// Sets one of vivid's controls; buttons accept any value.
    pub fn set_control(&self, name: &str, value: i64) {
        self.v4l2_ctl(&["--set-ctrl", &format!("{name}={value}")]);
    }

    /// The output of `v4l2-ctl` for this camera.
    pub fn v4l2_ctl(&self, arguments: &[&str]) -> String {
        let output = self.v4l2_ctl_command(arguments).output().expect("v4l2-ctl is installed");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "v4l2-ctl {arguments:?}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    pub fn v4l2_ctl_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("v4l2-ctl");
        command.arg("--device").arg(&self.node).args(arguments).stdin(Stdio::null());
        command
    }

    /// One frame's bytes, as `v4l2-ctl` captures them.
    pub fn capture(&self, size: UVec2, fourcc: &str) -> Vec<u8> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_str().expect("a path of letters");
        self.v4l2_ctl(&[
            &format!("--set-fmt-video=width={},height={},pixelformat={fourcc}", size.x, size.y),
            "--stream-mmap",
            "--stream-count=1",
            &format!("--stream-to={path}"),
        ]);
        fs::read(file.path()).expect("v4l2-ctl wrote the frame")
    }

    /// The node's path as an id.
    pub fn id(&self) -> DeviceId {
        DeviceId::from(self.node.display().to_string())
    }

    /// The camera as the source lists it.
    pub fn listed(&self) -> Device {
        let bus = format!("platform:{}", &card_of(&self.node)[.."vivid-000".len()]);
        let devices = V4l2Source.devices().expect("cameras");
        devices.into_iter().find(|device| device.group_id == bus).expect("vivid among them")
    }

    pub fn open(&self, mode: &NativeMode) -> Result<Box<dyn Stream>, MediaError> {
        V4l2Source.open(&self.id(), mode, &FramePool::default())
    }

    /// Opens the camera at 320x180.
    pub fn small(&self, format: PixelFormat) -> Result<Box<dyn Stream>, MediaError> {
        self.open(&NativeMode { size: UVec2::new(320, 180), frame_rate: 30.0, format })
    }
}

/// All video nodes, with their names from the kernel.
pub fn nodes() -> Vec<(PathBuf, String)> {
    let Ok(entries) = fs::read_dir("/sys/class/video4linux") else {
        return Vec::new();
    };
    let mut nodes: Vec<_> = entries
        .flatten()
        .map(|entry| Path::new("/dev").join(entry.file_name()))
        .map(|node| (node.clone(), card_of(&node)))
        .collect();
    nodes.sort();
    nodes
}

fn card_of(node: &Path) -> String {
    let name = node.file_name().expect("a node has a name");
    let text = fs::read_to_string(Path::new("/sys/class/video4linux").join(name).join("name"));
    text.unwrap_or_default().trim().to_owned()
}

/// The next good frame.
pub fn next_frame(stream: &mut dyn Stream) -> Frame {
    for _ in 0..10 {
        if let StreamEvent::Frame(frame) = stream.next(LONG).expect("a stream that goes on") {
            frame.validate().expect("a sound frame");
            return frame;
        }
    }
    panic!("ten times no frame");
}

/// Reads until the stream has ended with an error.
pub fn last_error(stream: &mut dyn Stream) -> MediaError {
    for _ in 0..1000 {
        if let Err(error) = stream.next(LONG) {
            return error;
        }
    }
    panic!("a thousand frames and no end");
}
