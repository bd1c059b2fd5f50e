//! Properties of the selection that hold for all devices and constraints.

use proptest::{collection::vec, option, prelude::*, sample::select as one_of};

use super::*;
use crate::constraint::fitness::{BareMeaning, Candidate, difference};

fn any_mode() -> impl Strategy<Value = NativeMode> {
    let formats = one_of(vec![PixelFormat::Yuyv, PixelFormat::Mjpeg, PixelFormat::Nv12]);
    (1u32..=48, 1u32..=48, one_of(vec![7.5, 15.0, 30_000.0 / 1001.0, 30.0, 60.0]), formats).prop_map(
        |(width, height, frame_rate, format)| NativeMode { format, ..mode(width, height, frame_rate) },
    )
}

fn any_device() -> impl Strategy<Value = Device> {
    let facing = option::of(one_of(vec![FacingMode::User, FacingMode::Environment]));
    ("[a-c]", "[xy]?", facing, vec(any_mode(), 1..4)).prop_map(|(id, group_id, facing_mode, modes)| Device {
        group_id,
        facing_mode,
        ..device(&id, modes)
    })
}

/// Constraints with at most two of the five fields, so that many can be met.
fn number<T: Number + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = ConstrainNumber<T>> {
    (0..9, value.clone(), value).prop_map(|(kind, one, other)| {
        let (less, more) = if one < other { (one, other) } else { (other, one) };
        let bare = ConstrainNumber { bare: Some(one), ..Default::default() };
        match kind {
            0 => bare,
            1 => ConstrainNumber { bare: None, ideal: Some(one), ..bare },
            2 => ConstrainNumber { bare: None, exact: Some(one), ..bare },
            3 => at_least(less),
            4 => at_most(more),
            5 => between(less, more),
            6 => between(less, more).ideal(one),
            _ => ConstrainNumber::default(),
        }
    })
}

fn list<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = ConstrainList<T>> {
    (0..9, vec(one_of(values), 0..3)).prop_map(|(kind, values)| match kind {
        0 => ConstrainList { bare: values, ..Default::default() },
        1 => ConstrainList { ideal: values, ..Default::default() },
        2 => ConstrainList { exact: values, ..Default::default() },
        _ => ConstrainList::default(),
    })
}

fn any_set() -> impl Strategy<Value = VideoConstraintSet> {
    let ratio = one_of(vec![0.5, 1.0, 4.0 / 3.0, 1.5, 16.0 / 9.0, 3.0]);
    (
        (number(1u32..=60), number(1u32..=60), number(ratio), number(1.0..70.0)),
        list(vec![FacingMode::User, FacingMode::Left]),
        list(vec![ResizeMode::None, ResizeMode::CropAndScale]),
        list(["a", "b", "d"].map(DeviceId::from).to_vec()),
        list(["x", "z"].map(String::from).to_vec()),
    )
        .prop_map(
            |((width, height, aspect_ratio, frame_rate), facing_mode, resize_mode, device_id, group_id)| {
                VideoConstraintSet {
                    width,
                    height,
                    aspect_ratio,
                    frame_rate,
                    facing_mode,
                    resize_mode,
                    device_id,
                    group_id,
                    ..Default::default()
                }
            },
        )
}

fn any_constraints() -> impl Strategy<Value = VideoConstraints> {
    (any_set(), vec(any_set(), 0..3)).prop_map(|(basic, advanced)| VideoConstraints { basic, advanced })
}

/// All candidates by the rules: each native mode unchanged, and each size up to it at each rate that can matter.
fn candidates<'a>(devices: &'a [Device], sets: &[&VideoConstraintSet]) -> Vec<Candidate<'a>> {
    let mut all = Vec::new();
    for (device, &native) in
        devices.iter().flat_map(|device| device.modes.iter().map(move |mode| (device, mode)))
    {
        let rates = sets.iter().flat_map(|set| {
            let ConstrainNumber { bare, exact, ideal, min, max, .. } = set.frame_rate;
            [bare, exact, ideal, min, max]
        });
        let slower: Vec<f64> = rates.flatten().filter(|rate| *rate < native.frame_rate).collect();
        let as_it_is = Candidate {
            device,
            native,
            resize_mode: ResizeMode::None,
            size: native.size,
            frame_rate: native.frame_rate,
        };
        all.push(as_it_is);
        for frame_rate in slower.into_iter().chain([native.frame_rate]) {
            for (width, height) in (1..=native.size.x).flat_map(|x| (1..=native.size.y).map(move |y| (x, y)))
            {
                let (resize_mode, size) = (ResizeMode::CropAndScale, uvec2(width, height));
                all.push(Candidate { resize_mode, size, frame_rate, ..as_it_is });
            }
        }
    }
    all
}

/// The smallest distance after the steps of the algorithm, found by listing all candidates.
fn smallest_distance(devices: &[Device], constraints: &VideoConstraints) -> Option<f64> {
    let VideoConstraints { basic, advanced } = constraints;
    let sets: Vec<_> = std::iter::once(basic).chain(advanced).collect();
    let mut left = candidates(devices, &sets);
    left.retain(|candidate| candidate.selection_distance(basic, BareMeaning::Ideal).is_finite());
    for set in advanced {
        let kept = |candidate: &&Candidate| candidate.selection_distance(set, BareMeaning::Exact).is_finite();
        let kept: Vec<_> = left.iter().filter(kept).copied().collect();
        if !kept.is_empty() {
            left = kept;
        }
    }
    left.iter()
        .map(|candidate| candidate.selection_distance(basic, BareMeaning::Ideal))
        .min_by(f64::total_cmp)
}

/// The distance of the selected settings.
fn distance(
    devices: &[Device],
    settings: &VideoSettings,
    set: &VideoConstraintSet,
    meaning: BareMeaning,
) -> f64 {
    let same = |device: &&Device| {
        device.id == settings.device_id
            && device.group_id == settings.group_id
            && device.facing_mode == settings.facing_mode
    };
    let VideoSettings { native, resize_mode, size, frame_rate, .. } = *settings;
    let device = devices.iter().find(same).expect("it is one of them");
    Candidate { device, native, resize_mode, size, frame_rate }.selection_distance(set, meaning)
}

/// The relative difference of both sides to the native mode.
fn shrinking(settings: &VideoSettings) -> f64 {
    (settings.size.as_dvec2() / settings.native.size.as_dvec2() - 1.0).element_sum()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// Compares with the list of all candidates: satisfiable constraints are met, others are an error, and no
    /// candidate of the list is nearer than the selected one.
    #[test]
    fn agrees_with_the_list_of_all_candidates(
        devices in vec(any_device(), 1..3),
        constraints in any_constraints(),
    ) {
        let chosen = select_settings(&devices, &constraints);
        match (chosen, smallest_distance(&devices, &constraints)) {
            (Err(error), None) => {
                prop_assert_eq!(error.name, ErrorName::Overconstrained);
                prop_assert!(error.constraint.is_some());
            }
            (Ok(settings), Some(least)) => {
                let distance = distance(&devices, &settings, &constraints.basic, BareMeaning::Ideal);
                // The sides are rounded to whole pixels, which is much at these small sizes.
                let ratio = constraints.basic.aspect_ratio != ConstrainNumber::default()
                    || constraints.advanced.iter().any(|set| set.aspect_ratio != ConstrainNumber::default());
                let pixel = settings.size.as_dvec2().recip().element_sum();
                let rounding = if ratio { pixel } else { 1e-9 };
                prop_assert!(distance <= least + rounding, "{} although {} is possible: {:?}", distance, least, settings);
            }
            (chosen, least) => prop_assert!(false, "{:?} although {:?} is possible", chosen, least),
        }
    }

    #[test]
    fn never_scales_up_nor_makes_frames_up(
        devices in vec(any_device(), 1..4),
        constraints in any_constraints(),
    ) {
        for settings in rank_settings(&devices, &constraints).unwrap_or_default() {
            prop_assert!(settings.size.cmple(settings.native.size).all() && settings.size.min_element() > 0);
            prop_assert!(settings.frame_rate <= settings.native.frame_rate && settings.frame_rate > 0.0);
            if settings.resize_mode == ResizeMode::None {
                prop_assert_eq!(settings.size, settings.native.size);
                prop_assert_eq!(settings.frame_rate, settings.native.frame_rate);
            }
            prop_assert!(distance(&devices, &settings, &constraints.basic, BareMeaning::Ideal).is_finite());
        }
    }

    #[test]
    fn ranks_the_selected_first_and_by_distance(
        devices in vec(any_device(), 1..4),
        constraints in any_constraints(),
    ) {
        if let Ok(ranked) = rank_settings(&devices, &constraints) {
            let distances: Vec<_> = ranked
                .iter()
                .map(|settings| distance(&devices, settings, &constraints.basic, BareMeaning::Ideal))
                .collect();
            prop_assert!(distances.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9), "{:?}", distances);
            let selected = select_settings(&devices, &constraints);
            prop_assert_eq!(Ok(&ranked[0]), selected.as_ref());
        }
    }

    /// The order of modes decides only between modes that differ only in their pixel format.
    #[test]
    fn order_of_modes_matters_only_between_pixel_formats(
        camera in any_device(),
        constraints in any_constraints(),
    ) {
        let mut turned = camera.clone();
        turned.modes.reverse();
        let constraints = &constraints;
        let without_format = |device| {
            select_settings(std::slice::from_ref(device), constraints).map(|settings| {
                let compressed = settings.native.format == PixelFormat::Mjpeg;
                (shown(&settings), settings.native.size, settings.native.frame_rate, compressed)
            })
        };
        prop_assert_eq!(without_format(&camera).ok(), without_format(&turned).ok());
    }

    #[test]
    fn order_of_devices_matters_only_at_the_same_distance(
        mut devices in vec(any_device(), 1..4),
        constraints in any_constraints(),
    ) {
        let before = select_settings(&devices, &constraints);
        devices.reverse();
        match (before, select_settings(&devices, &constraints)) {
            (Ok(before), Ok(after)) => {
                let distance = |settings| distance(&devices, settings, &constraints.basic, BareMeaning::Ideal);
                prop_assert!((distance(&before) - distance(&after)).abs() < 1e-9);
                prop_assert!((shrinking(&before) - shrinking(&after)).abs() < 1e-9);
            }
            (before, after) => prop_assert_eq!(before.map_err(|error| error.constraint), after.map_err(|error| error.constraint)),
        }
    }

    /// Numbers of any bits and sizes of any value lead to settings or to a named error.
    #[test]
    fn any_number_gets_an_answer(
        bits in vec(any::<f64>(), 6),
        sizes in vec(any::<u32>(), 6),
        native in (any::<u32>(), any::<u32>(), any::<f64>()),
        advanced in any::<bool>(),
    ) {
        let odd = ConstrainNumber { bare: Some(bits[0]), min: Some(bits[1]), ..Default::default() };
        let set = VideoConstraintSet::new()
            .width(at_most(sizes[0]).ideal(sizes[1]))
            .height(between(sizes[2], sizes[3]))
            .aspect_ratio(odd)
            .frame_rate(between(bits[2], bits[3]).ideal(bits[4]))
            .zoom(bits[5]);
        let constraints = if advanced {
            VideoConstraints::new().width(sizes[4]).advanced(set)
        } else {
            VideoConstraints { basic: set, advanced: vec![] }
        };
        let mut camera = webcam();
        camera.modes.push(mode(native.0, native.1, native.2));
        camera.modes.push(mode(native.0 % 65_536, native.1 % 65_536, 30.0));
        if let Err(error) = rank_settings(&[camera], &constraints) {
            prop_assert!(matches!(error.name, ErrorName::Type | ErrorName::Overconstrained), "{}", error);
            if bits.iter().any(|bit| !bit.is_finite()) {
                prop_assert_eq!(error.name, ErrorName::Type);
            }
        } else {
            prop_assert!(bits.iter().all(|bit| bit.is_finite()));
        }
    }

    /// The formula is symmetric in its arguments, and its result is finite.
    #[test]
    fn difference_is_symmetric_and_bounded(a in -1e308..1e308, b in -1e308..1e308) {
        let distance = difference(a, b);
        prop_assert_eq!(distance, difference(b, a));
        prop_assert!((0.0..=2.0).contains(&distance));
        prop_assert_eq!(difference(a, a), 0.0);
    }
}
