//! The device to judge.

use std::fs;

use bevy_viewfinder::device::Device;

/// The device that a name or id means, or the first device.
///
/// # Errors
/// Lines for the user, if no device or several match.
pub fn choose<'a>(devices: &'a [Device], wanted: Option<&str>) -> Result<&'a Device, String> {
    let Some(wanted) = wanted else {
        return devices.first().ok_or_else(|| "There is no camera.".into());
    };
    if let Some(device) =
        devices.iter().find(|device| device.id.0 == wanted || is_same_file(&device.id.0, wanted))
    {
        return Ok(device);
    }
    let name = wanted.to_lowercase();
    let named = |is_match: fn(&str, &str) -> bool| -> Vec<&'a Device> {
        devices.iter().filter(|device| is_match(&device.label.to_lowercase(), &name)).collect()
    };
    let exact = named(|label, name| label == name);
    let found = if exact.is_empty() { named(|label, name| label.contains(name)) } else { exact };
    match found[..] {
        [device] => Ok(device),
        [] => Err(format!("No camera is called '{wanted}'. There are:\n{}", list(devices.iter()))),
        _ => Err(format!(
            "{} cameras are called '{wanted}'. Give the id of one:\n{}",
            found.len(),
            list(found.iter().copied())
        )),
    }
}

/// Devices, one on a line.
pub fn list<'a>(devices: impl Iterator<Item = &'a Device>) -> String {
    devices.map(|device| format!("  {} (id {})", device.label, device.id)).collect::<Vec<_>>().join("\n")
}

/// Whether an id that is a path means the same file: `/dev/video0` has stable names that link to it.
fn is_same_file(id: &str, wanted: &str) -> bool {
    let file = |path: &str| path.starts_with('/').then(|| fs::canonicalize(path).ok()).flatten();
    file(wanted).is_some_and(|wanted| file(id) == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices() -> Vec<Device> {
        let device =
            |id: &str, label: &str| Device { id: id.into(), label: label.into(), ..Device::default() };
        vec![device("a", "Integrated Camera"), device("b", "HD Webcam"), device("c", "HD Webcam C920")]
    }

    fn id(wanted: Option<&str>) -> Result<String, String> {
        choose(&devices(), wanted).map(|device| device.id.0.clone())
    }

    #[test]
    fn the_first_device_is_the_default() {
        assert_eq!(id(None), Ok("a".into()));
        assert_eq!(choose(&[], None).err(), Some("There is no camera.".into()));
    }

    #[test]
    fn a_device_is_found_by_its_id_its_name_or_a_part_of_it() {
        assert_eq!(id(Some("b")), Ok("b".into()));
        assert_eq!(id(Some("hd webcam")), Ok("b".into()), "its whole name");
        assert_eq!(id(Some("C920")), Ok("c".into()));
        assert_eq!(id(Some("integrated")), Ok("a".into()));
    }

    #[test]
    fn no_match_and_several_matches_list_the_devices() {
        let error = id(Some("Brio")).expect_err("there is none");
        assert!(error.contains("'Brio'") && error.lines().count() == 4, "{error}");
        let error = id(Some("HD")).expect_err("there are two");
        assert!(error.starts_with("2 cameras") && !error.contains("Integrated"), "{error}");
        assert!(id(Some("/dev/null")).is_err());
    }
}
