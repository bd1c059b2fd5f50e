//! Several tracks of one device: they share its native mode, and each has its own size and rate.

use crate::{
    device::{ControlSettings, Device, NativeMode},
    error::MediaError,
};

use super::{Choice, Requiring, VideoConstraints, VideoSettings, rank, target::Targets};

/// The settings of a device and of all its tracks.
#[derive(Debug)]
pub(crate) struct SharedSelection {
    /// The native mode of the device.
    pub native: NativeMode,
    /// The settings of the existing tracks, in their order.
    pub others: Vec<VideoSettings>,
    /// The settings of the requesting track.
    pub own: VideoSettings,
    /// The values of the controls that the requesting track requires or prefers.
    pub targets: Targets,
}

/// Picks the native mode that satisfies all existing tracks (`others`) and one more request, at the smallest sum of
/// their fitness distances. Ties are resolved in favor of the request.
///
/// The settings are without the values of controls, which the device reports later. A control may be set only if that
/// breaks no requirement of another track.
///
/// # Errors
///
/// Those of [`select_settings`](super::select_settings), if no mode satisfies the request and the existing tracks.
pub(crate) fn select_shared(
    device: &Device,
    others: &[&VideoConstraints],
    request: &VideoConstraints,
) -> Result<SharedSelection, MediaError> {
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
    // Only the modes and values that the existing tracks leave.
    let left = std::slice::from_ref(&shared);
    let ranked = rank(left, request, Requiring::OfDevice)?;
    let distance = |choice: &Choice| {
        let of = |choices: &Vec<Choice>| of_mode(choices, choice.native()).map_or(0, Choice::distance);
        choice.distance() + served.iter().map(of).sum::<u64>()
    };
    let best = ranked
        .iter()
        .min_by_key(|choice| distance(choice))
        .ok_or_else(|| MediaError::unknown("no mode of the device satisfies all its tracks: require less"))?;
    let native = best.native();
    let settings = |choice: &Choice| choice.settings_with(ControlSettings::new());
    let others = served.iter().filter_map(|choices| of_mode(choices, native)).map(settings).collect();
    Ok(SharedSelection { native, others, own: settings(best), targets: best.targets.clone() })
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

    fn select(
        others: &[&VideoConstraints],
        request: &VideoConstraints,
    ) -> Result<SharedSelection, MediaError> {
        select_shared(&device(), others, request)
    }

    fn sizes(selection: &SharedSelection) -> Vec<UVec2> {
        selection.others.iter().chain([&selection.own]).map(|settings| settings.size).collect()
    }

    #[test]
    fn a_single_track_gets_its_own_selection() {
        let alone = select(&[], &VideoConstraints::new().width(1280)).expect("there is such a mode");
        assert_eq!((alone.native.size, sizes(&alone)), (uvec2(1280, 720), vec![uvec2(1280, 720)]));
    }

    #[test]
    fn two_tracks_of_one_mode_have_their_own_sizes() {
        let small = VideoConstraints::new().width(exact(320)).height(exact(240));
        let large = VideoConstraints::new().width(at_least(1280)).height(at_least(720));
        let both = select(&[&small], &large).expect("one mode serves both");
        assert_eq!(both.native.size, uvec2(1280, 720));
        assert_eq!(sizes(&both), [uvec2(320, 240), uvec2(1280, 720)]);
        assert_eq!(both.others[0].resize_mode, ResizeMode::CropAndScale);
    }

    #[test]
    fn a_request_that_conflicts_with_another_track_fails_by_name() {
        let native = VideoConstraints::new().width(at_most(700)).resize_mode(exact(ResizeMode::None));
        let error = select(&[&native], &VideoConstraints::new().width(at_least(1280))).unwrap_err();
        assert_eq!((error.name, error.constraint.as_deref()), (ErrorName::Overconstrained, Some("width")));
    }

    #[test]
    fn a_control_that_another_track_requires_stays_so() {
        let near = VideoConstraints::new().advanced(VideoConstraintSet::new().zoom(at_least(2.0)));
        let far = VideoConstraints::new().zoom(1.0);
        let both = select(&[&near], &far).expect("zoom is only preferred");
        assert_eq!(both.targets.resolve(&ControlSettings::new())[&Control::Zoom], ControlValue::Number(2.0));
        let alone = select(&[], &far).expect("zoom is free");
        assert_eq!(alone.targets.resolve(&ControlSettings::new())[&Control::Zoom], ControlValue::Number(1.0));
    }
}
