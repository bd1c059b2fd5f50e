//! Several tracks of one device: one native mode for all of them, and each its own size and rate of it.

use crate::{
    device::{ControlSettings, Device, NativeMode},
    error::MediaError,
};

use super::{Choice, Requiring, VideoConstraints, VideoSettings, rank, target::Targets};

/// How a device meets the constraints of all its tracks.
#[derive(Debug)]
pub(crate) struct Together {
    /// The mode to run the device in.
    pub native: NativeMode,
    /// The settings of the other tracks, in their order.
    pub others: Vec<VideoSettings>,
    /// The settings of the track that asks.
    pub own: VideoSettings,
    /// What the track that asks wants of the device's controls.
    pub targets: Targets,
}

/// Chooses one native mode of a device for tracks that have their constraints met by it already and for one that asks. What
/// the controls are set to is the device's to say, and left out of the settings. The mode is that with the least distance to what all of them prefer; of modes as good, the one that
/// the asking track likes best.
///
/// A control may be set only where that breaks no requirement of another track.
///
/// # Errors
///
/// Those of [`select_settings`](super::select_settings), where the asking track can't be served beside the others.
pub(crate) fn select_together(
    device: &Device,
    others: &[&VideoConstraints],
    asking: &VideoConstraints,
) -> Result<Together, MediaError> {
    let mut shared = device.clone();
    let whole = std::slice::from_ref(device);
    let served: Vec<Vec<Choice>> = others
        .iter()
        .map(|constraints| rank(whole, constraints, Requiring::OfDevice))
        .collect::<Result<_, _>>()?;
    for choices in &served {
        shared.modes.retain(|mode| choices.iter().any(|choice| choice.native() == *mode));
        if let Some(best) = choices.first() {
            best.targets.restrict(&mut shared.controls);
        }
    }
    // Only what the others leave.
    let left = std::slice::from_ref(&shared);
    let asked = rank(left, asking, Requiring::OfDevice)?;
    let distance = |choice: &Choice| {
        let of = |choices: &Vec<Choice>| of_mode(choices, choice.native()).map_or(0, Choice::distance);
        choice.distance() + served.iter().map(of).sum::<u64>()
    };
    let best = asked
        .iter()
        .min_by_key(|choice| distance(choice))
        .ok_or_else(|| MediaError::unknown("no mode is left for all tracks of the camera: ask for less"))?;
    let native = best.native();
    let settings = |choice: &Choice| choice.settings_with(ControlSettings::new());
    let others = served.iter().filter_map(|choices| of_mode(choices, native)).map(settings).collect();
    Ok(Together { native, others, own: settings(best), targets: best.targets.clone() })
}

fn of_mode<'a, 'b>(choices: &'a [Choice<'b>], native: NativeMode) -> Option<&'a Choice<'b>> {
    choices.iter().find(|choice| choice.native() == native)
}

#[cfg(test)]
mod tests {
    use bevy::math::{UVec2, uvec2};

    use super::*;
    use crate::{
        constraint::{ResizeMode, VideoConstraintSet, at_least, at_most, exact},
        device::{Control, ControlCapability, ControlValue, SettingsRange},
        error::ErrorName,
        frame::PixelFormat,
    };

    fn device() -> Device {
        let mode = |width, height| NativeMode {
            size: uvec2(width, height),
            frame_rate: 30.0,
            format: PixelFormat::Yuyv,
        };
        let zoom = ControlCapability::Number(SettingsRange { min: 1.0, max: 4.0, step: 0.0 });
        Device {
            modes: vec![mode(640, 480), mode(1280, 720), mode(1920, 1080)],
            controls: [(Control::Zoom, zoom)].into(),
            ..Default::default()
        }
    }

    fn together(others: &[&VideoConstraints], asking: &VideoConstraints) -> Result<Together, MediaError> {
        select_together(&device(), others, asking)
    }

    fn sizes(together: &Together) -> Vec<UVec2> {
        together.others.iter().chain([&together.own]).map(|settings| settings.size).collect()
    }

    #[test]
    fn one_track_has_its_own_choice() {
        let alone = together(&[], &VideoConstraints::new().width(1280)).expect("there is such a mode");
        assert_eq!((alone.native.size, sizes(&alone)), (uvec2(1280, 720), vec![uvec2(1280, 720)]));
    }

    #[test]
    fn two_tracks_have_each_their_own_size_of_one_mode() {
        let small = VideoConstraints::new().width(exact(320)).height(exact(240));
        let large = VideoConstraints::new().width(at_least(1280)).height(at_least(720));
        let both = together(&[&small], &large).expect("one mode serves both");
        assert_eq!(both.native.size, uvec2(1280, 720));
        assert_eq!(sizes(&both), [uvec2(320, 240), uvec2(1280, 720)]);
        assert_eq!(both.others[0].resize_mode, ResizeMode::CropAndScale);
    }

    #[test]
    fn what_another_track_cannot_accept_fails_by_its_name() {
        let native = VideoConstraints::new().width(at_most(700)).resize_mode(exact(ResizeMode::None));
        let error = together(&[&native], &VideoConstraints::new().width(at_least(1280))).unwrap_err();
        assert_eq!((error.name, error.constraint.as_deref()), (ErrorName::Overconstrained, Some("width")));
    }

    #[test]
    fn a_control_that_another_track_requires_stays_so() {
        let near = VideoConstraints::new().advanced(VideoConstraintSet::new().zoom(at_least(2.0)));
        let far = VideoConstraints::new().zoom(1.0);
        let both = together(&[&near], &far).expect("zoom is only preferred");
        assert_eq!(both.targets.resolve(&ControlSettings::new())[&Control::Zoom], ControlValue::Number(2.0));
        let alone = together(&[], &far).expect("zoom is free");
        assert_eq!(alone.targets.resolve(&ControlSettings::new())[&Control::Zoom], ControlValue::Number(1.0));
    }
}
