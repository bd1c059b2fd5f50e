//! What a device offers: for each native mode and resize mode, all the sizes and rates that it can be shown
//! at. Too many to be listed (any size from 1x1 up, any lower rate), so they are kept as intervals, which
//! constraints narrow, and of which the best candidate is computed.

use bevy::math::{UVec2, uvec2};

use crate::device::{Control, ControlCapability, Device, NativeMode};

use super::{
    ConstrainNumber, Number, ResizeMode, VideoConstraintSet,
    control::Asked,
    fitness::{Bare, Candidate, RATE_TOLERANCE, RATIO_TOLERANCE, difference, equal},
    target::Targets,
};

/// The longest side that a native mode can have here; no texture is as large.
const LONGEST_SIDE: u32 = 65_535;

/// The slowest rate that frames are thinned out to, in Hz: one frame an hour.
const SLOWEST_RATE: f64 = 1.0 / 3600.0;

/// The members that settings are chosen by, in the order in which a refusal looks for the culprit: who it
/// is before what it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    DeviceId,
    GroupId,
    FacingMode,
    ResizeMode,
    Width,
    Height,
    AspectRatio,
    FrameRate,
}

impl Member {
    pub(super) const ALL: [Self; 8] = [
        Self::DeviceId,
        Self::GroupId,
        Self::FacingMode,
        Self::ResizeMode,
        Self::Width,
        Self::Height,
        Self::AspectRatio,
        Self::FrameRate,
    ];
}

/// Numbers from `low` to `high`, both included; none where `low > high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval<T> {
    pub(super) low: T,
    pub(super) high: T,
}

impl<T: Number> Interval<T> {
    const fn new(low: T, high: T) -> Self {
        Self { low, high }
    }

    /// Keeps what a constraint allows; whether the constraint can be met at all.
    fn narrow(&mut self, constraint: &ConstrainNumber<T>, bare: Bare) -> bool {
        let (least, greatest) = constraint.bounds(bare);
        self.low = least.filter(|least| *least > self.low).unwrap_or(self.low);
        self.high = greatest.filter(|greatest| *greatest < self.high).unwrap_or(self.high);
        !constraint.is_inverted()
    }

    /// The nearest number that is inside; `low`, and then `high`, where nothing is.
    fn nearest(&self, value: T) -> T {
        let value = if value < self.low { self.low } else { value };
        if value > self.high { self.high } else { value }
    }
}

/// A native mode in one resize mode, and what is still possible of it.
#[derive(Debug, Clone)]
pub(super) struct Offer<'a> {
    pub(super) device: &'a Device,
    /// The places of the device in the list and of the mode in the device.
    pub(super) order: (usize, usize),
    pub(super) native: NativeMode,
    pub(super) resize_mode: ResizeMode,
    pub(super) width: Interval<u32>,
    pub(super) height: Interval<u32>,
    pub(super) ratio: Interval<f64>,
    pub(super) rate: Interval<f64>,
    targets: Targets,
}

impl<'a> Offer<'a> {
    /// All that the devices offer. Modes that make no sense (a side of 0, a rate that isn't a number) are
    /// left out.
    pub(super) fn all(devices: &'a [Device]) -> Vec<Self> {
        let sane = |mode: &NativeMode| {
            mode.size.min_element() > 0
                && mode.size.max_element() <= LONGEST_SIDE
                && mode.frame_rate.is_finite()
                && mode.frame_rate >= 0.0
        };
        let mut offers = Vec::new();
        for (device_order, device) in devices.iter().enumerate() {
            for (mode_order, native) in device.modes.iter().enumerate().filter(|(_, mode)| sane(mode)) {
                for resize_mode in [ResizeMode::None, ResizeMode::CropAndScale] {
                    offers.push(Self::new(device, (device_order, mode_order), *native, resize_mode));
                }
            }
        }
        offers
    }

    fn new(device: &'a Device, order: (usize, usize), native: NativeMode, resize_mode: ResizeMode) -> Self {
        let NativeMode { size, frame_rate, .. } = native;
        let (least_size, least_rate) = match resize_mode {
            ResizeMode::None => (size, frame_rate),
            ResizeMode::CropAndScale => (UVec2::ONE, SLOWEST_RATE.min(frame_rate)),
        };
        Self {
            device,
            order,
            native,
            resize_mode,
            width: Interval::new(least_size.x, size.x),
            height: Interval::new(least_size.y, size.y),
            ratio: Interval::new(0.0, f64::MAX),
            rate: Interval::new(least_rate, frame_rate),
            targets: Targets::any(&device.controls),
        }
    }

    /// What is left of it under the required members of a set; `None` where nothing is.
    pub(super) fn narrowed(self, set: &VideoConstraintSet, bare: Bare) -> Option<Self> {
        let mut offer =
            Member::ALL.into_iter().try_fold(self, |offer, member| offer.narrowed_by(member, set, bare))?;
        offer.targets = offer.targets.narrowed(set, bare)?;
        Some(offer)
    }

    /// What is left of it under what is required of a camera control; `None` where nothing is.
    pub(super) fn narrowed_by_control(self, control: Control, asked: Asked, bare: Bare) -> Option<Self> {
        let targets = self.targets.narrowed_by(control, asked, bare)?;
        Some(Self { targets, ..self })
    }

    /// What a camera control can still be set to.
    pub(super) fn allowed(&self, control: Control) -> Option<&ControlCapability> {
        self.targets.allowed(control)
    }

    /// What is left of it under one member of a set; `None` where nothing is.
    pub(super) fn narrowed_by(
        mut self,
        member: Member,
        set: &VideoConstraintSet,
        bare: Bare,
    ) -> Option<Self> {
        let Device { id, group_id, facing_mode, .. } = self.device;
        let group_id = (!group_id.is_empty()).then_some(group_id);
        let allowed = match member {
            Member::DeviceId => set.device_id.allows(Some(&id.0), bare),
            Member::GroupId => set.group_id.allows(group_id, bare),
            Member::FacingMode => set.facing_mode.allows(facing_mode.as_ref(), bare),
            Member::ResizeMode => set.resize_mode.allows(Some(&self.resize_mode), bare),
            Member::Width => self.width.narrow(&set.width, bare),
            Member::Height => self.height.narrow(&set.height, bare),
            Member::AspectRatio => self.ratio.narrow(&set.aspect_ratio, bare),
            Member::FrameRate => self.rate.narrow(&set.frame_rate, bare),
        };
        (allowed && self.is_possible()).then_some(self)
    }

    fn is_possible(&self) -> bool {
        let rate = self.rate.low <= self.rate.high || equal(RATE_TOLERANCE, self.rate.low, self.rate.high);
        rate && self.some_size().is_some()
    }

    /// Whether a size has an allowed aspect ratio.
    fn allows_ratio(&self, size: UVec2) -> bool {
        let (ratio, Interval { low, high }) = (aspect_ratio(size), self.ratio);
        (ratio >= low || equal(RATIO_TOLERANCE, ratio, low))
            && (ratio <= high || equal(RATIO_TOLERANCE, ratio, high))
    }

    /// The tallest size that is allowed, if there is any: goes down the heights until a whole width lies
    /// between the ratios. That is the first height, but for sizes so small that the tolerance is less than
    /// a pixel.
    fn some_size(&self) -> Option<UVec2> {
        let least = self.ratio.low * (1.0 - RATIO_TOLERANCE);
        let greatest = self.ratio.high / (1.0 - RATIO_TOLERANCE);
        // `as` saturates, which is what is wanted of infinities.
        let tallest = self.height.high.min((f64::from(self.width.high) / least).floor() as u32);
        let shortest = self.height.low.max((f64::from(self.width.low) / greatest).ceil() as u32);
        (shortest..=tallest).rev().find_map(|height| {
            let narrowest = self.width.low.max((least * f64::from(height)).ceil() as u32);
            let widest = self.width.high.min((greatest * f64::from(height)).floor() as u32);
            let size = uvec2(widest, height);
            (narrowest <= widest && self.allows_ratio(size)).then_some(size)
        })
    }

    /// The aspect ratios that its widths and heights can make.
    pub(super) fn reachable_ratios(&self) -> Interval<f64> {
        let ratio = |width, height| aspect_ratio(uvec2(width, height));
        Interval::new(ratio(self.width.low, self.height.high), ratio(self.width.high, self.height.low))
    }

    /// The candidate with the smallest distance to the basic set, what its controls are to be, and the distance. Of
    /// candidates as near the one that crops least, and of those the one nearest to the native size.
    pub(super) fn best(&self, basic: &VideoConstraintSet) -> Option<(Candidate<'a>, Targets, f64)> {
        let Self { device, native, resize_mode, .. } = *self;
        let wanted = basic.frame_rate.preferred(Bare::Ideal).unwrap_or(self.rate.high);
        let nearest = self.rate.nearest(wanted);
        // What counts as the native rate is that: leaving out one frame in a million helps nobody.
        let frame_rate =
            if equal(RATE_TOLERANCE, nearest, native.frame_rate) { native.frame_rate } else { nearest };
        // What the size doesn't change is the same for all.
        let size = self.sizes(basic).into_iter().min_by_key(|&size| {
            let distance = basic.size_distance(size, Bare::Ideal);
            (
                sortable(distance),
                sortable(cropping(size, native.size)),
                sortable(shrinking(size, native.size)),
            )
        })?;
        let candidate = Candidate { device, native, resize_mode, size, frame_rate };
        let mut targets = self.targets.clone();
        let distance = candidate.picture_distance(basic, Bare::Ideal) + targets.prefer(basic);
        Some((candidate, targets, distance))
    }

    /// The sizes among which the best one is.
    ///
    /// A distance of rule 7 is a straight line below its ideal and concave above it, so a sum of them has no
    /// least value but where one of them bends or ends: at an ideal or a bound. The best size is therefore
    /// where two such lines meet: an upright one for each width, a level one for each height, and one from
    /// the origin for each aspect ratio. The native ratio is one of them: where nothing else is asked,
    /// nothing is cropped. With an aspect ratio it is the least but for rounding to whole pixels.
    fn sizes(&self, basic: &VideoConstraintSet) -> Vec<UVec2> {
        if self.resize_mode == ResizeMode::None {
            return vec![self.native.size];
        }
        let lines = |interval: &Interval<u32>, constraint: &ConstrainNumber<u32>| {
            let ideal = constraint.preferred(Bare::Ideal).unwrap_or(interval.high);
            [interval.nearest(ideal), interval.high, interval.low]
        };
        let widths = lines(&self.width, &basic.width);
        let heights = lines(&self.height, &basic.height);
        let bounds =
            [self.ratio.low, self.ratio.high].into_iter().filter(|bound| *bound != 0.0 && *bound != f64::MAX);
        let native = aspect_ratio(self.native.size);
        let ratios = [native].into_iter().chain(basic.aspect_ratio.preferred(Bare::Ideal)).chain(bounds);

        let mut sizes: Vec<UVec2> =
            widths.iter().flat_map(|&width| heights.map(|height| uvec2(width, height))).collect();
        for ratio in ratios {
            for width in widths {
                let along = other_sides(width, self.width, ratio.recip());
                sizes.extend(along.map(|(width, height)| uvec2(width, height)));
            }
            for height in heights {
                let along = other_sides(height, self.height, ratio);
                sizes.extend(along.map(|(height, width)| uvec2(width, height)));
            }
        }
        for size in &mut sizes {
            *size = uvec2(self.width.nearest(size.x), self.height.nearest(size.y));
        }
        sizes.retain(|&size| self.allows_ratio(size));
        if sizes.is_empty() {
            sizes.extend(self.some_size());
        }
        sizes
    }
}

/// Whole sides where a line of one ratio (other / side) meets a side: the other side rounded both ways, and,
/// for pictures so small that neither is near enough, the next sides below and above with one that is.
fn other_sides(side: u32, within: Interval<u32>, ratio: f64) -> impl Iterator<Item = (u32, u32)> {
    // From this size on, half a pixel is less than the tolerance.
    const FINE: usize = (0.5 / RATIO_TOLERANCE) as usize;
    let other = move |side: u32| f64::from(side) * ratio;
    let whole = move |side: &u32| equal(RATIO_TOLERANCE, other(*side).round(), other(*side));
    let below = (within.low..=side).rev().take(FINE).find(whole);
    let above = (side..=within.high).take(FINE).find(whole);
    let near = below.into_iter().chain(above).map(move |side| (side, other(side).round() as u32));
    near.chain([other(side).floor(), other(side).ceil()].map(|other| (side, other as u32)))
}

/// The part of the native picture that is cut off, 0 to 1.
fn cropping(size: UVec2, native: UVec2) -> f64 {
    difference(aspect_ratio(size), aspect_ratio(native))
}

/// How far a size is from the native one: 0 where it is that, nearly 2 for a single pixel.
pub(super) fn shrinking(size: UVec2, native: UVec2) -> f64 {
    let (size, native) = (size.as_dvec2(), native.as_dvec2());
    difference(size.x, native.x) + difference(size.y, native.y)
}

/// A distance as something that can be sorted by: what is less than a billionth is rounding.
pub(super) fn sortable(distance: f64) -> u64 {
    (distance * 1e9).round() as u64
}

fn aspect_ratio(size: UVec2) -> f64 {
    f64::from(size.x) / f64::from(size.y)
}
