//! Faces in pictures of all kinds.
#![cfg(feature = "face")]
#![allow(missing_docs)]

mod photo;

use photo::Picture;
use viewfinder_people::{
    Bounds, FaceDetection, FaceDetector, FaceLandmarker, FaceRegion, KeyPoint, ModelKind,
};

fn detector() -> FaceDetector {
    FaceDetector::new(photo::model(ModelKind::FaceDetection)).unwrap()
}

fn detect(picture: &Picture) -> Vec<FaceDetection> {
    detector().detect(&picture.view()).unwrap().to_vec()
}

/// The face in the photo, as MediaPipe finds it.
const FACE: Bounds = Bounds { min: [0.3446, 0.1611], max: [0.5319, 0.3484] };

#[test]
fn the_box_is_that_of_mediapipe() {
    let [face] = detect(&Picture::astronaut())[..] else {
        panic!("one face");
    };
    assert!(face.score > 0.9, "{}", face.score);
    for (found, expected) in [(face.bounds.min, FACE.min), (face.bounds.max, FACE.max)] {
        assert!((found[0] - expected[0]).abs() < 0.01 && (found[1] - expected[1]).abs() < 0.01, "{found:?}");
    }
    for (point, expected) in [
        (KeyPoint::RightEye, [0.3952, 0.2048]),
        (KeyPoint::LeftEye, [0.4822, 0.2132]),
        (KeyPoint::Nose, [0.4351, 0.2495]),
        (KeyPoint::Mouth, [0.4328, 0.2909]),
        (KeyPoint::RightEar, [0.3451, 0.2253]),
        (KeyPoint::LeftEar, [0.5292, 0.2409]),
    ] {
        let found = face.point(point);
        let off = (found[0] - expected[0]).hypot(found[1] - expected[1]);
        assert!(off < 0.015, "{point:?}: {found:?} in place of {expected:?}");
    }
}

#[test]
fn pictures_without_a_face_have_none() {
    for picture in [
        Picture::noise(640, 480),
        Picture::gradient(640, 480),
        Picture::noise(33, 700),
        Picture::new(200, 200, |_, _| [0; 3]),
        Picture::new(200, 200, |_, _| [255; 3]),
        Picture::new(300, 300, |x, y| if (x / 20 + y / 20) % 2 == 0 { [30; 3] } else { [220; 3] }),
        Picture::astronaut().cut(0, 300, 512, 212),
    ] {
        let faces = detect(&picture);
        assert!(faces.is_empty(), "{}x{}: {faces:?}", picture.width, picture.height);
    }
}

#[test]
fn the_smallest_pictures_have_no_face() {
    for (width, height) in [(1, 1), (1, 2), (2, 1), (1, 500), (3000, 1)] {
        assert!(detect(&Picture::noise(width, height)).is_empty(), "{width}x{height}");
    }
    let pixel = Picture::new(1, 1, |_, _| [200, 150, 120]);
    let mut landmarker = FaceLandmarker::new(photo::model(ModelKind::FaceLandmarks)).unwrap();
    let landmarks = landmarker.locate(&pixel.view(), &FaceRegion::whole(&pixel.view(), 0)).unwrap();
    assert!(landmarks.presence < 0.5, "{}", landmarks.presence);
}

#[test]
fn regions_that_are_none_have_no_face() {
    let photo = Picture::astronaut();
    let view = photo.view();
    let (mut detector, mut landmarker) =
        (detector(), FaceLandmarker::new(photo::model(ModelKind::FaceLandmarks)).unwrap());
    let good = FaceRegion::whole(&view, 0);
    for region in [
        FaceRegion { side: 0.0, ..good },
        FaceRegion { side: -5.0, ..good },
        FaceRegion { side: f32::NAN, ..good },
        FaceRegion { side: f32::INFINITY, ..good },
        FaceRegion { angle: f32::NAN, ..good },
        FaceRegion { center: [f32::NAN, 0.0], ..good },
        FaceRegion { center: [1e9, 0.0], ..good },
    ] {
        assert!(detector.detect_in(&view, &region).unwrap().is_empty(), "{region:?}");
        assert_eq!(landmarker.locate(&view, &region).unwrap().presence, 0.0, "{region:?}");
    }
}

#[test]
fn turned_faces_are_found_in_turned_regions() {
    let photo = Picture::astronaut();
    let (mut detector, mut landmarker) =
        (detector(), FaceLandmarker::new(photo::model(ModelKind::FaceLandmarks)).unwrap());
    let mut upright = None;
    for quarters in 0..4 {
        let turned = photo.turned(quarters);
        let view = turned.view();
        let region = FaceRegion::whole(&view, quarters as u8);
        let face = detector.detect_in(&view, &region).unwrap()[0];
        assert!(face.score > 0.9, "{quarters} quarters: {}", face.score);
        let landmarks = landmarker.locate(&view, &face.region(&view)).unwrap();
        assert!(landmarks.presence > 0.9);
        // Back to where it is in the photo.
        let back = |[u, v]: [f32; 2]| match quarters {
            0 => [u, v],
            1 => [v, 1.0 - u],
            2 => [1.0 - u, 1.0 - v],
            _ => [1.0 - v, u],
        };
        let points: Vec<_> = (0..468).map(|index| back(landmarks.uv(index))).collect();
        let upright = upright.get_or_insert(points.clone());
        for (point, expected) in points.iter().zip(upright) {
            let off = (point[0] - expected[0]).hypot(point[1] - expected[1]);
            assert!(512.0 * off < 1.0, "{quarters} quarters: {point:?} in place of {expected:?}");
        }
    }
}

#[test]
fn a_face_that_is_cut_off_at_the_border_is_found() {
    let photo = Picture::astronaut();
    // The box of the face goes from 176 to 272 in x, and from 82 to 178 in y.
    for (left, top, what) in [(195, 0, "left"), (-20, 95, "top"), (0, 0, "nothing")] {
        let part = photo.cut(left, top, 300, 300).cut(left.min(0), 0, 300, 300);
        let faces = detect(&part);
        assert_eq!(faces.len(), 1, "cut off: {what}");
    }
    let left = photo.cut(0, 0, 250, 300);
    assert_eq!(detect(&left).len(), 1, "cut off: right");
    let half = photo.cut(0, 0, 224, 300);
    for face in detect(&half) {
        let mut landmarker = FaceLandmarker::new(photo::model(ModelKind::FaceLandmarks)).unwrap();
        let landmarks = landmarker.locate(&half.view(), &face.region(&half.view())).unwrap();
        assert!(landmarks.points.as_flattened().iter().all(|value| value.is_finite()));
    }
}

#[test]
fn several_faces_are_found_at_their_places() {
    let face = Picture::face();
    let scene =
        Picture::gradient(640, 360).with(&face, 20, 20).with(&face.mirrored(), 240, 150).with(&face, 460, 60);
    let mut faces = detect(&scene);
    faces.sort_by(|a, b| a.bounds.min[0].total_cmp(&b.bounds.min[0]));
    assert_eq!(faces.len(), 3, "{faces:?}");
    for (face, [left, top]) in faces.iter().zip([[20.0, 20.0], [240.0, 150.0], [460.0, 60.0]]) {
        let [x, y] = face.bounds.center();
        assert!((x * 640.0 - left - 80.0).abs() < 20.0 && (y * 360.0 - top - 90.0).abs() < 30.0, "{face:?}");
    }
}

#[test]
fn a_crowd_is_found_part_by_part() {
    let face = Picture::face();
    let mut scene = Picture::gradient(1000, 800);
    for index in 0..20 {
        scene = scene.with(&face, index % 5 * 200 + 20, index / 5 * 200 + 20);
    }
    // In the whole picture each face is 12 of the model's pixels wide: too small for it.
    let all = detect(&scene).len();
    assert!(all <= 64);
    let (mut detector, mut found) = (detector(), 0);
    for part in FaceRegion::parts(&scene.view()) {
        found += detector.detect_in(&scene.view(), &part).unwrap().len();
    }
    println!("{all} of 20 faces in the whole picture, {found} in overlapping parts");
    assert!(found >= 20, "{found}");
}

#[test]
fn a_large_picture_gives_the_same_faces() {
    let photo = Picture::astronaut();
    let large = Picture::new(4096, 4096, |x, y| photo.color(x / 8, y / 8));
    let [face] = detect(&large)[..] else {
        panic!("one face");
    };
    assert!(face.bounds.overlap(&FACE) > 0.85, "{face:?}");
}
