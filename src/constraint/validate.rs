//! Checks of constraints that need no devices.

use crate::error::MediaError;

use super::{
    ConstrainList, ConstrainNumber, VideoConstraintSet, VideoConstraints,
    fitness::BareMeaning,
    reference::{ConstraintRef, Property},
};

impl VideoConstraints {
    /// Checks everything that can be checked without devices. [`select_settings`](super::select_settings) does so too.
    ///
    /// # Errors
    ///
    /// [`Type`](crate::error::ErrorName::Type) for NaN and infinities, for negative numbers where the property has
    /// none, and for a control (such as `zoom`) that is required in the basic set.
    pub fn validate(&self) -> Result<(), MediaError> {
        self.validate_numbers()?;
        self.validate_required()
    }

    /// Checks the numbers, as WebIDL does before anything else.
    pub(super) fn validate_numbers(&self) -> Result<(), MediaError> {
        std::iter::once(&self.basic).chain(&self.advanced).try_for_each(VideoConstraintSet::validate_numbers)
    }

    /// Checks that no control is required in the basic set.
    pub(super) fn validate_required(&self) -> Result<(), MediaError> {
        let mut controls = self.basic.controls().into_iter();
        match controls.find(|(_, constraint)| constraint.is_required(BareMeaning::Ideal)) {
            None => Ok(()),
            Some((control, _)) => Err(MediaError::type_error(format!(
                "{control} can't be required in the basic set, where it would exclude most devices: prefer it with \
                 `ideal`, or require it in an `advanced` set"
            ))),
        }
    }
}

#[cfg(any(target_family = "wasm", test))]
impl VideoConstraints {
    /// Checks that no required number of the basic set contradicts itself. [`select_settings`](super::select_settings)
    /// finds that too, but not every browser does.
    ///
    /// # Errors
    ///
    /// [`Overconstrained`](crate::error::ErrorName::Overconstrained), with the name of the constraint.
    pub(crate) fn validate_bounds(&self) -> Result<(), MediaError> {
        validate_bounds(self.basic.properties())
    }
}

/// Checks that no required number of a basic set contradicts itself.
///
/// # Errors
///
/// [`Overconstrained`](crate::error::ErrorName::Overconstrained), with the name of the constraint.
#[cfg(any(target_family = "wasm", test))]
pub(super) fn validate_bounds<'a>(mut basic: impl Iterator<Item = Property<'a>>) -> Result<(), MediaError> {
    let contradicts = |property: &Property| {
        let constraint = match property.constraint {
            ConstraintRef::Whole(constraint) => (*constraint).into(),
            ConstraintRef::Number(constraint) => *constraint,
            _ => return false,
        };
        let (least, greatest) = constraint.bounds(BareMeaning::Ideal);
        least.zip(greatest).is_some_and(|(least, greatest)| least > greatest)
    };
    match basic.find(contradicts) {
        None => Ok(()),
        Some(Property { name, .. }) => Err(MediaError::overconstrained(
            name,
            format!(
                "the constraint on {name} contradicts itself, its least value is above its greatest: swap or relax \
                 them"
            ),
        )),
    }
}

impl VideoConstraintSet {
    fn validate_numbers(&self) -> Result<(), MediaError> {
        validate_numbers(self.properties())
    }
}

/// Checks the numbers of a set.
///
/// # Errors
///
/// [`Type`](crate::error::ErrorName::Type) for NaN and infinities, and for numbers below the least that makes sense.
pub(super) fn validate_numbers<'a>(properties: impl Iterator<Item = Property<'a>>) -> Result<(), MediaError> {
    for Property { name, constraint, least } in properties {
        match constraint {
            ConstraintRef::Number(ConstrainNumber { bare, exact, ideal, min, max, present: _ }) => {
                for value in [bare, exact, ideal, min, max].into_iter().flatten() {
                    if !value.is_finite() {
                        return Err(MediaError::type_error(format!(
                            "{name} can't be {value}: give a finite number, or leave the bound out"
                        )));
                    }
                    if *value < least {
                        return Err(MediaError::type_error(format!(
                            "{name} can't be {value}: give a number of at least {least}"
                        )));
                    }
                }
            }
            ConstraintRef::Points(ConstrainList { bare, exact, ideal })
                if [bare, exact, ideal].into_iter().flatten().any(|point| !point.is_finite()) =>
            {
                return Err(MediaError::type_error(format!(
                    "{name} has a point that is not a finite number: give coordinates of 0 to 1"
                )));
            }
            // All other values are valid.
            _ => {}
        }
    }
    Ok(())
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
    fn negative_numbers_are_errors() {
        assert!(
            refused(VideoConstraints::new().frame_rate(at_least(-1.0))).contains("frameRate can't be -1")
        );
        assert!(refused(VideoConstraints::new().zoom(ideal(-2.0))).contains("zoom"));
        let signed = VideoConstraints::new().pan(-3600.0).tilt(-1.0).exposure_compensation(-2.0);
        assert_eq!(signed.brightness(-64.0).validate(), Ok(()));
    }

    #[test]
    fn contradicting_bounds_are_errors() {
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
