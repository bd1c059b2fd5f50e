//! What makes no sense whatever the devices are.

use crate::error::MediaError;

use super::{ConstrainList, ConstrainNumber, VideoConstraintSet, VideoConstraints, fitness::Bare};

impl VideoConstraints {
    /// Checks what can be checked without devices; [`select_settings`](super::select_settings) does so
    /// itself.
    ///
    /// # Errors
    ///
    /// [`Type`](crate::error::ErrorName::Type) for NaN and infinities, for negative numbers where there
    /// can't be any, and for a camera control (`zoom` and its like) that is required in the basic set.
    pub fn validate(&self) -> Result<(), MediaError> {
        self.validate_numbers()?;
        self.validate_required()
    }

    /// The numbers, as WebIDL checks them before anything else is looked at.
    pub(super) fn validate_numbers(&self) -> Result<(), MediaError> {
        std::iter::once(&self.basic).chain(&self.advanced).try_for_each(VideoConstraintSet::validate_numbers)
    }

    /// That no camera control is required in the basic set.
    pub(super) fn validate_required(&self) -> Result<(), MediaError> {
        match self.basic.controls().iter().find(|(_, control)| control.is_required(Bare::Ideal)) {
            None => Ok(()),
            Some((name, _)) => Err(MediaError::type_error(format!(
                "{name} can't be required of every device: prefer it with `ideal`, or require it in an \
                 `advanced` set"
            ))),
        }
    }
}

impl VideoConstraintSet {
    fn validate_numbers(&self) -> Result<(), MediaError> {
        const LOWEST: f64 = f64::MIN;
        let numbers: [(&str, &ConstrainNumber<f64>, f64); 14] = [
            ("aspectRatio", &self.aspect_ratio, 0.0),
            ("frameRate", &self.frame_rate, 0.0),
            ("exposureCompensation", &self.exposure_compensation, LOWEST),
            ("exposureTime", &self.exposure_time, 0.0),
            ("colorTemperature", &self.color_temperature, 0.0),
            ("iso", &self.iso, 0.0),
            // Drivers count these from wherever they like.
            ("brightness", &self.brightness, LOWEST),
            ("contrast", &self.contrast, LOWEST),
            ("saturation", &self.saturation, LOWEST),
            ("sharpness", &self.sharpness, LOWEST),
            ("focusDistance", &self.focus_distance, 0.0),
            ("pan", &self.pan, LOWEST),
            ("tilt", &self.tilt, LOWEST),
            ("zoom", &self.zoom, 0.0),
        ];
        for (name, constraint, lowest) in numbers {
            let ConstrainNumber { bare, exact, ideal, min, max, present: _ } = constraint;
            for value in [bare, exact, ideal, min, max].into_iter().flatten() {
                if !value.is_finite() {
                    return Err(MediaError::type_error(format!(
                        "{name} can't be {value}: give a finite number, or leave the bound out"
                    )));
                }
                if *value < lowest {
                    return Err(MediaError::type_error(format!(
                        "{name} can't be {value}: give a number of at least 0"
                    )));
                }
            }
        }
        let ConstrainList { bare, exact, ideal } = &self.points_of_interest;
        if [bare, exact, ideal].into_iter().flatten().any(|point| !point.is_finite()) {
            return Err(MediaError::type_error(
                "pointsOfInterest has a point that is not a finite number: give 0 to 1 across and down",
            ));
        }
        Ok(())
    }
}
