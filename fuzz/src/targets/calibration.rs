//! Calibration files.

use viewfinder_fiducial::{Camera, FiducialError};

use super::Outcome;

pub(super) fn run(data: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(data) else { return Outcome::Refused };
    match Camera::from_opencv_file(text) {
        Ok(camera) => {
            assert_eq!(camera.check(), Ok(()));
            // The center is moved by half a pixel and back, so the first text may be rounded.
            let again = |text: &str| Camera::from_opencv_file(text).expect("our own file");
            let yaml = camera.to_opencv_yaml(Some(0.5));
            assert_eq!(again(&yaml).to_opencv_yaml(Some(0.5)), yaml);
            let json = camera.to_opencv_json(None);
            assert_eq!(again(&json).to_opencv_json(None), json);
            assert_eq!(again(&yaml), again(&json));
            Outcome::Accepted
        }
        // The file was read, and its numbers describe no camera.
        Err(FiducialError::Camera(_)) => Outcome::Accepted,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Outcome::Refused
        }
    }
}
