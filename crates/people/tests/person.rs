//! Masks of people, beside those of MediaPipe.
#![cfg(feature = "person")]
#![allow(missing_docs)]

mod photo;

use photo::Picture;
use viewfinder_people::{MaskSize, ModelKind, PeopleError, PersonSegmenter, PixelFormat};

fn segmenter(size: MaskSize) -> PersonSegmenter {
    PersonSegmenter::new(photo::model(size.model())).unwrap()
}

/// The photo in a size of the model.
fn picture(size: MaskSize) -> Picture {
    Picture::small().cut(0, 0, size.width(), size.height())
}

/// MediaPipe's mask of the same picture.
fn reference(name: &str) -> Vec<f32> {
    let mask = image::open(photo::data(name)).unwrap().into_luma16();
    mask.into_raw().into_iter().map(|value| f32::from(value) / 65535.0).collect()
}

#[test]
fn masks_are_those_of_mediapipe() {
    for (size, name) in [(MaskSize::Square, "mask_square.png"), (MaskSize::Landscape, "mask_landscape.png")] {
        let mask = segmenter(size).segment(&picture(size).view()).unwrap().to_vec();
        let reference = reference(name);
        assert_eq!(mask.len(), reference.len());
        let differences: Vec<_> = mask.iter().zip(&reference).map(|(a, b)| (a - b).abs()).collect();
        let most = differences.iter().fold(0.0f32, |most, value| most.max(*value));
        let mean = differences.iter().sum::<f32>() / differences.len() as f32;
        let is_person = |value: &f32| *value > 0.5;
        let both = mask.iter().zip(&reference).filter(|(a, b)| is_person(a) && is_person(b)).count();
        let either = mask.iter().zip(&reference).filter(|(a, b)| is_person(a) || is_person(b)).count();
        println!("{name}: at most {most}, mean {mean}, {both} of {either} pixels");
        assert!(most < 1.0 / 255.0, "{name}: {most}");
        assert_eq!(both, either, "{name}");
    }
}

#[test]
fn bytes_and_formats_give_the_same_mask() {
    let picture = picture(MaskSize::Landscape);
    let mut segmenter = segmenter(MaskSize::Landscape);
    let mask = segmenter.segment(&picture.view()).unwrap().to_vec();
    // With a fourth byte and a gap after each row.
    let mut bytes = Vec::new();
    for row in picture.bytes.chunks(3 * picture.width) {
        bytes.extend(row.chunks(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 7]));
        bytes.extend([9; 20]);
    }
    let stride = 4 * picture.width + 20;
    let view = viewfinder_people::ImageView::new(256, 144, stride, PixelFormat::Rgba, &bytes).unwrap();
    let mut target = vec![0; MaskSize::Landscape.pixels()];
    segmenter.segment_into(&view, &mut target).unwrap();
    for (byte, value) in target.iter().zip(&mask) {
        assert!((f32::from(*byte) / 255.0 - value).abs() < 0.502 / 255.0);
    }
    assert!(matches!(
        segmenter.segment_into(&view, &mut target[1..]),
        Err(PeopleError::Image { width: 256, height: 144, .. })
    ));
}

#[test]
fn pictures_without_a_person_have_an_empty_mask() {
    let mut segmenter = segmenter(MaskSize::Square);
    let gradient = Picture::gradient(256, 256);
    let mask = segmenter.segment(&gradient.view()).unwrap();
    let share = mask.iter().filter(|value| **value > 0.5).count() as f32 / mask.len() as f32;
    assert!(share < 0.02, "{share} of a gradient is a person");
}

#[test]
fn other_sizes_and_models_are_errors() {
    let mut segmenter = segmenter(MaskSize::Square);
    for (width, height) in [(256, 144), (1, 1), (255, 256), (512, 512)] {
        let error = segmenter.segment(&Picture::noise(width, height).view()).unwrap_err();
        assert!(matches!(error, PeopleError::Image { .. }), "{error}");
        assert!(error.to_string().contains("256x256"), "{error}");
    }
    #[cfg(feature = "face")]
    assert!(matches!(
        PersonSegmenter::new(photo::model(ModelKind::FaceDetection)),
        Err(PeopleError::Model { kind: ModelKind::PersonSquare, .. })
    ));
    let _ = ModelKind::PersonSquare;
}
