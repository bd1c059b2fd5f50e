//! SelectSettings: the settings of a track, from devices and constraints
//! ([the algorithm](https://www.w3.org/TR/mediacapture-streams/#dfn-selectsettings)).

use std::{cmp::Reverse, collections::HashSet};

use bevy::math::uvec2;

use crate::{
    device::{ControlSettings, Device, DeviceId, DeviceKind, NativeMode},
    error::MediaError,
    frame::PixelFormat,
};

use super::{
    ResizeMode, VideoConstraints, VideoSettings,
    candidate_space::{CandidateSpace, shrinking, sortable},
    fitness::{BareMeaning, Candidate, RATE_TOLERANCE, difference, difference_beyond},
    overconstrained::{require, require_controls},
    target::Targets,
};

/// Chooses a device, one of its native modes, and the size and frame rate of the track.
///
/// The *candidates* are the native modes of all video devices (resize mode `none`), and all sizes from 1x1 up to a
/// native one, at all rates up to the native one (`crop-and-scale`). Nothing is scaled up.
///
/// 1. Candidates that violate a required member of the basic set are dropped.
/// 2. For each advanced set, in order: if some candidates meet all of it, only those are kept. Else the set is ignored.
/// 3. The remaining candidate with the smallest *fitness distance* to the basic set wins. The distance is a sum over
///    the members with a preference. It is `|actual - ideal| / max(|actual|, |ideal|)` for numbers. For everything else
///    it is 0 if the preferred values include the actual one, else 1. It is 1 if the candidate has no such setting.
/// 4. Ties are resolved by, in this order: the size nearest to that of the native mode; the order of `devices`; the
///    size and rate nearest to 640x480 at 30 Hz, then the smaller size, then the faster rate; the fewest frames left
///    out; resize mode `none`; uncompressed rather than JPEG; the device's own order of modes.
///
/// Among the sizes of one mode at the same distance, the one that crops least wins: the constraint `at_most(800)` on
/// the width makes 1280x720 to 800x450. Rates are lowered no further than the constraints require.
///
/// # Errors
///
/// - [`Type`](crate::error::ErrorName::Type): see [`VideoConstraints::validate`].
/// - [`NotFound`](crate::error::ErrorName::NotFound): there is no video device.
/// - [`NotReadable`](crate::error::ErrorName::NotReadable): no device has a native mode.
/// - [`Overconstrained`](crate::error::ErrorName::Overconstrained): no candidate meets the required members.
///   [`MediaError::constraint`] is one that no candidate meets by itself if there is one, else the one that excluded
///   the last candidates.
pub fn select_settings(
    devices: &[Device],
    constraints: &VideoConstraints,
) -> Result<VideoSettings, MediaError> {
    let best =
        choices(devices, constraints, Requiring::ForSelection)?.into_iter().min_by_key(|choice| choice.rank);
    best.map(Choice::into_settings).ok_or_else(nothing_left)
}

/// The best settings of each native mode of each device, best first. If the first can't be opened, the next can be
/// tried. The first is the result of [`select_settings`].
///
/// # Errors
///
/// Those of [`select_settings`].
pub fn rank_settings(
    devices: &[Device],
    constraints: &VideoConstraints,
) -> Result<Vec<VideoSettings>, MediaError> {
    let ranked = rank(devices, constraints, Requiring::ForSelection)?;
    Ok(ranked.into_iter().map(Choice::into_settings).collect())
}

/// The properties that may be required in the basic set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requiring {
    /// The properties that devices are selected by, without the controls ([required constraints for device
    /// selection](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia)).
    ForSelection,
    /// All properties: the device is known already.
    OfDevice,
}

/// As [`rank_settings`], with the targets of the controls.
///
/// # Errors
///
/// Those of [`select_settings`].
pub(crate) fn rank<'a>(
    devices: &'a [Device],
    constraints: &VideoConstraints,
    requiring: Requiring,
) -> Result<Vec<Choice<'a>>, MediaError> {
    let mut ranked = choices(devices, constraints, requiring)?;
    ranked.sort_by_key(|choice| choice.rank);
    let mut seen = HashSet::new();
    ranked.retain(|Choice { rank, .. }| seen.insert((rank.device_order, rank.mode_order)));
    Ok(ranked)
}

/// The best candidate of a native mode.
#[derive(Debug, Clone)]
pub(crate) struct Choice<'a> {
    rank: Rank,
    candidate: Candidate<'a>,
    /// The values for the controls of the device.
    pub targets: Targets,
}

impl Choice<'_> {
    /// The fitness distance, as a sort key.
    pub fn distance(&self) -> u64 {
        self.rank.distance
    }

    /// The device of the candidate.
    pub fn device_id(&self) -> &DeviceId {
        &self.candidate.device.id
    }

    /// The native mode of the candidate.
    pub fn native(&self) -> NativeMode {
        self.candidate.native
    }

    /// The settings of the candidate, with these values of the controls.
    pub fn settings_with(&self, controls: ControlSettings) -> VideoSettings {
        self.candidate.to_settings(controls)
    }

    fn into_settings(self) -> VideoSettings {
        self.settings_with(self.targets.resolve(&ControlSettings::new()))
    }
}

/// The best candidate of each native mode in each resize mode, in no particular order.
fn choices<'a>(
    devices: &'a [Device],
    constraints: &VideoConstraints,
    requiring: Requiring,
) -> Result<Vec<Choice<'a>>, MediaError> {
    constraints.validate_numbers()?;
    if devices.iter().all(|device| device.kind != DeviceKind::VideoInput) {
        let kind = DeviceKind::VideoInput;
        return Err(MediaError::not_found(format!(
            "no {kind} was found: plug one in, or choose another source"
        )));
    }
    if requiring == Requiring::ForSelection {
        constraints.validate_required()?;
    }
    let spaces = CandidateSpace::all(devices);
    if spaces.is_empty() {
        return Err(MediaError::not_readable(
            "no camera has a usable mode: plug it in again, or choose another",
        ));
    }
    let mut spaces = require(spaces, &constraints.basic)?;
    if requiring == Requiring::OfDevice {
        spaces = require_controls(spaces, &constraints.basic)?;
    }
    for set in &constraints.advanced {
        let kept: Vec<_> =
            spaces.iter().filter_map(|space| space.clone().narrowed(set, BareMeaning::Exact)).collect();
        if !kept.is_empty() {
            spaces = kept;
        }
    }
    let best = |space: &CandidateSpace<'a>| {
        let (candidate, targets, distance) = space.best(&constraints.basic)?;
        Some(Choice { rank: Rank::new(&candidate, space.order, distance), candidate, targets })
    };
    Ok(spaces.iter().filter_map(best).collect())
}

/// The error if no candidate is left. It doesn't occur, because each space that is kept has a candidate.
fn nothing_left() -> MediaError {
    MediaError::unknown("no settings meet the constraints: require less")
}

/// The sort key of steps 3 and 4: its fields are compared in order, and less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    distance: u64,
    shrinking: u64,
    device_order: usize,
    /// Colors are preferred where a device has both.
    gray: bool,
    from_default: u64,
    /// Decides between modes that are equally near: the smaller one, then the faster one.
    size: (u32, u32),
    /// In hundredths of a Hz.
    rate: Reverse<u64>,
    decimation: u64,
    resized: bool,
    compressed: bool,
    mode_order: usize,
}

impl Rank {
    fn new(candidate: &Candidate, order: (usize, usize), distance: f64) -> Self {
        let native_rate = candidate.native.frame_rate;
        let (size, default_size) = (candidate.size.as_dvec2(), uvec2(640, 480).as_dvec2());
        let from_default = difference(size.x, default_size.x)
            + difference(size.y, default_size.y)
            + difference_beyond(RATE_TOLERANCE, candidate.frame_rate, 30.0);
        Self {
            distance: sortable(distance),
            shrinking: sortable(shrinking(candidate.size, candidate.native.size)),
            device_order: order.0,
            gray: candidate.native.format.is_gray(),
            from_default: sortable(from_default),
            size: candidate.size.into(),
            rate: Reverse((candidate.frame_rate * 100.0).round() as u64),
            decimation: sortable(difference_beyond(RATE_TOLERANCE, candidate.frame_rate, native_rate)),
            resized: candidate.resize_mode == ResizeMode::CropAndScale,
            compressed: candidate.native.format == PixelFormat::Mjpeg,
            mode_order: order.1,
        }
    }
}

#[cfg(test)]
mod tests;
