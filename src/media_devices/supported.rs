//! The constraints that this platform supports.

use super::MediaDevices;
use crate::constraint::VideoConstraintSet;

impl MediaDevices {
    /// The names of the constraints that this platform supports
    /// ([`getSupportedConstraints()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getsupportedconstraints)).
    /// A device's [`capabilities`](crate::device::Device::capabilities) list the values that it takes. In a browser
    /// these are the constraints that the browser names; it ignores all others.
    pub fn supported_constraints() -> Vec<&'static str> {
        VideoConstraintSet::NAMES.into_iter().filter(|name| is_supported(name)).collect()
    }
}

/// No native backend supports points of interest.
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
    fn supported_constraints_have_the_names_of_the_standard() {
        let names = MediaDevices::supported_constraints();
        assert!(names.contains(&"frameRate") && names.contains(&"whiteBalanceMode"));
        assert!(!names.contains(&"pointsOfInterest"));
    }
}
