//! Landmarks of faces, beside those of MediaPipe.
#![cfg(feature = "face")]
#![allow(missing_docs)]

mod photo;

use photo::Picture;
use viewfinder_people::{FaceDetector, FaceLandmarker, FaceLandmarks, ModelKind};

/// The landmarks of the most certain face.
fn locate(picture: &Picture) -> FaceLandmarks {
    let mut detector = FaceDetector::new(photo::model(ModelKind::FaceDetection)).unwrap();
    let mut landmarker = FaceLandmarker::new(photo::model(ModelKind::FaceLandmarks)).unwrap();
    let view = picture.view();
    let face = detector.detect(&view).unwrap()[0];
    landmarker.locate(&view, &face.region(&view)).unwrap()
}

/// MediaPipe's landmarks of the same picture.
fn reference(name: &str) -> Vec<[f32; 3]> {
    let text = std::fs::read_to_string(photo::data(name)).unwrap();
    let numbers = |line: &str| {
        let mut numbers = line.split(' ').map(|number| number.parse().unwrap());
        std::array::from_fn(|_| numbers.next().unwrap())
    };
    text.lines().map(numbers).collect()
}

#[test]
fn landmarks_are_those_of_mediapipe() {
    let photo = Picture::astronaut();
    for (name, picture) in [
        ("landmarks_astronaut.txt", photo.clone()),
        ("landmarks_mirrored.txt", photo.mirrored()),
        ("landmarks_part.txt", photo.cut(120, 20, 200, 250)),
    ] {
        let landmarks = locate(&picture);
        let reference = reference(name);
        assert_eq!(reference.len(), landmarks.points.len());
        let (width, height) = (picture.width as f32, picture.height as f32);
        let errors: Vec<_> = landmarks
            .points
            .iter()
            .zip(&reference)
            .map(|(a, b)| ((a[0] - b[0]) * width).hypot((a[1] - b[1]) * height))
            .collect();
        let depths: Vec<_> =
            landmarks.points.iter().zip(&reference).map(|(a, b)| ((a[2] - b[2]) * width).abs()).collect();
        let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
        let most = |values: &[f32]| values.iter().fold(0.0f32, |most, value| most.max(*value));
        println!(
            "{name}: mean {} px, most {} px; depth mean {} px, most {} px; presence {}",
            mean(&errors),
            most(&errors),
            mean(&depths),
            most(&depths),
            landmarks.presence
        );
        assert!(landmarks.presence > 0.9);
        assert!(mean(&errors) < 1.0, "{name}");
    }
}
