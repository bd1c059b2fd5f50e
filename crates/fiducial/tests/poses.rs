//! Poses of rendered markers and boards, beside the true ones.

mod render;

use render::{Canvas, LOOKS, Pinhole, Placed, Random, rotation};
use viewfinder_fiducial::{
    Board, Camera, Detector, Distortion, GrayImage, Pose, PoseEstimate, TrackEvent, Tracker,
    estimate_board_pose, estimate_pose, families,
};

const PINHOLE: Pinhole = Pinhole { width: 480, height: 360, focal: 920.0 };

const CAMERA: Camera = Camera {
    width: 480,
    height: 360,
    fx: 920.0,
    fy: 920.0,
    cx: 240.0,
    cy: 180.0,
    distortion: Distortion::NONE,
};

fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).round() as usize]
}

fn pose_of(placed: &Placed) -> Pose {
    Pose { rotation: placed.rotation, translation: placed.translation }
}

/// The error of the rotation in degrees, and that of the distance in percent.
fn errors(pose: &Pose, truth: &Pose) -> [f64; 2] {
    let length = |v: [f64; 3]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let distance = length(pose.translation) / length(truth.translation) - 1.0;
    [pose.angle_to(truth).to_degrees(), 100.0 * distance.abs()]
}

/// The better one of the two poses, as a history would choose it.
fn nearer(estimate: &PoseEstimate, truth: &Pose) -> Pose {
    match estimate.alternative {
        Some(other) if other.pose.angle_to(truth) < estimate.best.pose.angle_to(truth) => other.pose,
        _ => estimate.best.pose,
    }
}

/// The errors of markers at random places: rotations and distances.
fn measure(seed: u64, count: u64, distances: [f64; 2], tilts: [f64; 2]) -> [Vec<f64>; 2] {
    let family = &families::TAG_36H11;
    let mut detector = Detector::new(&[family]);
    let mut measured = [Vec::new(), Vec::new()];
    for i in 0..count {
        let mut random = Random::new(seed * 1000 + i);
        let distance = random.between(distances[0], distances[1]);
        let tilt = random.between(tilts[0], tilts[1]).to_radians();
        let placed = Placed::random(family, &mut random, &PINHOLE, distance, tilt);
        let mut canvas = Canvas::photo(PINHOLE.width, PINHOLE.height, &mut random);
        placed.draw(&mut canvas, &PINHOLE, 4);
        LOOKS[i as usize % 4].apply(&mut canvas, &mut random);
        let bytes = canvas.bytes();
        let image = GrayImage::packed(PINHOLE.width, PINHOLE.height, &bytes).unwrap();
        if let Some(found) = detector.detect(&image).first() {
            let estimate = estimate_pose(&found.corners, 1.0, &CAMERA).unwrap();
            let truth = pose_of(&placed);
            let [angle, distance] = errors(&nearer(&estimate, &truth), &truth);
            measured[0].push(angle);
            measured[1].push(distance);
        }
    }
    assert!(measured[0].len() as u64 * 10 >= count * 9, "{} of {count} were found", measured[0].len());
    measured
}

#[test]
fn tilted_markers_have_exact_poses_to_forty_sides() {
    let [mut near, mut near_distance] = measure(1, 40, [4.0, 20.0], [15.0, 65.0]);
    let [mut far, mut far_distance] = measure(2, 40, [20.0, 40.0], [15.0, 60.0]);
    let near_most = quantile(&mut near, 0.95);
    assert!(near_most < 2.0, "{near_most} degrees");
    assert!(quantile(&mut near, 0.5) < 0.3 && quantile(&mut near_distance, 0.5) < 0.15, "{near:?}");
    assert!(
        quantile(&mut far, 0.5) < 0.8 && quantile(&mut far_distance, 0.5) < 0.3,
        "{far:?} {far_distance:?}"
    );
}

#[test]
fn frontal_markers_have_good_poses_to_eight_sides() {
    let [mut angles, mut distances] = measure(3, 16, [4.0, 8.0], [0.0, 15.0]);
    assert!(quantile(&mut angles, 0.5) < 1.0, "{angles:?}");
    assert!(quantile(&mut distances, 0.5) < 0.15, "{distances:?}");
}

#[test]
fn a_board_has_one_pose_even_with_a_stray_marker() {
    let family = &families::TAG_36H11;
    let board = Board::grid(0, 3, 2, 1.0, 0.4, 20).unwrap();
    let truth = Pose { rotation: rotation(0.3, 1.0, 0.35), translation: [0.5, -0.3, 22.0] };
    let mut canvas = Canvas::new(PINHOLE.width, PINHOLE.height, 120.0);
    for marker in board.markers().iter().filter(|marker| marker.id != 22) {
        let pose = truth.then(&marker.pose);
        Placed::new(family, marker.id, pose.rotation, pose.translation).draw(&mut canvas, &PINHOLE, 4);
    }
    // Another copy of a marker that the board has as well, somewhere else.
    Placed::new(family, 24, rotation(2.0, 0.0, 0.3), [-3.0, 2.0, 20.0]).draw(&mut canvas, &PINHOLE, 4);
    LOOKS[1].apply(&mut canvas, &mut Random::new(4));
    let bytes = canvas.bytes();
    let image = GrayImage::packed(PINHOLE.width, PINHOLE.height, &bytes).unwrap();
    let mut detector = Detector::new(&[family]);
    let detections = detector.detect(&image);
    assert_eq!(detections.len(), 6);
    let estimate = estimate_board_pose(&board, detections, &CAMERA).unwrap();
    let [angle, distance] = errors(&estimate.best.pose, &truth);
    assert!(angle < 0.5 && distance < 0.1, "{angle} degrees, {distance} %");
    assert!(estimate.best.error < 0.3, "{}", estimate.best.error);
    let others = Board::grid(0, 3, 2, 1.0, 0.4, 100).unwrap();
    assert!(estimate_board_pose(&others, detections, &CAMERA).is_err());
    let other_family = Board::grid(1, 3, 2, 1.0, 0.4, 20).unwrap();
    assert!(estimate_board_pose(&other_family, detections, &CAMERA).is_err());
}

#[test]
fn a_box_of_markers_has_one_pose() {
    // Two sides of a box, at right angles.
    let family = &families::TAG_36H11;
    let side = |id, vector: [f64; 3], translation| viewfinder_fiducial::BoardMarker {
        id,
        pose: Pose::from_rotation_vector(vector, translation),
        size: 1.0,
    };
    let quarter = std::f64::consts::FRAC_PI_2;
    let front = side(1, [0.0; 3], [0.0, 0.0, 0.7]);
    let right = side(2, [0.0, quarter, 0.0], [0.7, 0.0, 0.0]);
    let board = Board::new(0, vec![front, right]).unwrap();
    assert!(board.view(&[]).is_none());
    // Facing the camera, then turned so that both sides are seen.
    let faced = Pose { rotation: rotation(0.0, 0.0, 0.0), translation: [0.2, 0.1, 9.0] };
    let truth = faced.then(&Pose::from_rotation_vector([0.2, -0.8, 0.1], [0.0; 3]));
    let mut canvas = Canvas::new(PINHOLE.width, PINHOLE.height, 120.0);
    for marker in board.markers() {
        let pose = truth.then(&marker.pose);
        assert!(pose.tilt() < 1.2);
        Placed::new(family, marker.id, pose.rotation, pose.translation).draw(&mut canvas, &PINHOLE, 4);
    }
    LOOKS[1].apply(&mut canvas, &mut Random::new(4));
    let bytes = canvas.bytes();
    let image = GrayImage::packed(PINHOLE.width, PINHOLE.height, &bytes).unwrap();
    let mut detector = Detector::new(&[family]);
    let detections = detector.detect(&image);
    assert_eq!(detections.len(), 2);
    let estimate = estimate_board_pose(&board, detections, &CAMERA).unwrap();
    let [angle, distance] = errors(&estimate.best.pose, &truth);
    assert!(angle < 0.2 && distance < 0.1, "{angle} degrees, {distance} %");
    assert!(!estimate.is_ambiguous());
    assert!(board.view(detections).is_none(), "the box isn't flat");
}

#[test]
fn a_tracked_marker_rests_and_keeps_its_pose() {
    let family = &families::TAG_36H11;
    let mut detector = Detector::new(&[family]);
    let mut tracker = Tracker::default();
    // 8 cm at 2 m: small, so that its two poses look alike.
    let placed = Placed::new(family, 5, rotation(0.4, 0.7, 0.5), [0.5, 0.2, 25.0]);
    let truth = pose_of(&placed);
    let (mut measured, mut filtered) = (Vec::new(), Vec::new());
    for frame in 0..40 {
        let mut canvas = Canvas::new(PINHOLE.width, PINHOLE.height, 120.0);
        placed.draw(&mut canvas, &PINHOLE, 4);
        LOOKS[1].apply(&mut canvas, &mut Random::new(100 + frame));
        let bytes = canvas.bytes();
        let image = GrayImage::packed(PINHOLE.width, PINHOLE.height, &bytes).unwrap();
        let sightings: Vec<_> = detector
            .detect(&image)
            .iter()
            .map(|found| (found.id, estimate_pose(&found.corners, 0.08, &CAMERA).unwrap()))
            .collect();
        let events = tracker.update(frame as f64 / 30.0, &sightings).to_vec();
        assert!(events.is_empty() || events == [TrackEvent::Found(5)]);
        if let Some(track) = tracker.visible(5) {
            assert!(track.measured.angle_to(&truth).to_degrees() < 8.0, "frame {frame}");
            measured.push(track.measured.translation[2]);
            filtered.push(track.pose.translation[2]);
        }
    }
    assert!(measured.len() > 25);
    let spread = |values: &[f64]| {
        let values = &values[15..];
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
    };
    let (measured, filtered) = (spread(&measured), spread(&filtered));
    assert!(measured < 0.005, "{measured} m at 2 m");
    assert!(filtered < 0.7 * measured, "{filtered} m of {measured} m");
}
