//! SelectSettings: from devices and constraints to the settings of a track
//! ([the algorithm](https://www.w3.org/TR/mediacapture-streams/#dfn-selectsettings)).

use std::{cmp::Reverse, collections::HashSet};

use bevy::math::uvec2;

use crate::{
    device::{ControlSettings, Device, DeviceId, NativeMode},
    error::MediaError,
    frame::PixelFormat,
};

use super::{
    ResizeMode, VideoConstraints, VideoSettings,
    fitness::{Bare, Candidate, RATE_TOLERANCE, difference, difference_beyond},
    offer::{Offer, shrinking, sortable},
    refusal::{require, require_controls},
    target::Targets,
};

/// Chooses a device, one of its modes, and the size and rate that the track shows of it.
///
/// The *candidates* are every native mode of every device as it is (resize mode `none`), and every size
/// from 1x1 up to a native one with every rate up to its own (`crop-and-scale`). Nothing is scaled up.
///
/// 1. Candidates that violate a required member of the basic set are dropped.
/// 2. For each advanced set, in order: if some candidates meet all of it, only those are kept; else the set
///    is ignored.
/// 3. Of what is left the smallest *fitness distance* to the basic set wins. It is the sum over the
///    members that state a preference: for numbers `|actual - ideal| / max(|actual|, |ideal|)`, for all
///    else 0 where the preferred values include the actual one and 1 where not; 1 where the candidate has no
///    such setting.
/// 4. Ties: nearest to the native mode's own size; then the order of `devices`; then nearest to 640x480 at
///    30 Hz, and of two as near the smaller, then the faster; then the fewest frames left out; resize mode
///    `none`; uncompressed rather than JPEG; the device's own order of modes.
///
/// Of one mode's sizes at the same distance the one that crops least is taken: with `at_most(800)` as width
/// alone, 1280x720 becomes 800x450. Rates are lowered only as far as constraints ask.
///
/// # Errors
///
/// - [`Type`](crate::error::ErrorName::Type): see [`VideoConstraints::validate`].
/// - [`NotFound`](crate::error::ErrorName::NotFound): there is no device at all.
/// - [`NotReadable`](crate::error::ErrorName::NotReadable): no device has a mode to choose.
/// - [`Overconstrained`](crate::error::ErrorName::Overconstrained): the required members leave nothing.
///   [`MediaError::constraint`] is one that no candidate meets by itself where there is one, else the one
///   that ruled out the last candidates.
pub fn select_settings(
    devices: &[Device],
    constraints: &VideoConstraints,
) -> Result<VideoSettings, MediaError> {
    let best =
        choices(devices, constraints, Requiring::ForSelection)?.into_iter().min_by_key(|choice| choice.rank);
    best.map(Choice::into_settings).ok_or_else(nothing_left)
}

/// All acceptable choices, best first: the best settings of each native mode of each device, so that
/// where one can't be opened the next can be tried. The first is that of [`select_settings`].
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

/// What may be required in the basic set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requiring {
    /// Only what devices are chosen by: no camera control
    /// ([required constraints for device selection](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia)).
    ForSelection,
    /// Anything: the device is known.
    OfDevice,
}

/// As [`rank_settings`], with what the controls are to be.
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

/// One way to meet constraints: the best of a native mode.
#[derive(Debug, Clone)]
pub(crate) struct Choice<'a> {
    rank: Rank,
    candidate: Candidate<'a>,
    /// What the device's controls are to be.
    pub targets: Targets,
}

impl Choice<'_> {
    /// The distance to what is preferred.
    pub fn distance(&self) -> u64 {
        self.rank.distance
    }

    /// The device that it is of.
    pub fn device_id(&self) -> &DeviceId {
        &self.candidate.device.id
    }

    /// The mode that it is of.
    pub fn native(&self) -> NativeMode {
        self.candidate.native
    }

    /// The settings that this comes to, where the controls are set so.
    pub fn settings_with(&self, controls: ControlSettings) -> VideoSettings {
        self.candidate.to_settings(controls)
    }

    fn into_settings(self) -> VideoSettings {
        self.settings_with(self.targets.resolve(&ControlSettings::new()))
    }
}

/// The best choice of each native mode in each resize mode that the constraints leave.
fn choices<'a>(
    devices: &'a [Device],
    constraints: &VideoConstraints,
    requiring: Requiring,
) -> Result<Vec<Choice<'a>>, MediaError> {
    constraints.validate_numbers()?;
    if devices.is_empty() {
        return Err(MediaError::not_found("there is no camera: plug one in, or name another source"));
    }
    if requiring == Requiring::ForSelection {
        constraints.validate_required()?;
    }
    let offers = Offer::all(devices);
    if offers.is_empty() {
        return Err(MediaError::not_readable(
            "no camera lists a mode that it could be read in: plug it in again, or use another",
        ));
    }
    let mut offers = require(offers, &constraints.basic)?;
    if requiring == Requiring::OfDevice {
        offers = require_controls(offers, &constraints.basic)?;
    }
    for set in &constraints.advanced {
        let kept: Vec<_> =
            offers.iter().filter_map(|offer| offer.clone().narrowed(set, Bare::Exact)).collect();
        if !kept.is_empty() {
            offers = kept;
        }
    }
    let best = |offer: &Offer<'a>| {
        let (candidate, targets, distance) = offer.best(&constraints.basic)?;
        Some(Choice { rank: Rank::new(&candidate, offer.order, distance), candidate, targets })
    };
    Ok(offers.iter().filter_map(best).collect())
}

/// No offer without a candidate is kept, so this isn't seen; it says so without a panic.
fn nothing_left() -> MediaError {
    MediaError::unknown("no settings are left: ask for less")
}

/// Steps 3 and 4: what is compared, in order; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    distance: u64,
    shrinking: u64,
    device_order: usize,
    from_default: u64,
    /// Two modes can be as near: the smaller one, then the faster one, in hundredths of a Hz.
    size: (u32, u32),
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
