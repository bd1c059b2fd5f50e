//! Which constraints mean anything here.

use super::MediaDevices;
use crate::constraint::VideoConstraintSet;

impl MediaDevices {
    /// The names of the constraints that are understood here
    /// ([`getSupportedConstraints()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getsupportedconstraints)).
    /// What a device makes of them, its [`capabilities`](crate::device::Device::capabilities) say. In a browser these are those
    /// that the browser names; constraints that it doesn't know ask nothing of it.
    pub fn supported_constraints() -> Vec<&'static str> {
        VideoConstraintSet::NAMES.into_iter().filter(|name| is_supported(name)).collect()
    }
}

/// No native interface takes points of interest.
#[cfg(not(target_family = "wasm"))]
fn is_supported(name: &str) -> bool {
    name != crate::device::Control::PointsOfInterest.as_str()
}

#[cfg(target_family = "wasm")]
fn is_supported(name: &str) -> bool {
    use crate::web::{call, get, media_devices};

    let supported = media_devices().ok().and_then(|devices| call(&devices, "getSupportedConstraints"));
    supported.is_some_and(|supported| get(&supported, name).is_truthy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_supported_has_the_standards_names() {
        let names = MediaDevices::supported_constraints();
        assert!(names.contains(&"frameRate") && names.contains(&"whiteBalanceMode"));
        assert!(!names.contains(&"pointsOfInterest"));
    }
}
