//! Faces in scenes that are harder: several, covered ones, crowds, a cat, and frames of all sizes.

use bevy::prelude::*;
use bevy_viewfinder::{effects::*, face::MAX_FACES, prelude::*, source::CustomFeed};
use image::{RgbaImage, imageops};

use crate::{
    faces::{FACE, PORTRAIT, Picture, Seen, count, detail, detail_of, diary, show, stage},
    stage::Stage,
    tap::fed,
};

impl Picture {
    fn of(image: RgbaImage) -> Self {
        Self { size: UVec2::from(image.dimensions()), pixels: image.into_raw() }
    }

    fn image(&self) -> RgbaImage {
        RgbaImage::from_raw(self.size.x, self.size.y, self.pixels.clone()).expect("pixels of this size")
    }

    /// The portrait's face, in a square of 160 pixels.
    fn face() -> RgbaImage {
        imageops::crop_imm(&PORTRAIT.image(), 144, 35, 160, 160).to_image()
    }

    /// A gradient with faces at these places.
    fn room(size: UVec2, places: &[[i64; 2]]) -> Self {
        let mut room = RgbaImage::from_fn(size.x, size.y, |x, y| {
            image::Rgba([(x * 255 / size.x) as u8, (y * 255 / size.y) as u8, 90, 255])
        });
        let face = Self::face();
        for [left, top] in places {
            imageops::overlay(&mut room, &face, *left, *top);
        }
        Self::of(room)
    }

    /// The picture with a gray rectangle from one corner to the other.
    fn covered(&self, from: UVec2, to: UVec2) -> Self {
        let mut image = self.image();
        for (x, y, pixel) in image.enumerate_pixels_mut() {
            if (from.x..to.x).contains(&x) && (from.y..to.y).contains(&y) {
                *pixel = image::Rgba([70, 74, 80, 255]);
            }
        }
        Self::of(image)
    }

    fn resized(&self, size: UVec2) -> Self {
        Self::of(imageops::resize(&self.image(), size.x, size.y, imageops::FilterType::Triangle))
    }
}

/// Shows a picture until so many faces have entities, and returns their middles from left to right, in uv.
#[track_caller]
fn until_faces(
    stage: &mut Stage,
    track: Entity,
    feed: &CustomFeed,
    picture: &Picture,
    faces: usize,
) -> Vec<Vec2> {
    stage.until("the faces", |stage| {
        show(stage, feed, picture);
        (count::<Face>(stage) == faces).then_some(())
    });
    let detections = stage.get::<FaceDetections>(track).expect("a tracking");
    let mut middles: Vec<Vec2> = detections.faces.iter().map(|face| face.bounds.center()).collect();
    middles.sort_by(|a, b| a.x.total_cmp(&b.x));
    middles
}

fn found(stage: &Stage) -> usize {
    diary(stage).iter().filter(|seen| matches!(seen, Seen::Found(_))).count()
}

fn lost(stage: &Stage) -> usize {
    diary(stage).iter().filter(|seen| matches!(seen, Seen::Lost(_))).count()
}

#[test]
fn as_many_faces_have_entities_as_the_tracking_follows() {
    let size = UVec2::new(640, 360);
    let places = [[20, 20], [240, 150], [460, 60]];
    let picture = Picture::room(size, &places);
    for (tracking, faces) in [(FaceTracking::new(), 2), (FaceTracking::new().max_faces(3), 3)] {
        let mut stage = stage();
        let (track, feed) = fed(&mut stage, size, tracking);
        let middles = until_faces(&mut stage, track, &feed, &picture, faces);
        for _ in 0..12 {
            show(&mut stage, &feed, &picture);
            assert_eq!(count::<Face>(&mut stage), faces);
        }
        assert_eq!((found(&stage), lost(&stage)), (faces, 0), "{:?}", diary(&stage));
        let is_at = |middle: &Vec2, [left, top]: [i64; 2]| {
            let place = Vec2::new(left as f32 + 80.0, top as f32 + 85.0) / size.as_vec2();
            (*middle - place).abs().max_element() < 0.06
        };
        assert!(middles.iter().all(|middle| places.iter().any(|place| is_at(middle, *place))), "{middles:?}");
        if faces == 3 {
            assert!(middles.iter().zip(places).all(|(middle, place)| is_at(middle, place)), "{middles:?}");
        }
        // One goes.
        let fewer = Picture::room(size, &places[..2]);
        stage.until("a lost face", |stage| {
            show(stage, &feed, &fewer);
            (count::<Face>(stage) == 2 && (faces == 2 || lost(stage) == 1)).then_some(())
        });
    }
}

#[test]
fn a_crowd_fills_the_tracking_and_is_blurred_as_a_whole() {
    let size = UVec2::new(1000, 800);
    let places: Vec<[i64; 2]> = (0..20).map(|index| [index % 5 * 200 + 20, index / 5 * 200 + 20]).collect();
    let crowd = Picture::room(size, &places);
    let mut stage = stage();
    let more = (FaceTracking::new().max_faces(1000), EffectStack::new().with(FaceBlur::default()));
    let (track, feed) = fed(&mut stage, size, more);
    until_faces(&mut stage, track, &feed, &crowd, MAX_FACES);
    show(&mut stage, &feed, &crowd);
    assert_eq!(count::<Face>(&mut stage), MAX_FACES);
    assert_eq!((found(&stage), lost(&stage)), (MAX_FACES, 0));
    let photo = stage
        .until("a frame", |stage| Some(stage.shoot(GrabFrame(track))).filter(|photo| photo.size == size));
    let plain = stage.shoot((GrabFrame(track), PhotoOptions::new().effects(false)));
    for [left, top] in places {
        // Four of them aren't followed.
        let middle = UVec2::new(left as u32 + 80, top as u32 + 80);
        let (hidden, sharp) = (detail(&photo, middle, 40), detail(&plain, middle, 40));
        assert!(hidden < 0.5 * sharp, "at {middle}: {hidden} of {sharp}");
    }
    // Nobody is left.
    let empty = Picture::room(size, &[]);
    stage.until("the end of the crowd", |stage| {
        show(stage, &feed, &empty);
        (count::<Face>(stage) == 0).then_some(())
    });
    assert_eq!(lost(&stage), MAX_FACES);
}

#[test]
fn a_half_covered_face_is_followed_and_a_covered_one_is_lost() {
    let mut stage = stage();
    let (_, feed) = fed(&mut stage, PORTRAIT.size, FaceTracking::new());
    let face = stage.until("a face", |stage| {
        show(stage, &feed, &PORTRAIT);
        match diary(stage) {
            [Seen::Found(face)] => Some(*face),
            _ => None,
        }
    });
    // A hand before the mouth and one before an eye, in steps.
    for part in 1..=5 {
        let mouth = PORTRAIT.covered(UVec2::new(160, 190 - 10 * part), UVec2::new(290, 200));
        show(&mut stage, &feed, &mouth);
    }
    println!("after the mouth: {:?}", diary(&stage));
    for part in 1..=5 {
        let eye = PORTRAIT.covered(UVec2::new(150, 60), UVec2::new(170 + 10 * part, 190));
        show(&mut stage, &feed, &eye);
    }
    println!("after the eye: {:?}", diary(&stage));
    assert_eq!(diary(&stage), [Seen::Found(face)]);
    let covered = PORTRAIT.covered(UVec2::new(140, 40), UVec2::new(310, 210));
    stage.until("a lost face", |stage| {
        show(stage, &feed, &covered);
        diary(stage).contains(&Seen::Lost(face)).then_some(())
    });
    assert_eq!(diary(&stage), [Seen::Found(face), Seen::Lost(face)]);
    let again = stage.until("the face again", |stage| {
        show(stage, &feed, &PORTRAIT);
        match diary(stage) {
            [_, _, Seen::Found(face)] => Some(*face),
            _ => None,
        }
    });
    assert_ne!(again, face);
}

#[test]
fn a_cat_is_no_face() {
    let image = image::open("tests/assets/people/chelsea.jpg").expect("a photo of a cat").to_rgba8();
    let cat = Picture::of(image).resized(UVec2::new(640, 360));
    let mut stage = stage();
    let (track, feed) = fed(&mut stage, cat.size, FaceTracking::new());
    stage.until("a search", |stage| {
        show(stage, &feed, &cat);
        stage.get::<FaceDetections>(track).filter(|detections| detections.captured.is_some())
    });
    for _ in 0..12 {
        show(&mut stage, &feed, &cat);
        assert_eq!(diary(&stage), []);
    }
}

#[test]
fn a_frame_of_8k_is_searched() {
    let size = UVec2::new(7680, 4320);
    let scale = 4320 / PORTRAIT.size.y + 1;
    let gray = [90, 90, 90, 255];
    let mut pixels = gray.repeat((size.x * size.y) as usize);
    for (y, row) in (0..size.y).zip(pixels.chunks_exact_mut(4 * size.x as usize)) {
        for (x, pixel) in (0..size.x).zip(row.chunks_exact_mut(4)) {
            let from = UVec2::new(x, y) / scale;
            if from.x < PORTRAIT.size.x {
                let start = 4 * (from.y * PORTRAIT.size.x + from.x) as usize;
                pixel.copy_from_slice(&PORTRAIT.pixels[start..start + 4]);
            }
        }
    }
    let picture = Picture { size, pixels };
    let mut stage = stage();
    let (track, feed) = fed(&mut stage, size, FaceTracking::new());
    let middles = until_faces(&mut stage, track, &feed, &picture, 1);
    let place = FACE.as_vec2() * scale as f32 / size.as_vec2();
    assert!(middles[0].distance(place) < 0.03, "{middles:?}, not {place}");
    let detections = stage.get::<FaceDetections>(track).expect("a tracking");
    assert_eq!(detections.size, UVec2::new(640, 360));
    assert_eq!(stage.get::<TrackStatistics>(track).expect("statistics").broken_frames, 0);
}

#[test]
fn a_track_that_changes_its_size_keeps_one_face_and_never_shows_it() {
    let sizes = [UVec2::new(480, 480), UVec2::new(300, 300), UVec2::new(640, 480), UVec2::new(400, 480)];
    let mut stage = stage();
    let more = (FaceTracking::new(), EffectStack::new().with(FaceBlur::default()));
    let (track, feed) = fed(&mut stage, sizes[0], more);
    for size in sizes.into_iter().chain(sizes) {
        let picture = PORTRAIT.resized(size);
        let scale = size.as_vec2() / PORTRAIT.size.as_vec2();
        let middle = (FACE.as_vec2() * scale).as_uvec2();
        let half = (30.0 * scale.min_element()) as u32;
        let sharp = detail_of(&picture.pixels, size.x, middle, half);
        stage.until("a search of this size", |stage| {
            show(stage, &feed, &picture);
            let photo = stage.shoot(GrabFrame(track));
            if photo.size == size {
                let left = detail(&photo, middle, half);
                assert!(left < 0.5 * sharp, "{size}: {left} of {sharp}");
            }
            let detections = stage.get::<FaceDetections>(track)?;
            (photo.size == size && detections.size == size && detections.faces.len() == 1).then_some(())
        });
        assert_eq!(count::<Face>(&mut stage), 1, "{size}: {:?}", diary(&stage));
    }
    assert_eq!(found(&stage), lost(&stage) + 1);
    feed.end();
    stage.until("a lost face", |stage| (lost(stage) == found(stage)).then_some(()));
    stage.step();
    assert_eq!(count::<Face>(&mut stage), 0);
}
