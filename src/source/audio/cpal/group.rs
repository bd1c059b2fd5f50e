//! The hardware that a microphone is part of.

use std::path::Path;

/// The group of a device of ALSA: for USB devices the driver's bus info of the cameras in the same housing
/// (`usb-0000:00:14.0-1.2`). `None` if it isn't known.
pub(super) fn group_id(device: &str) -> Option<String> {
    let card = device.split_once("CARD=")?.1.split(',').next()?;
    // `/proc/asound/NAME` links to `cardN`.
    let number = std::fs::read_link(Path::new("/proc/asound").join(card)).ok()?;
    let path = std::fs::canonicalize(Path::new("/sys/class/sound").join(number).join("device")).ok()?;
    usb_bus_info(&path)
}

/// The bus info of the USB device that a path leads through: the controller's address, and the ports.
fn usb_bus_info(path: &Path) -> Option<String> {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    let bus = parts.iter().position(|part| part.strip_prefix("usb").is_some_and(is_number))?;
    let controller = parts.get(bus.checked_sub(1)?)?;
    let device = parts[bus + 1..].iter().rev().find(|part| !part.contains(':') && part.contains('-'))?;
    let (_, ports) = device.split_once('-')?;
    Some(format!("usb-{controller}-{ports}"))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usb_microphone_is_in_the_group_of_its_camera() {
        let group = |path: &str| usb_bus_info(Path::new(path));
        let deep = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.2";
        assert_eq!(group(deep).as_deref(), Some("usb-0000:00:14.0-2.3"));
        let direct = "/sys/devices/pci0000:00/0000:00:14.0/usb3/3-1/3-1:1.0";
        assert_eq!(group(direct).as_deref(), Some("usb-0000:00:14.0-1"));
        assert_eq!(group("/sys/devices/pci0000:00/0000:00:1f.3"), None);
        assert_eq!(group_id("default"), None);
    }
}
