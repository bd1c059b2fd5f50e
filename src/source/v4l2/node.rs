//! Video nodes: listing them, telling cameras from other nodes, and stable ids.

use std::{
    fs, io,
    os::unix::fs::FileTypeExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use v4l::{capability::Flags, control::Value, video::Capture};

use super::{
    control::NodeControls,
    error::{guarded, is_gone, system_error},
};
use crate::{
    device::{DeviceId, FacingMode},
    error::MediaError,
    frame::Rotation,
};

/// `V4L2_CID_CAMERA_ORIENTATION` of the kernel's interface.
const CAMERA_ORIENTATION: u32 = 0x009a_0922;
/// `V4L2_CID_CAMERA_SENSOR_ROTATION` of the kernel's interface.
const CAMERA_SENSOR_ROTATION: u32 = 0x009a_0923;

/// The folders of udev's stable names, the better one first.
const STABLE_NAMES: [&str; 2] = ["/dev/v4l/by-id", "/dev/v4l/by-path"];

/// The prefix of ids that aren't paths.
pub(super) const ID_PREFIX: &str = "v4l2:";

/// A video node, camera or not.
#[derive(Debug)]
pub(super) struct Node {
    pub path: PathBuf,
}

/// A node that captures video, opened.
pub(super) struct OpenNode {
    pub path: PathBuf,
    pub device: Arc<v4l::Device>,
    /// The driver's name of the device.
    pub card: String,
    /// The bus address: the same for all nodes of one piece of hardware.
    pub bus: String,
    pub role: Role,
}

/// The use of a node for capturing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Camera,
    /// It captures what another program sends it, as v4l2loopback's devices do without `exclusive_caps`.
    Loopback,
    /// A device of v4l2loopback with `exclusive_caps` captures only while another program sends it video: none does.
    IdleLoopback,
    /// An output, a codec, or no video at all.
    Other,
}

/// The driver name of v4l2loopback.
pub(super) const LOOPBACK_DRIVER: &str = "v4l2 loopback";

/// The role that a node's capabilities give it.
fn role(driver: &str, capabilities: Flags) -> Role {
    if driver == LOOPBACK_DRIVER && !capabilities.contains(Flags::VIDEO_CAPTURE) {
        Role::IdleLoopback
    } else if !capabilities.contains(Flags::VIDEO_CAPTURE | Flags::STREAMING)
        || capabilities.intersects(Flags::VIDEO_M2M | Flags::VIDEO_M2M_MPLANE)
    {
        Role::Other
    } else if capabilities.contains(Flags::VIDEO_OUTPUT) {
        Role::Loopback
    } else {
        Role::Camera
    }
}

impl Node {
    /// All video nodes, in the order in which the kernel numbered them.
    pub fn all() -> Vec<Self> {
        let Ok(entries) = fs::read_dir("/dev") else {
            return Vec::new();
        };
        let mut numbered: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((node_number(entry.file_name().to_str()?)?, entry.path())))
            .collect();
        numbered.sort();
        numbered.into_iter().map(|(_, path)| Self { path }).collect()
    }

    /// Opens the node. `None` if it never captures video.
    pub fn open(&self) -> io::Result<Option<OpenNode>> {
        // Only device files are opened: `v4l` opens for writing.
        if !fs::metadata(&self.path)?.file_type().is_char_device() {
            return Ok(None);
        }
        let device = Arc::new(guarded(|| v4l::Device::with_path(&self.path))?);
        let (card, bus, role) = match guarded(|| device.query_caps()) {
            Ok(caps) => (caps.card, caps.bus, role(&caps.driver, caps.capabilities)),
            Err(error) if error.raw_os_error().is_some() => return Err(error),
            // `v4l` can't read a card's name that is cut within a character: find the name elsewhere.
            Err(_) => {
                let formats = guarded(|| device.enum_formats()).unwrap_or_default();
                let name = self.attribute("name").unwrap_or_default();
                (name, String::new(), if formats.is_empty() { Role::Other } else { Role::Camera })
            }
        };
        let path = self.path.clone();
        Ok((role != Role::Other).then(|| OpenNode { path, device, card, bus, role }))
    }

    /// An attribute of this node in sysfs.
    fn attribute(&self, name: &str) -> Option<String> {
        let path = Path::new("/sys/class/video4linux").join(self.path.file_name()?).join(name);
        let text = fs::read(path).ok()?;
        Some(String::from_utf8_lossy(&text).trim().to_owned())
    }
}

impl OpenNode {
    /// Opens a device by its id, or by the path of its node.
    ///
    /// # Errors
    /// [`NotFound`](crate::error::ErrorName::NotFound) if there is no such device,
    /// [`NotReadable`](crate::error::ErrorName::NotReadable) if no program sends to a loopback device, and that of the
    /// failed system call.
    pub fn find(id: &DeviceId) -> Result<Self, MediaError> {
        let node = Self::find_any(id)?;
        if node.role == Role::IdleLoopback {
            return Err(MediaError::not_readable(format!(
                "no program sends video to the loopback device {id}: start the program that does, and try again"
            )));
        }
        Ok(node)
    }

    fn find_any(id: &DeviceId) -> Result<Self, MediaError> {
        if id.0.starts_with('/') && !id.0.contains('\0') {
            let node = Node { path: PathBuf::from(&id.0) };
            return match node.open() {
                Ok(Some(open)) => Ok(open),
                Ok(None) => Err(MediaError::not_found(format!(
                    "{id} isn't a camera: list the devices and use one of their ids"
                ))),
                Err(error) => Err(system_error("opening", &node.path, &error)),
            };
        }
        let mut refused = None;
        if id.0.starts_with(ID_PREFIX) {
            for node in Node::all() {
                match node.open() {
                    Ok(Some(open)) if open.bus_id() == *id => return Ok(open),
                    Ok(_) => {}
                    Err(error) if is_gone(&error) => {}
                    Err(error) => refused = refused.or(Some(system_error("opening", &node.path, &error))),
                }
            }
        }
        Err(refused.unwrap_or_else(|| {
            MediaError::not_found(format!(
                "there is no device `{id}`: list the devices and use one of their ids"
            ))
        }))
    }

    /// The stable id of the device, which a later run can open too.
    pub fn id(&self) -> DeviceId {
        match STABLE_NAMES.iter().find_map(|folder| link_to(Path::new(folder), &self.path)) {
            Some(link) => DeviceId(link),
            None => self.bus_id(),
        }
    }

    /// The controls of the device. `None` if they can't be opened: a few drivers can be opened only once.
    pub fn controls(&self) -> Option<NodeControls> {
        NodeControls::open(&self.path, self.device.clone()).ok()
    }

    /// The N of `/dev/videoN`.
    pub fn number(&self) -> Option<u32> {
        node_number(fs::canonicalize(&self.path).ok()?.file_name()?.to_str()?)
    }

    fn bus_id(&self) -> DeviceId {
        bus_id(&self.path, &self.bus, &self.card)
    }

    /// The direction that the device faces, according to its driver.
    pub fn facing_mode(&self) -> Option<FacingMode> {
        facing_mode(self.integer_control(CAMERA_ORIENTATION)?)
    }

    /// The orientation of the sensor, according to the driver.
    pub fn rotation(&self) -> Rotation {
        self.integer_control(CAMERA_SENSOR_ROTATION).map_or(Rotation::None, rotation)
    }

    fn integer_control(&self, id: u32) -> Option<i64> {
        match guarded(|| self.device.control(id)).ok()?.value {
            Value::Integer(value) => Some(value),
            _ => None,
        }
    }
}

/// The id of a node from its driver's names.
pub(super) fn bus_id(path: &Path, bus: &str, card: &str) -> DeviceId {
    let index = Node { path: path.into() }.attribute("index").unwrap_or_default();
    DeviceId(format!("{ID_PREFIX}{bus}:{card}:{index}"))
}

/// The number in a name such as `video0`.
fn node_number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("video")?;
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// The first link in a folder that points to this node.
fn link_to(folder: &Path, node: &Path) -> Option<String> {
    let node = fs::canonicalize(node).ok()?;
    let mut links: Vec<_> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    links.sort();
    let link = links.into_iter().find(|link| fs::canonicalize(link).is_ok_and(|target| target == node))?;
    link.into_os_string().into_string().ok()
}

/// The values of `V4L2_CID_CAMERA_ORIENTATION`. The value 2 is an external camera, which has no fixed direction.
const fn facing_mode(orientation: i64) -> Option<FacingMode> {
    match orientation {
        0 => Some(FacingMode::User),
        1 => Some(FacingMode::Environment),
        _ => None,
    }
}

/// The values of `V4L2_CID_CAMERA_SENSOR_ROTATION`: the anticlockwise turn that makes a frame upright, in degrees.
const fn rotation(anticlockwise: i64) -> Rotation {
    match anticlockwise.rem_euclid(360) {
        90 => Rotation::Clockwise270,
        180 => Rotation::Clockwise180,
        270 => Rotation::Clockwise90,
        _ => Rotation::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn only_numbered_video_nodes_count() {
        assert_eq!(node_number("video0"), Some(0));
        assert_eq!(node_number("video63"), Some(63));
        for other in ["video", "video0a", "video-1", "vbi0", "v4l-subdev0", "video99999999999"] {
            assert_eq!(node_number(other), None, "{other}");
        }
    }

    #[test]
    fn codecs_and_outputs_are_no_cameras_but_loopback_devices_are() {
        let capture = Flags::VIDEO_CAPTURE | Flags::STREAMING | Flags::EXT_PIX_FORMAT;
        let role = |capabilities| role("uvcvideo", capabilities);
        assert_eq!(role(capture), Role::Camera);
        assert_eq!(role(capture | Flags::READ_WRITE), Role::Camera);
        assert_eq!(role(capture | Flags::VIDEO_OUTPUT), Role::Loopback);
        for other in [
            Flags::empty(),
            Flags::VIDEO_CAPTURE | Flags::READ_WRITE,
            Flags::VIDEO_OUTPUT | Flags::STREAMING,
            Flags::META_CAPTURE | Flags::STREAMING,
            capture | Flags::VIDEO_M2M,
            capture | Flags::VIDEO_OUTPUT | Flags::VIDEO_M2M,
            capture | Flags::VIDEO_M2M_MPLANE,
        ] {
            assert_eq!(role(other), Role::Other, "{other}");
        }
        let idle = Flags::VIDEO_OUTPUT | Flags::STREAMING | Flags::READ_WRITE;
        assert_eq!(super::role(LOOPBACK_DRIVER, idle), Role::IdleLoopback);
        assert_eq!(super::role(LOOPBACK_DRIVER, capture), Role::Camera);
        assert_eq!(super::role(LOOPBACK_DRIVER, capture | Flags::VIDEO_OUTPUT), Role::Loopback);
    }

    #[test]
    fn nodes_are_sorted_by_number_and_not_by_name() {
        let mut numbers: Vec<_> = ["video10", "video2"].into_iter().filter_map(node_number).collect();
        numbers.sort();
        assert_eq!(numbers, [2, 10]);
    }

    #[test]
    fn a_link_to_the_node_is_its_id() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let node = folder.path().join("video3");
        fs::write(&node, "")?;
        let links = folder.path().join("by-id");
        fs::create_dir(&links)?;
        std::os::unix::fs::symlink("../video4", links.join("a-dangling"))?;
        std::os::unix::fs::symlink("../video3", links.join("usb-Camera-video-index0"))?;
        let link = link_to(&links, &node).expect("a link");
        assert!(link.ends_with("by-id/usb-Camera-video-index0"), "{link}");
        assert_eq!(link_to(&links, &folder.path().join("video5")), None);
        Ok(())
    }

    #[test]
    fn what_is_no_camera_is_not_found() -> io::Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        let path = file.path().display().to_string();
        for id in
            [path.as_str(), "/dev/null", "/dev/video4294967295", "/dev/\0", "v4l2:no:such:0", "", "webcam"]
        {
            let error = OpenNode::find(&DeviceId::from(id)).err().map(|error| error.name);
            assert_eq!(error, Some(ErrorName::NotFound), "{id:?}");
        }
        Ok(())
    }

    #[test]
    fn the_sensor_is_set_values_anticlockwise() {
        assert_eq!(rotation(0), Rotation::None);
        assert_eq!(rotation(90), Rotation::Clockwise270);
        assert_eq!(rotation(180), Rotation::Clockwise180);
        assert_eq!(rotation(270), Rotation::Clockwise90);
        assert_eq!(rotation(45), Rotation::None);
    }

    #[test]
    fn an_external_camera_faces_nowhere_known() {
        assert_eq!(facing_mode(0), Some(FacingMode::User));
        assert_eq!(facing_mode(1), Some(FacingMode::Environment));
        assert_eq!(facing_mode(2), None);
    }
}
