//! The modes of AVFoundation. Focus, exposure and white balance share their numbers.

use super::ControlMode;

/// `AVCaptureFocusModeLocked`, `AVCaptureFocusModeAutoFocus` and `AVCaptureFocusModeContinuousAutoFocus`, and those of
/// exposure and white balance.
const MODES: [(ControlMode, isize); 3] =
    [(ControlMode::Manual, 0), (ControlMode::Once, 1), (ControlMode::Continuous, 2)];

/// All modes with their numbers.
pub(crate) const fn modes() -> [(ControlMode, isize); 3] {
    MODES
}

/// The mode of a number. A custom exposure (3) is manual.
pub(crate) fn mode(number: isize) -> Option<ControlMode> {
    if number == 3 {
        return Some(ControlMode::Manual);
    }
    MODES.into_iter().find_map(|(mode, own)| (own == number).then_some(mode))
}

/// The number of a mode.
pub(crate) fn number(mode: ControlMode) -> isize {
    MODES.into_iter().find_map(|(own, number)| (own == mode).then_some(number)).unwrap_or_default()
}

/// Why the system would end this program if it asked for the camera: a bundle without the text that the user is asked
/// with. A program outside of a bundle is asked for by the terminal that started it.
pub(crate) fn missing_usage_text(bundle: &str, has_text: bool) -> Option<String> {
    (!has_text && bundle.trim_end_matches('/').ends_with(".app")).then(|| {
        format!(
            "{bundle} has no NSCameraUsageDescription in its Info.plist, so macOS would end the program: add a text \
             that tells the user why it needs the camera"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_go_there_and_back() {
        for (own, number_of_it) in modes() {
            assert_eq!(mode(number(own)), Some(own));
            assert_eq!(number(own), number_of_it);
        }
        assert_eq!(mode(3), Some(ControlMode::Manual));
        assert_eq!(mode(-1), None);
    }

    #[test]
    fn a_bundle_without_a_text_is_refused_before_the_system_ends_it() {
        let text = missing_usage_text("/Applications/Booth.app", false).expect("it would be ended");
        assert!(text.contains("NSCameraUsageDescription"), "{text}");
        assert_eq!(missing_usage_text("/Applications/Booth.app/", true), None);
        assert_eq!(missing_usage_text("/home/me/target/debug", false), None);
        assert!(missing_usage_text("/Applications/Booth.app/", false).is_some());
    }
}
