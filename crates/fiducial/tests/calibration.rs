//! Calibration by simulated views of a board with noise.

mod render;

use render::{Random, rotation};
use viewfinder_fiducial::{Board, Camera, Distortion, DistortionModel, PointPair, Pose, View, calibrate};

fn camera(focal: f64) -> Camera {
    let distortion = Distortion { k1: -0.12, k2: 0.03, p1: 0.001, p2: -0.0005, k3: 0.0 };
    Camera { width: 1280, height: 720, fx: focal, fy: 1.002 * focal, cx: 648.0, cy: 351.0, distortion }
}

/// Views of a board of 7x4 markers at random places, with noise in pixels.
fn views(camera: &Camera, count: usize, noise: f64, tilts: [f64; 2], random: &mut Random) -> Vec<View> {
    let board = Board::grid(0, 7, 4, 0.12, 0.03, 0).unwrap();
    let mut views = Vec::new();
    while views.len() < count {
        let tilt = random.between(tilts[0], tilts[1]).to_radians();
        let distance = random.between(1.1, 2.2) * camera.fx / 920.0;
        let translation = [random.between(-0.35, 0.35), random.between(-0.2, 0.2), distance];
        let rotation = rotation(random.between(-0.3, 0.3), random.between(0.0, 6.3), tilt);
        let pose = Pose { rotation, translation };
        let pairs = board.markers().iter().flat_map(|marker| marker.corners()).map(|corner| {
            let image = camera.project(pose.transform(corner))?;
            let inside = (4.0..1276.0).contains(&image[0]) && (4.0..716.0).contains(&image[1]);
            let image = image.map(|value| value + noise * random.normal());
            inside.then_some(PointPair { object: [corner[0], corner[1]], image })
        });
        if let Some(points) = pairs.collect() {
            views.push(View { points });
        }
    }
    views
}

#[test]
fn twelve_views_give_the_camera() {
    for (k, focal) in [640.0, 920.0, 1280.0, 1800.0].into_iter().enumerate() {
        let truth = camera(focal);
        let views = views(&truth, 12, 0.1, [15.0, 50.0], &mut Random::new(k as u64));
        let result = calibrate(1280, 720, &views, DistortionModel::default()).unwrap();
        let found = result.camera;
        assert!((found.fx / truth.fx - 1.0).abs() < 0.002, "{focal}: {found:?}");
        assert!((found.fy / truth.fy - 1.0).abs() < 0.002, "{focal}: {found:?}");
        // The longer the lens, the less perspective tells about the center.
        let off_center = (found.cx - truth.cx).hypot(found.cy - truth.cy);
        assert!(off_center < 2.0 * (focal / 920.0).max(1.0), "{focal}: {found:?}");
        assert!((found.distortion.k1 - truth.distortion.k1).abs() < 0.02, "{focal}: {found:?}");
        assert!((result.rms - 0.1414).abs() < 0.01, "{}", result.rms);
        let off = (found.fx / truth.fx - 1.0).abs();
        assert!(
            result.focal_deviation < 0.002 && off < 5.0 * result.focal_deviation,
            "{}",
            result.focal_deviation
        );
        assert_eq!((result.poses.len(), result.view_errors.len()), (12, 12));
    }
}

#[test]
fn a_spoiled_view_stands_out() {
    let mut random = Random::new(3);
    let mut views = views(&camera(920.0), 10, 0.1, [15.0, 50.0], &mut random);
    for pair in &mut views[4].points {
        pair.image[0] += 3.0 * random.normal();
    }
    let result = calibrate(1280, 720, &views, DistortionModel::Radial).unwrap();
    let worst = (0..10).max_by(|&a, &b| result.view_errors[a].total_cmp(&result.view_errors[b]));
    assert_eq!(worst, Some(4));
}

#[test]
fn distortion_models_leave_the_rest_at_zero() {
    let views = views(&camera(920.0), 8, 0.1, [15.0, 50.0], &mut Random::new(5));
    for (model, has_k1, has_p1, has_k3) in [
        (DistortionModel::None, false, false, false),
        (DistortionModel::Radial, true, false, false),
        (DistortionModel::RadialTangential, true, true, false),
        (DistortionModel::Full, true, true, true),
    ] {
        let Distortion { k1, k2, p1, p2, k3 } =
            calibrate(1280, 720, &views, model).unwrap().camera.distortion;
        assert_eq!(
            [k1 != 0.0, k2 != 0.0, p1 != 0.0, p2 != 0.0, k3 != 0.0],
            [has_k1, has_k1, has_p1, has_p1, has_k3]
        );
    }
}

#[test]
fn views_that_do_not_determine_the_camera_are_errors() {
    let truth = camera(920.0);
    let good = views(&truth, 6, 0.1, [15.0, 50.0], &mut Random::new(1));
    let with = |views: &[View]| calibrate(1280, 720, views, DistortionModel::default());
    assert!(with(&good).is_ok());
    assert!(with(&[]).is_err());
    assert!(with(&good[..2]).is_err());
    assert!(calibrate(0, 720, &good, DistortionModel::default()).is_err());
    for noise in [0.0, 0.1] {
        // A pinhole that looks straight at the board.
        let pinhole = Camera { distortion: Distortion::NONE, ..truth };
        let frontal = views(&pinhole, 6, noise, [0.0, 0.0], &mut Random::new(2));
        assert!(calibrate(1280, 720, &frontal, DistortionModel::None).is_err());
    }
    let spoil = |change: &dyn Fn(&mut PointPair)| {
        let mut views = good.clone();
        views[1].points.iter_mut().for_each(change);
        views
    };
    assert!(with(&spoil(&|pair| pair.image[0] = f64::NAN)).is_err());
    assert!(with(&spoil(&|pair| pair.image = [5.0, 5.0])).is_err());
    assert!(with(&spoil(&|pair| pair.object[1] = 0.0)).is_err());
    assert!(with(&spoil(&|pair| pair.object[1] = f64::INFINITY)).is_err());
    let mut few = good.clone();
    few[2].points.truncate(3);
    assert!(with(&few).is_err());
    few[2].points.clear();
    assert!(with(&few).is_err());
}
