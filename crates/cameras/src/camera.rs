//! The description of a camera.

use crate::Format;

/// A camera of this machine, and the formats that it offers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Camera {
    /// The system's id: AVFoundation's unique id, Media Foundation's symbolic link, or the name of PipeWire's node. It
    /// stays the same from run to run as long as the camera is at the same port.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// The model: `UVC Camera VendorID_1133 ProductID_2093` on macOS, `046d:082d` on Windows. Empty if unknown.
    pub model: String,
    /// The side of the machine that it is on, if the system tells.
    pub position: Option<Position>,
    /// How it is connected.
    pub transport: Transport,
    /// The formats, in the camera's own order. Empty if the camera can't be asked now.
    pub formats: Vec<Format>,
}

impl Camera {
    /// A camera without formats, of unknown model, position and transport.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            model: String::new(),
            position: None,
            transport: Transport::Other,
            formats: Vec::new(),
        }
    }
}

/// The side of the machine that a camera is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// It faces the user.
    Front,
    /// It faces away from the user.
    Back,
}

/// How a camera is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Transport {
    /// Part of the machine.
    BuiltIn,
    /// By USB.
    Usb,
    /// Software: the virtual camera of a program.
    Virtual,
    /// Anything else, or unknown.
    #[default]
    Other,
}

/// The list of cameras of which some couldn't be opened. If the system denied access to all, that is an error.
#[cfg(any(windows, test))]
pub(crate) fn listed(cameras: Vec<(Camera, Option<crate::Error>)>) -> Result<Vec<Camera>, crate::Error> {
    let is_denied = |error: &Option<crate::Error>| matches!(error, Some(crate::Error::NotAllowed(_)));
    if cameras.iter().all(|(_, error)| is_denied(error))
        && let Some((_, Some(denied))) = cameras.first()
    {
        return Err(denied.clone());
    }
    Ok(cameras.into_iter().map(|(camera, _)| camera).collect())
}

/// The transport of AVFoundation's `transportType`: a code of CoreAudio.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn transport(code: i32) -> Transport {
    match &code.to_be_bytes() {
        b"bltn" => Transport::BuiltIn,
        b"usb " => Transport::Usb,
        b"virt" => Transport::Virtual,
        _ => Transport::Other,
    }
}

/// The names of the kinds of devices that AVFoundation is asked for, on this version of macOS. The constants are newer
/// than the oldest macOS on which a program must start, so they are named by their values.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn device_types(macos_major: isize) -> &'static [&'static str] {
    const SINCE_14: &[&str] = &[
        "AVCaptureDeviceTypeBuiltInWideAngleCamera",
        "AVCaptureDeviceTypeExternal",
        "AVCaptureDeviceTypeContinuityCamera",
        "AVCaptureDeviceTypeDeskViewCamera",
    ];
    const BEFORE: &[&str] =
        &["AVCaptureDeviceTypeBuiltInWideAngleCamera", "AVCaptureDeviceTypeExternalUnknown"];
    if macos_major >= 14 { SINCE_14 } else { BEFORE }
}

/// The model and the transport in a symbolic link of Windows, such as
/// `\\?\usb#vid_046d&pid_082d&mi_00#7&1234#{e5323777-f976-4f5b-9b55-b94699c46e44}\global`.
#[cfg(any(windows, test))]
pub(crate) fn symbolic_link(link: &str) -> (String, Transport) {
    let link = link.to_ascii_lowercase();
    let device = link.trim_start_matches(['\\', '?', '.']);
    let transport = match device.split('#').next() {
        Some("usb") => Transport::Usb,
        Some("root" | "swd") => Transport::Virtual,
        Some("pci" | "acpi" | "display") => Transport::BuiltIn,
        _ => Transport::Other,
    };
    let number = |name: &str| {
        let (_, rest) = device.split_once(name)?;
        rest.get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    let model = match (number("vid_"), number("pid_")) {
        (Some(vendor), Some(product)) => format!("{vendor}:{product}"),
        _ => String::new(),
    };
    (model, transport)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbolic_link_tells_the_model() {
        let usb =
            r"\\?\usb#vid_046d&pid_082d&mi_00#7&2a1c5b3&0&0000#{e5323777-f976-4f5b-9b55-b94699c46e44}\global";
        assert_eq!(symbolic_link(usb), ("046d:082d".into(), Transport::Usb));
        let software = r"\\?\SWD#VCAMDEVAPI#9d1c#{65e8773d-8f56-11d0-a3b9-00a0c9223196}\global";
        assert_eq!(symbolic_link(software), (String::new(), Transport::Virtual));
        assert_eq!(symbolic_link("vid_04é"), (String::new(), Transport::Other));
        assert_eq!(symbolic_link(""), (String::new(), Transport::Other));
    }

    #[test]
    fn a_privacy_switch_denies_the_whole_list() {
        use crate::Error;
        let camera = || Camera::new("id", "a camera");
        let denied = || Some(Error::NotAllowed("0x80070005".into()));
        let busy = || Some(Error::InUse("0xC00D3704".into()));
        assert_eq!(listed(vec![]), Ok(vec![]));
        let all = listed(vec![(camera(), denied()), (camera(), denied())]);
        assert!(matches!(all, Err(Error::NotAllowed(_))));
        let some = listed(vec![(camera(), denied()), (camera(), None), (camera(), busy())]);
        assert_eq!(some.map(|cameras| cameras.len()), Ok(3));
        assert_eq!(listed(vec![(camera(), busy())]).map(|cameras| cameras.len()), Ok(1));
    }

    #[test]
    fn transports_are_codes_of_four_letters() {
        assert_eq!(transport(i32::from_be_bytes(*b"usb ")), Transport::Usb);
        assert_eq!(transport(i32::from_be_bytes(*b"bltn")), Transport::BuiltIn);
        assert_eq!(transport(0), Transport::Other);
    }

    #[test]
    fn new_kinds_of_devices_are_asked_for_only_where_they_are_known() {
        assert!(device_types(14).contains(&"AVCaptureDeviceTypeExternal"));
        assert!(!device_types(13).contains(&"AVCaptureDeviceTypeExternal"));
        assert!(device_types(13).contains(&"AVCaptureDeviceTypeExternalUnknown"));
    }
}
