//! The properties of a node that is a camera.

use crate::{Camera, Position, Transport};

/// A node of PipeWire that is a camera.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// The number of the node in this connection.
    pub global: u32,
    /// The number that is never used again. `None` before PipeWire 0.3.44.
    pub serial: Option<String>,
    pub camera: Camera,
}

/// Whether a node is a camera, by its `media.class`.
pub(crate) fn is_camera(media_class: Option<&str>) -> bool {
    media_class.is_some_and(|class| class == "Video/Source" || class.starts_with("Video/Source/"))
}

impl Node {
    /// The camera of a node with these properties.
    pub fn new<'a>(global: u32, property: impl Fn(&str) -> Option<&'a str>) -> Self {
        let property = |name: &str| property(name).map(str::trim).filter(|value| !value.is_empty());
        let serial = property("object.serial").map(str::to_owned);
        let number = serial.clone().unwrap_or_else(|| global.to_string());
        let id = property("node.name").map_or_else(|| format!("node {number}"), str::to_owned);
        let name =
            ["node.description", "node.nick", "node.name", "media.name"].into_iter().find_map(property);
        let mut camera = Camera::new(id, name.unwrap_or("a camera without a name"));
        let product = property("device.vendor.id").zip(property("device.product.id"));
        camera.model = match product.and_then(|(vendor, product)| Some((hex(vendor)?, hex(product)?))) {
            Some((vendor, product)) => format!("{vendor}:{product}"),
            None => {
                let model = ["device.product.name", "api.v4l2.cap.card", "api.libcamera.model"];
                model.into_iter().find_map(property).unwrap_or_default().to_owned()
            }
        };
        let location = property("api.libcamera.location").or_else(|| property("camera.location"));
        camera.position = match location {
            Some("front") => Some(Position::Front),
            Some("back") => Some(Position::Back),
            _ => None,
        };
        camera.transport = transport(property);
        Self { global, serial, camera }
    }
}

fn transport<'a>(property: impl Fn(&str) -> Option<&'a str>) -> Transport {
    if property("node.virtual") == Some("true") {
        return Transport::Virtual;
    }
    match property("device.bus").or_else(|| property("device.bus-path")) {
        Some("usb") => return Transport::Usb,
        Some("pci" | "platform") => return Transport::BuiltIn,
        _ => {}
    }
    let name = property("node.name").unwrap_or_default();
    // The V4L2 plugin names a node by the path of its bus: v4l2_input.pci-0000_00_14.0-usb-0_1_1.0.
    if name.contains("-usb-") || property("api.v4l2.cap.bus_info").is_some_and(|bus| bus.starts_with("usb")) {
        return Transport::Usb;
    }
    if matches!(property("api.libcamera.location"), Some("front" | "back")) {
        return Transport::BuiltIn;
    }
    // Nodes of hardware belong to a device. Others are made by a program.
    let is_hardware =
        ["device.id", "device.api", "api.v4l2.path"].into_iter().any(|name| property(name).is_some());
    if is_hardware || property("factory.name").is_some_and(|factory| factory.starts_with("api.")) {
        Transport::Other
    } else {
        Transport::Virtual
    }
}

/// Four hexadecimal digits, of a number in decimals or as `0x046d`.
fn hex(number: &str) -> Option<String> {
    let number = match number.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some(format!("{number:04x}"))
}

/// The nodes in the order in which they came. Of nodes with the same name, those after the first get a number.
pub(crate) fn with_unique_ids(mut nodes: Vec<Node>) -> Vec<Node> {
    // The number of a node that went is used again, and its serial number isn't.
    let serial = |node: &Node| node.serial.as_ref().and_then(|serial| serial.parse::<u64>().ok());
    nodes.sort_by_key(|node| (serial(node), node.global));
    for place in 1..nodes.len() {
        let (before, rest) = nodes.split_at_mut(place);
        let camera = &mut rest[0].camera;
        let plain = camera.id.clone();
        let mut number = 2_usize;
        while before.iter().any(|other| other.camera.id == camera.id) {
            camera.id = format!("{plain} #{number}");
            number += 1;
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(global: u32, properties: &[(&str, &'static str)]) -> Node {
        Node::new(global, |name| properties.iter().find(|(key, _)| *key == name).map(|(_, value)| *value))
    }

    #[test]
    fn a_webcam_by_v4l2() {
        let node = node(
            42,
            &[
                ("node.name", "v4l2_input.pci-0000_00_14.0-usb-0_1_1.0"),
                ("node.description", "HD Pro Webcam C920 (V4L2)"),
                ("object.serial", "117"),
                ("device.vendor.id", "0x046d"),
                ("device.product.id", "2093"),
                ("device.id", "40"),
            ],
        );
        assert_eq!(node.serial.as_deref(), Some("117"));
        assert_eq!(node.camera.id, "v4l2_input.pci-0000_00_14.0-usb-0_1_1.0");
        assert_eq!(node.camera.name, "HD Pro Webcam C920 (V4L2)");
        assert_eq!((node.camera.model.as_str(), node.camera.transport), ("046d:082d", Transport::Usb));
        assert_eq!(node.camera.position, None);
    }

    #[test]
    fn a_camera_of_a_laptop_by_libcamera() {
        let node = node(
            7,
            &[
                ("node.name", "libcamera_input.__SB_.PC00.LNK0"),
                ("node.description", "ov2740"),
                ("api.libcamera.location", "front"),
                ("factory.name", "api.libcamera.source"),
            ],
        );
        assert_eq!(
            (node.camera.position, node.camera.transport),
            (Some(Position::Front), Transport::BuiltIn)
        );
        assert_eq!(node.serial, None);
    }

    #[test]
    fn a_node_can_lack_all_properties() {
        let bare = node(5, &[("node.name", "  ")]);
        assert_eq!(
            (bare.camera.id.as_str(), bare.camera.name.as_str()),
            ("node 5", "a camera without a name")
        );
        assert_eq!(bare.camera.transport, Transport::Virtual);
        let odd = node(5, &[("device.vendor.id", "0xzz"), ("device.product.id", "99999999")]);
        assert_eq!(odd.camera.model, "");
    }

    #[test]
    fn names_that_occur_twice_get_a_number() {
        let name = [("node.name", "gst-launch-1.0")];
        let second = [("node.name", "gst-launch-1.0 #2")];
        let nodes = with_unique_ids(vec![node(9, &name), node(3, &name), node(8, &second), node(12, &name)]);
        let ids: Vec<_> = nodes.iter().map(|node| (node.global, node.camera.id.as_str())).collect();
        assert_eq!(
            ids,
            [
                (3, "gst-launch-1.0"),
                (8, "gst-launch-1.0 #2"),
                (9, "gst-launch-1.0 #3"),
                (12, "gst-launch-1.0 #4")
            ]
        );
        assert!(with_unique_ids(vec![]).is_empty());
    }

    #[test]
    fn a_number_that_is_used_again_changes_no_id() {
        let first = [("node.name", "twin"), ("object.serial", "99")];
        let second = [("node.name", "twin"), ("object.serial", "100")];
        let nodes = with_unique_ids(vec![node(3, &second), node(7, &first)]);
        let ids: Vec<_> = nodes.iter().map(|node| (node.global, node.camera.id.as_str())).collect();
        assert_eq!(ids, [(7, "twin"), (3, "twin #2")]);
    }

    #[test]
    fn only_sources_of_video_are_cameras() {
        assert!(is_camera(Some("Video/Source")) && is_camera(Some("Video/Source/Virtual")));
        for other in [None, Some(""), Some("Video/Sink"), Some("Stream/Output/Video"), Some("Video/SourceX")]
        {
            assert!(!is_camera(other), "{other:?}");
        }
    }
}
