//! The candidates of a device: all sizes and rates of each native mode and resize mode.
//!
//! They are too many to list (any size from 1x1 up, any lower rate). So they are stored as intervals. Constraints
//! narrow the intervals, and the best candidate is computed from them.

use bevy::math::{UVec2, uvec2};

use crate::device::{Control, ControlCapability, Device, DeviceKind, NativeMode, properties};

use super::{
    ConstrainNumber, Number, ResizeMode, VideoConstraintSet,
    fitness::{BareMeaning, Candidate, RATE_TOLERANCE, RATIO_TOLERANCE, difference, equal},
    reference::ConstraintRef,
    target::Targets,
};

/// The longest side of a native mode. No texture is as large.
const LONGEST_SIDE: u32 = 65_535;

/// The slowest rate that frames are left out down to, in Hz: one frame an hour.
const SLOWEST_RATE: f64 = 1.0 / 3600.0;

macro_rules! selection_properties {
    (
        selection {
            $($(#[$documentation:meta])* $member:ident: $constraint:ty =
                $variant:ident $name:literal $(from $least:literal)?;)+
        }
        controls { $($controls:tt)* }
    ) => {
        /// The properties that devices and modes are selected by, in the order in which an error looks for the one to
        /// name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum SelectionProperty {
            $($variant),+
        }

        impl SelectionProperty {
            pub(super) const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The standard's name: `frameRate`.
            pub(super) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

properties!(selection_properties);

/// The numbers from `low` to `high`, both included. Empty if `low > high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval<T> {
    pub(super) low: T,
    pub(super) high: T,
}

impl<T: Number> Interval<T> {
    pub(super) const fn new(low: T, high: T) -> Self {
        Self { low, high }
    }

    /// Keeps the numbers that a constraint permits. Returns whether the constraint can be met at all.
    pub(super) fn narrow(&mut self, constraint: &ConstrainNumber<T>, meaning: BareMeaning) -> bool {
        let (least, greatest) = constraint.bounds(meaning);
        self.low = least.filter(|least| *least > self.low).unwrap_or(self.low);
        self.high = greatest.filter(|greatest| *greatest < self.high).unwrap_or(self.high);
        !constraint.is_inverted()
    }

    /// The nearest number of the interval; `high` if it is empty.
    pub(super) fn nearest(&self, value: T) -> T {
        let value = if value < self.low { self.low } else { value };
        if value > self.high { self.high } else { value }
    }
}

/// The candidates of a native mode in one resize mode.
#[derive(Debug, Clone)]
pub(super) struct CandidateSpace<'a> {
    pub(super) device: &'a Device,
    /// The index of the device in the list, and of the mode in the device.
    pub(super) order: (usize, usize),
    pub(super) native: NativeMode,
    pub(super) resize_mode: ResizeMode,
    pub(super) width: Interval<u32>,
    pub(super) height: Interval<u32>,
    pub(super) ratio: Interval<f64>,
    pub(super) rate: Interval<f64>,
    targets: Targets,
}

impl<'a> CandidateSpace<'a> {
    /// All candidates of the video devices. Invalid modes (a side of 0, a rate that isn't a number) are left out.
    pub(super) fn all(devices: &'a [Device]) -> Vec<Self> {
        let sane = |mode: &NativeMode| {
            mode.size.min_element() > 0
                && mode.size.max_element() <= LONGEST_SIDE
                && mode.frame_rate.is_finite()
                && mode.frame_rate >= 0.0
        };
        let mut spaces = Vec::new();
        let cameras = devices.iter().enumerate().filter(|(_, device)| device.kind == DeviceKind::VideoInput);
        for (device_order, device) in cameras {
            for (mode_order, native) in device.modes.iter().enumerate().filter(|(_, mode)| sane(mode)) {
                for resize_mode in [ResizeMode::None, ResizeMode::CropAndScale] {
                    spaces.push(Self::new(device, (device_order, mode_order), *native, resize_mode));
                }
            }
        }
        spaces
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

    /// Narrowed by the required members of a set. `None` if they can't be met.
    pub(super) fn narrowed(self, set: &VideoConstraintSet, meaning: BareMeaning) -> Option<Self> {
        let mut space = SelectionProperty::ALL
            .into_iter()
            .try_fold(self, |space, property| space.narrowed_by(property, set, meaning))?;
        space.targets = space.targets.narrowed(set, meaning)?;
        Some(space)
    }

    /// Narrowed by the constraint on a control, if it is required. `None` if it can't be met.
    pub(super) fn narrowed_by_control(
        self,
        control: Control,
        constraint: ConstraintRef,
        meaning: BareMeaning,
    ) -> Option<Self> {
        let targets = self.targets.narrowed_by(control, constraint, meaning)?;
        Some(Self { targets, ..self })
    }

    /// The values that are left of a control. `None` if the device doesn't have it.
    pub(super) fn allowed(&self, control: Control) -> Option<&ControlCapability> {
        self.targets.allowed(control)
    }

    /// Narrowed by one property of a set, if it is required. `None` if it can't be met.
    pub(super) fn narrowed_by(
        mut self,
        property: SelectionProperty,
        set: &VideoConstraintSet,
        meaning: BareMeaning,
    ) -> Option<Self> {
        let Device { id, group_id, facing_mode, .. } = self.device;
        let group_id = (!group_id.is_empty()).then_some(group_id);
        let allowed = match property {
            SelectionProperty::DeviceId => set.device_id.allows(Some(id), meaning),
            SelectionProperty::GroupId => set.group_id.allows(group_id, meaning),
            SelectionProperty::FacingMode => set.facing_mode.allows(facing_mode.as_ref(), meaning),
            SelectionProperty::ResizeMode => set.resize_mode.allows(Some(&self.resize_mode), meaning),
            SelectionProperty::Width => self.width.narrow(&set.width, meaning),
            SelectionProperty::Height => self.height.narrow(&set.height, meaning),
            SelectionProperty::AspectRatio => self.ratio.narrow(&set.aspect_ratio, meaning),
            SelectionProperty::FrameRate => self.rate.narrow(&set.frame_rate, meaning),
        };
        (allowed && self.is_possible()).then_some(self)
    }

    fn is_possible(&self) -> bool {
        let rate = self.rate.low <= self.rate.high || equal(RATE_TOLERANCE, self.rate.low, self.rate.high);
        rate && self.some_size().is_some()
    }

    /// Whether the aspect ratio of a size is permitted.
    fn allows_ratio(&self, size: UVec2) -> bool {
        let (ratio, Interval { low, high }) = (aspect_ratio(size), self.ratio);
        (ratio >= low || equal(RATIO_TOLERANCE, ratio, low))
            && (ratio <= high || equal(RATIO_TOLERANCE, ratio, high))
    }

    /// The tallest permitted size. `None` if there is none.
    ///
    /// It is the first height, from the tallest down, with a whole width between the permitted ratios. Usually that is
    /// the tallest one, except for sizes so small that the tolerance is less than a pixel.
    fn some_size(&self) -> Option<UVec2> {
        let least = self.ratio.low * (1.0 - RATIO_TOLERANCE);
        let greatest = self.ratio.high / (1.0 - RATIO_TOLERANCE);
        // `as` saturates, as it should for infinities.
        let tallest = self.height.high.min((f64::from(self.width.high) / least).floor() as u32);
        let shortest = self.height.low.max((f64::from(self.width.low) / greatest).ceil() as u32);
        (shortest..=tallest).rev().find_map(|height| {
            let narrowest = self.width.low.max((least * f64::from(height)).ceil() as u32);
            let widest = self.width.high.min((greatest * f64::from(height)).floor() as u32);
            let size = uvec2(widest, height);
            (narrowest <= widest && self.allows_ratio(size)).then_some(size)
        })
    }

    /// The aspect ratios that its widths and heights make possible.
    pub(super) fn reachable_ratios(&self) -> Interval<f64> {
        let ratio = |width, height| aspect_ratio(uvec2(width, height));
        Interval::new(ratio(self.width.low, self.height.high), ratio(self.width.high, self.height.low))
    }

    /// The candidate with the smallest distance to the basic set, the targets of its controls, and the distance. Among
    /// equally near candidates the one that crops least wins, and among those the one nearest to the native size.
    pub(super) fn best(&self, basic: &VideoConstraintSet) -> Option<(Candidate<'a>, Targets, f64)> {
        let Self { device, native, resize_mode, .. } = *self;
        let wanted = basic.frame_rate.preferred(BareMeaning::Ideal).unwrap_or(self.rate.high);
        let nearest = self.rate.nearest(wanted);
        // A rate that equals the native one becomes the native one: leaving out one frame in a million helps nobody.
        let frame_rate =
            if equal(RATE_TOLERANCE, nearest, native.frame_rate) { native.frame_rate } else { nearest };
        // Only the size differs between them, so only its part of the distance is compared.
        let size = self.sizes(basic).into_iter().min_by_key(|&size| {
            let distance = basic.size_distance(size, BareMeaning::Ideal);
            (
                sortable(distance),
                sortable(cropping(size, native.size)),
                sortable(shrinking(size, native.size)),
            )
        })?;
        let candidate = Candidate { device, native, resize_mode, size, frame_rate };
        let mut targets = self.targets.clone();
        let distance = candidate.selection_distance(basic, BareMeaning::Ideal) + targets.prefer(basic);
        Some((candidate, targets, distance))
    }

    /// Sizes that include the best one.
    ///
    /// A distance of rule 7 is a straight line below its ideal and concave above it. So a sum of distances is smallest
    /// where one of them bends or ends: at an ideal or at a bound. The best size is therefore at a crossing of two
    /// lines. There is a vertical line for each width, a horizontal one for each height, and one through the origin for
    /// each aspect ratio. The native ratio is one of these, so that nothing is cropped without need. With an aspect
    /// ratio the result is the smallest up to rounding to whole pixels.
    fn sizes(&self, basic: &VideoConstraintSet) -> Vec<UVec2> {
        if self.resize_mode == ResizeMode::None {
            return vec![self.native.size];
        }
        let lines = |interval: &Interval<u32>, constraint: &ConstrainNumber<u32>| {
            let ideal = constraint.preferred(BareMeaning::Ideal).unwrap_or(interval.high);
            [interval.nearest(ideal), interval.high, interval.low]
        };
        let widths = lines(&self.width, &basic.width);
        let heights = lines(&self.height, &basic.height);
        let bounds =
            [self.ratio.low, self.ratio.high].into_iter().filter(|bound| *bound != 0.0 && *bound != f64::MAX);
        let native = aspect_ratio(self.native.size);
        let ratios =
            [native].into_iter().chain(basic.aspect_ratio.preferred(BareMeaning::Ideal)).chain(bounds);

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

/// The crossings of a side with the line of a ratio (other / side), in whole pixels: the other side rounded down and
/// up. For sizes so small that neither is within the tolerance, also the next sides below and above with one that is.
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

/// The part of the native frame that is cut off, 0 to 1.
fn cropping(size: UVec2, native: UVec2) -> f64 {
    difference(aspect_ratio(size), aspect_ratio(native))
}

/// How far a size is from the native one: 0 if they are equal, nearly 2 for a single pixel.
pub(super) fn shrinking(size: UVec2, native: UVec2) -> f64 {
    let (size, native) = (size.as_dvec2(), native.as_dvec2());
    difference(size.x, native.x) + difference(size.y, native.y)
}

/// A distance as a sort key. Differences of less than a billionth are rounding.
pub(super) fn sortable(distance: f64) -> u64 {
    (distance * 1e9).round() as u64
}

fn aspect_ratio(size: UVec2) -> f64 {
    f64::from(size.x) / f64::from(size.y)
}
