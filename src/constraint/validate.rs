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

#[cfg(any(target_family = "wasm", test))]
impl VideoConstraints {
    /// That no required number contradicts itself. Here the choice of settings finds that out; not every browser does.
    ///
    /// # Errors
    ///
    /// [`Overconstrained`](crate::error::ErrorName::Overconstrained), with the constraint's name.
    pub(crate) fn validate_bounds(&self) -> Result<(), MediaError> {
        let whole = |constraint: &ConstrainNumber<u32>| (*constraint).into();
        let VideoConstraintSet { width, height, aspect_ratio, frame_rate, .. } = &self.basic;
        let numbers = [
            ("width", whole(width)),
            ("height", whole(height)),
            ("aspectRatio", *aspect_ratio),
            ("frameRate", *frame_rate),
        ];
        let contradicts = |constraint: &ConstrainNumber<f64>| {
            let (least, greatest) = constraint.bounds(Bare::Ideal);
            least.zip(greatest).is_some_and(|(least, greatest)| least > greatest)
        };
        match numbers.iter().find(|(_, constraint)| contradicts(constraint)) {
            None => Ok(()),
            Some((name, _)) => Err(MediaError::overconstrained(
                *name,
                format!(
                    "what is required of {name} contradicts itself: its least value is above its greatest"
                ),
            )),
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

#[cfg(test)]
mod tests {
    use bevy::math::vec2;

    use super::*;
    use crate::{
        constraint::{at_least, at_most, between, exact, ideal},
        error::ErrorName,
    };

    fn refused(constraints: VideoConstraints) -> String {
        let error = constraints.validate().expect_err("it makes no sense");
        assert_eq!(error.name, ErrorName::Type, "{error}");
        error.message.into_owned()
    }

    #[test]
    fn numbers_are_finite() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(refused(VideoConstraints::new().frame_rate(number)).contains("frameRate"));
            assert!(refused(VideoConstraints::new().aspect_ratio(at_most(number))).contains("aspectRatio"));
            let advanced = VideoConstraintSet::new().exposure_compensation(between(0.0, number));
            assert!(refused(VideoConstraints::new().advanced(advanced)).contains("exposureCompensation"));
        }
        let point = VideoConstraints::new().points_of_interest(vec2(0.5, f32::NAN));
        assert!(refused(point).contains("pointsOfInterest"));
    }

    #[test]
    fn what_cannot_be_negative_is_not() {
        assert!(
            refused(VideoConstraints::new().frame_rate(at_least(-1.0))).contains("frameRate can't be -1")
        );
        assert!(refused(VideoConstraints::new().zoom(ideal(-2.0))).contains("zoom"));
        let signed = VideoConstraints::new().pan(-3600.0).tilt(-1.0).exposure_compensation(-2.0);
        assert_eq!(signed.brightness(-64.0).validate(), Ok(()));
    }

    #[test]
    fn bounds_do_not_contradict_themselves() {
        let refused = |constraints: VideoConstraints| {
            let error = constraints.validate_bounds().expect_err("nothing is like that");
            assert_eq!(error.name, ErrorName::Overconstrained, "{error}");
            error.constraint.expect("it has a name").into_owned()
        };
        assert_eq!(refused(VideoConstraints::new().height(between(480, 240))), "height");
        assert_eq!(refused(VideoConstraints::new().frame_rate(between(30.0, 15.0))), "frameRate");
        let mut constraints = VideoConstraints::new().width(exact(640)).height(between(240, 480).ideal(9));
        assert_eq!(constraints.validate_bounds(), Ok(()));
        constraints.width.min = Some(800);
        assert_eq!(refused(constraints), "width");
    }

    #[test]
    fn a_control_is_required_in_advanced_sets_only() {
        let set = VideoConstraintSet::new().zoom(at_least(2.0)).torch(exact(true));
        assert_eq!(VideoConstraints::new().advanced(set.clone()).validate(), Ok(()));
        assert!(
            refused(VideoConstraints { basic: set, advanced: vec![] }).contains("zoom can't be required")
        );
        assert!(refused(VideoConstraints::new().torch(exact(false))).contains("torch"));
        assert_eq!(VideoConstraints::new().zoom(2.0).torch(true).pan(true).validate(), Ok(()));
    }
}
