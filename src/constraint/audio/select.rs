//! SelectSettings for microphones: the formats that constraints leave, best first
//! ([the algorithm](https://www.w3.org/TR/mediacapture-streams/#dfn-selectsettings)).

use super::{AudioConstraintSet, AudioConstraints, AudioProperty};
use crate::{
    constraint::{
        ConstrainNumber, Number,
        candidate_space::{Interval, sortable},
        fitness::BareMeaning,
        overconstrained::{Phrasing, list, one_of, quoted},
    },
    device::{AudioFormat, AudioMode, Device},
    error::MediaError,
};

/// The rate that is chosen without a preference, in Hz, if the microphone's own format isn't.
const SAMPLE_RATE: u32 = 48_000;
/// The length of blocks without a preference, in seconds.
const LATENCY: f64 = 0.02;

/// A mode with any format.
const ANY: AudioMode = AudioMode {
    min_sample_rate: 1,
    max_sample_rate: u32::MAX,
    channel_count: u16::MAX,
    sample_size: u16::MAX,
    min_latency: 0.0,
    max_latency: 1e9,
};

/// A microphone, and a format that it can be opened in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AudioChoice {
    /// The index of the microphone.
    pub device: usize,
    /// The format.
    pub format: AudioFormat,
}

/// The microphones that the constraints on their ids permit. Only of these the modes are needed.
///
/// # Errors
/// [`Overconstrained`](crate::error::ErrorName::Overconstrained) if there are none.
pub(crate) fn permitted_devices(
    devices: Vec<Device>,
    constraints: &AudioConstraints,
) -> Result<Vec<Device>, MediaError> {
    let all: Vec<_> = devices.into_iter().map(|device| (device, vec![ANY])).collect();
    let AudioConstraintSet { device_id, group_id, .. } = constraints.basic.clone();
    let ids = AudioConstraintSet { device_id, group_id, ..AudioConstraintSet::default() };
    let left = require(FormatSpace::all(&all), &ids)?;
    Ok(left.into_iter().map(|space| space.device.clone()).collect())
}

/// The best format of each mode of each microphone, best first. Of equal ones the first in the list is best: the
/// default microphone, and its own format.
///
/// # Errors
/// - [`Type`](crate::error::ErrorName::Type) for numbers that aren't finite, or are negative.
/// - [`NotFound`](crate::error::ErrorName::NotFound) if there is no microphone.
/// - [`NotReadable`](crate::error::ErrorName::NotReadable) if none has a mode.
/// - [`Overconstrained`](crate::error::ErrorName::Overconstrained) if no mode meets the required members.
pub(crate) fn rank_formats(
    microphones: &[(Device, Vec<AudioMode>)],
    constraints: &AudioConstraints,
) -> Result<Vec<AudioChoice>, MediaError> {
    constraints.validate()?;
    if microphones.is_empty() {
        return Err(MediaError::not_found("no microphone was found: plug one in, or choose another source"));
    }
    let spaces = FormatSpace::all(microphones);
    if spaces.is_empty() {
        return Err(MediaError::not_readable(
            "no microphone has a usable format: plug it in again, or choose another",
        ));
    }
    let mut spaces = require(spaces, &constraints.basic)?;
    for set in &constraints.advanced {
        let kept: Vec<_> =
            spaces.iter().filter_map(|space| space.narrowed(set, BareMeaning::Exact)).collect();
        if !kept.is_empty() {
            spaces = kept;
        }
    }
    let mut ranked: Vec<_> = spaces.iter().map(|space| space.best(&constraints.basic)).collect();
    // The order of equal ones stays.
    ranked.sort_by_key(|(_, distance)| sortable(*distance));
    Ok(ranked.into_iter().map(|(choice, _)| choice).collect())
}

/// The formats of a mode.
#[derive(Debug, Clone, Copy)]
struct FormatSpace<'a> {
    device: &'a Device,
    index: usize,
    sample_rate: Interval<u32>,
    sample_size: Interval<u32>,
    channel_count: Interval<u32>,
    latency: Interval<f64>,
}

impl<'a> FormatSpace<'a> {
    /// The formats of all microphones. Modes that make no sense are left out.
    fn all(microphones: &'a [(Device, Vec<AudioMode>)]) -> Vec<Self> {
        let sane = |mode: &&AudioMode| {
            (1..=mode.max_sample_rate).contains(&mode.min_sample_rate)
                && mode.channel_count > 0
                && mode.min_latency >= 0.0
                && (mode.min_latency..f64::MAX).contains(&mode.max_latency)
        };
        let spaces = microphones.iter().enumerate().flat_map(|(index, (device, modes))| {
            modes.iter().filter(sane).map(move |mode| Self {
                device,
                index,
                sample_rate: Interval::new(mode.min_sample_rate, mode.max_sample_rate),
                sample_size: Interval::new(mode.sample_size.into(), mode.sample_size.into()),
                channel_count: Interval::new(mode.channel_count.into(), mode.channel_count.into()),
                latency: Interval::new(mode.min_latency, mode.max_latency),
            })
        });
        spaces.collect()
    }

    /// Narrowed by the required members of a set. `None` if they can't be met.
    fn narrowed(self, set: &AudioConstraintSet, meaning: BareMeaning) -> Option<Self> {
        AudioProperty::ALL
            .into_iter()
            .try_fold(self, |space, property| space.narrowed_by(property, set, meaning))
    }

    /// Narrowed by one property of a set, if it is required. `None` if it can't be met.
    fn narrowed_by(
        mut self,
        property: AudioProperty,
        set: &AudioConstraintSet,
        meaning: BareMeaning,
    ) -> Option<Self> {
        let group_id = Some(&self.device.group_id).filter(|group| !group.is_empty());
        let is_possible = match property {
            AudioProperty::DeviceId => set.device_id.allows(Some(&self.device.id), meaning),
            AudioProperty::GroupId => set.group_id.allows(group_id, meaning),
            AudioProperty::SampleRate => narrow(&mut self.sample_rate, &set.sample_rate, meaning),
            AudioProperty::SampleSize => narrow(&mut self.sample_size, &set.sample_size, meaning),
            AudioProperty::ChannelCount => narrow(&mut self.channel_count, &set.channel_count, meaning),
            AudioProperty::Latency => narrow(&mut self.latency, &set.latency, meaning),
            AudioProperty::EchoCancellation => set.echo_cancellation.allows(false, meaning),
            AudioProperty::AutoGainControl => set.auto_gain_control.allows(false, meaning),
            AudioProperty::NoiseSuppression => set.noise_suppression.allows(false, meaning),
        };
        is_possible.then_some(self)
    }

    /// The format with the smallest distance to the basic set, and its distance.
    fn best(&self, basic: &AudioConstraintSet) -> (AudioChoice, f64) {
        let meaning = BareMeaning::Ideal;
        let rate = self.sample_rate.nearest(basic.sample_rate.preferred(meaning).unwrap_or(SAMPLE_RATE));
        let latency = self.latency.nearest(basic.latency.preferred(meaning).unwrap_or(LATENCY));
        let (size, channels) = (self.sample_size.low, self.channel_count.low);
        let group_id = Some(&self.device.group_id).filter(|group| !group.is_empty());
        let processing = [basic.echo_cancellation, basic.auto_gain_control, basic.noise_suppression];
        let wanted = processing.iter().filter(|constraint| constraint.preferred() == Some(true)).count();
        let distance = basic.device_id.distance(Some(&self.device.id), meaning)
            + basic.group_id.distance(group_id, meaning)
            + basic.sample_rate.distance(Some(rate.into()), 0.0, meaning)
            + basic.sample_size.distance(Some(size.into()), 0.0, meaning)
            + basic.channel_count.distance(Some(channels.into()), 0.0, meaning)
            + basic.latency.distance(Some(latency), 0.0, meaning)
            + wanted as f64;
        let format = AudioFormat {
            sample_rate: rate,
            // They came from 16 bits.
            channel_count: channels as u16,
            sample_size: size as u16,
            latency,
        };
        (AudioChoice { device: self.index, format }, distance)
    }
}

/// Keeps the numbers that a constraint permits. Returns whether there are any.
fn narrow<T: Number>(
    interval: &mut Interval<T>,
    constraint: &ConstrainNumber<T>,
    meaning: BareMeaning,
) -> bool {
    let is_unwanted = constraint.present == Some(false) && meaning == BareMeaning::Exact;
    interval.narrow(constraint, meaning) && interval.low <= interval.high && !is_unwanted
}

/// The spaces narrowed by the required members of the basic set: at least one.
fn require<'a>(
    spaces: Vec<FormatSpace<'a>>,
    basic: &AudioConstraintSet,
) -> Result<Vec<FormatSpace<'a>>, MediaError> {
    let narrowed = |spaces: &[FormatSpace<'a>], property| -> Vec<FormatSpace<'a>> {
        let narrowed = |space: &FormatSpace<'a>| space.narrowed_by(property, basic, BareMeaning::Ideal);
        spaces.iter().filter_map(narrowed).collect()
    };
    // A constraint that no microphone meets by itself is the one to name, whatever the others are.
    let mut properties = AudioProperty::ALL.into_iter();
    if let Some(property) = properties.find(|property| narrowed(&spaces, *property).is_empty()) {
        return Err(overconstrained(property, &spaces, basic));
    }
    AudioProperty::ALL.into_iter().try_fold(spaces, |spaces, property| {
        let left = narrowed(&spaces, property);
        if left.is_empty() { Err(overconstrained(property, &spaces, basic)) } else { Ok(left) }
    })
}

/// The error for a property that none of these spaces meets.
fn overconstrained(
    property: AudioProperty,
    spaces: &[FormatSpace],
    basic: &AudioConstraintSet,
) -> MediaError {
    let phrasing = |unit| Phrasing { unit, least: "lowest", greatest: "highest" };
    let (required, offered) = match property {
        AudioProperty::DeviceId => (
            one_of(&basic.device_id, |id| quoted(&id.0)),
            format!("the microphones are {}", list(spaces.iter().map(|space| quoted(&space.device.id.0)))),
        ),
        AudioProperty::GroupId => (
            one_of(&basic.group_id, quoted),
            format!("the groups are {}", list(spaces.iter().map(|space| quoted(&space.device.group_id)))),
        ),
        AudioProperty::SampleRate => {
            phrasing(" Hz").describe(&basic.sample_rate, spaces.iter().map(|space| space.sample_rate))
        }
        AudioProperty::SampleSize => {
            phrasing(" bits").describe(&basic.sample_size, spaces.iter().map(|space| space.sample_size))
        }
        AudioProperty::ChannelCount => phrasing(" channels")
            .describe(&basic.channel_count, spaces.iter().map(|space| space.channel_count)),
        AudioProperty::Latency => {
            phrasing(" s").describe(&basic.latency, spaces.iter().map(|space| space.latency))
        }
        AudioProperty::EchoCancellation
        | AudioProperty::AutoGainControl
        | AudioProperty::NoiseSuppression => ("true".into(), "this platform doesn't process sound".into()),
    };
    let name = property.as_str();
    MediaError::overconstrained(
        name,
        format!(
            "{name} is required to be {required}, but {offered}. Require less, or prefer a value with `ideal`"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        constraint::{at_least, at_most, between, exact, ideal},
        device::DeviceKind,
        error::ErrorName,
    };

    fn mode(min_sample_rate: u32, max_sample_rate: u32, channel_count: u16, sample_size: u16) -> AudioMode {
        AudioMode {
            min_sample_rate,
            max_sample_rate,
            channel_count,
            sample_size,
            min_latency: 0.005,
            max_latency: 0.2,
        }
    }

    /// The default microphone at 44.1 kHz in stereo, which also has other formats, and one for speech.
    fn microphones() -> Vec<(Device, Vec<AudioMode>)> {
        let device = |id: &str, group: &str| Device {
            id: id.into(),
            group_id: group.into(),
            kind: DeviceKind::AudioInput,
            ..Device::default()
        };
        vec![
            (
                device("desk", ""),
                vec![mode(44_100, 44_100, 2, 16), mode(8_000, 96_000, 2, 16), mode(8_000, 96_000, 1, 24)],
            ),
            (device("camera", "usb-1"), vec![mode(16_000, 16_000, 1, 16)]),
        ]
    }

    fn best(constraints: AudioConstraints) -> (usize, u32, u16) {
        let AudioChoice { device, format } = rank_formats(&microphones(), &constraints).expect("a format")[0];
        (device, format.sample_rate, format.channel_count)
    }

    fn refused(constraints: AudioConstraints) -> (ErrorName, String) {
        let error = rank_formats(&microphones(), &constraints).expect_err("it can't be met");
        (error.name, error.constraint.unwrap_or_default().into_owned())
    }

    fn asking() -> AudioConstraints {
        AudioConstraints::new()
    }

    #[test]
    fn without_constraints_it_is_the_own_format_of_the_default_microphone() {
        let ranked = rank_formats(&microphones(), &asking()).expect("formats");
        let formats: Vec<_> =
            ranked.iter().map(|choice| (choice.device, choice.format.sample_rate)).collect();
        assert_eq!(formats, [(0, 44_100), (0, 48_000), (0, 48_000), (1, 16_000)]);
        assert_eq!(
            ranked[0].format,
            AudioFormat { sample_rate: 44_100, channel_count: 2, sample_size: 16, latency: 0.02 }
        );
    }

    #[test]
    fn preferences_choose_the_nearest_format() {
        assert_eq!(best(asking().sample_rate(16_000)), (0, 16_000, 2));
        assert_eq!(best(asking().sample_rate(16_000).channel_count(1)), (0, 16_000, 1));
        assert_eq!(best(asking().sample_rate(400_000)), (0, 96_000, 2));
        assert_eq!(best(asking().group_id("usb-1")), (1, 16_000, 1));
        assert_eq!(best(asking().device_id(ideal(["camera", "desk"]))), (0, 44_100, 2));
        assert_eq!(best(asking().sample_size(24)), (0, 48_000, 1));
        // No microphone has them, so all are as far.
        assert_eq!(best(asking().echo_cancellation(true).noise_suppression(ideal(true))), (0, 44_100, 2));
    }

    #[test]
    fn requirements_exclude_formats() {
        assert_eq!(best(asking().sample_rate(exact(48_000))), (0, 48_000, 2));
        assert_eq!(best(asking().channel_count(exact(1))), (0, 48_000, 1));
        assert_eq!(best(asking().sample_rate(at_most(16_000)).device_id(exact("camera"))), (1, 16_000, 1));
        assert_eq!(best(asking().echo_cancellation(exact(false))), (0, 44_100, 2));
        let latency = |constraints: AudioConstraints| {
            rank_formats(&microphones(), &constraints).expect("a format")[0].format.latency
        };
        assert_eq!(latency(asking().latency(at_least(0.1))), 0.1);
        assert_eq!(latency(asking().latency(ideal(0.0))), 0.005);
    }

    #[test]
    fn advanced_sets_are_met_in_order_or_ignored() {
        let speech = AudioConstraintSet::new().sample_rate(16_000).channel_count(1);
        let absurd = AudioConstraintSet::new().channel_count(64);
        let quiet = AudioConstraintSet::new().noise_suppression(true);
        assert_eq!(best(asking().advanced(absurd).advanced(quiet).advanced(speech)), (0, 16_000, 1));
    }

    #[test]
    fn the_constraint_that_cannot_be_met_is_named() {
        let overconstrained = |name: &str| (ErrorName::Overconstrained, name.to_owned());
        for (constraints, name) in [
            (asking().device_id(exact("another")).sample_rate(exact(1)), "deviceId"),
            (asking().group_id(exact("usb-2")), "groupId"),
            (asking().sample_rate(at_least(96_001)), "sampleRate"),
            (asking().sample_rate(between(48_000, 16_000)), "sampleRate"),
            (asking().sample_size(exact(8)), "sampleSize"),
            (asking().channel_count(at_least(3)), "channelCount"),
            (asking().latency(exact(1.0)), "latency"),
            (asking().echo_cancellation(exact(true)), "echoCancellation"),
            (asking().auto_gain_control(exact(true)), "autoGainControl"),
            (asking().noise_suppression(exact(true)), "noiseSuppression"),
            // Each can be met, and both together can't.
            (asking().device_id(exact("camera")).channel_count(exact(2)), "channelCount"),
        ] {
            assert_eq!(refused(constraints.clone()), overconstrained(name), "{constraints:?}");
        }
    }

    #[test]
    fn microphones_are_permitted_by_their_ids() {
        let devices = || microphones().into_iter().map(|(device, _)| device).collect();
        let permitted = |constraints: AudioConstraints| {
            let permitted = permitted_devices(devices(), &constraints);
            permitted.map(|devices| devices.into_iter().map(|device| device.id.0).collect::<Vec<_>>())
        };
        assert_eq!(permitted(asking().sample_rate(exact(1))), Ok(vec!["desk".into(), "camera".into()]));
        assert_eq!(permitted(asking().group_id(exact("usb-1"))), Ok(vec!["camera".into()]));
        let error =
            permitted(asking().device_id(exact("desk")).group_id(exact("usb-1"))).expect_err("neither");
        assert_eq!(error.constraint.as_deref(), Some("groupId"));
    }

    #[test]
    fn nonsense_is_an_error() {
        for number in [f64::NAN, f64::INFINITY, -0.1] {
            assert_eq!(refused(asking().latency(number)).0, ErrorName::Type);
            assert_eq!(
                refused(asking().advanced(AudioConstraintSet::new().latency(at_most(number)))).0,
                ErrorName::Type
            );
        }
        assert_eq!(rank_formats(&[], &asking()).expect_err("no microphone").name, ErrorName::NotFound);
        let silent =
            vec![(Device::default(), vec![mode(0, 0, 1, 16), mode(2, 1, 1, 16), mode(8_000, 8_000, 0, 16)])];
        assert_eq!(rank_formats(&silent, &asking()).expect_err("no mode").name, ErrorName::NotReadable);
    }
}
