//! A recording in which faces come, cross each other and go, hidden by a [`FaceBlur`].

use std::{fs, path::PathBuf};

use bevy::prelude::*;
use bevy_viewfinder::{effects::*, photo::IfExists, prelude::*, recorder::*, source::CustomFeed};
use image::{RgbaImage, imageops};

use crate::{
    cutout::{self, FACE, person, put},
    recorder::{MJPEG, command, log, stage, until_frames, until_stopped},
    recording::pixels,
    stage::Stage,
    tap::fed,
};

/// The pictures, and below them a strip that tells their number.
const SIZE: UVec2 = UVec2::new(640, 400);

const FRAMES: u32 = 32;

/// The most that may be left of the detail of a face.
const HIDDEN: f32 = 0.5;

/// Two persons, the one in front last.
struct Cast([RgbaImage; 2]);

impl Cast {
    fn new() -> Self {
        let person = person();
        Self([imageops::flip_horizontal(&person), person])
    }

    /// The left edges of both in this frame. One is there from the first frame on, and goes to the right. The other one
    /// comes, passes behind her, and goes to the left.
    fn places(frame: u32) -> [i64; 2] {
        let moved = 30 * i64::from(frame);
        [560 - moved, -60 + moved]
    }

    fn picture(&self, frame: u32) -> RgbaImage {
        let mut scene = RgbaImage::from_fn(cutout::SIZE.x, cutout::SIZE.y, |x, y| {
            image::Rgba([90 + (x / 8) as u8, 110 + (y / 6) as u8, 120, 255])
        });
        for (person, left) in self.0.iter().zip(Self::places(frame)) {
            put(&mut scene, person, left);
        }
        let mut picture = RgbaImage::from_fn(SIZE.x, SIZE.y, |x, _| {
            let gray = if (frame >> (x / 80)) & 1 == 0 { 20 } else { 235 };
            image::Rgba([gray, gray, gray, 255])
        });
        imageops::overlay(&mut picture, &scene, 0, 0);
        picture
    }

    /// The pixels of the faces that can be seen, of each person whose face is in view for the most part.
    fn faces(&self, frame: u32) -> Vec<Vec<UVec2>> {
        let top = cutout::SIZE.y - self.0[0].height();
        let places = Self::places(frame);
        let opacity = |index: usize, x: i64, y: u32| {
            let person: &RgbaImage = &self.0[index];
            let x = u32::try_from(x - places[index]).unwrap_or(u32::MAX);
            person.get_pixel_checked(x, y).map_or(0, |pixel| pixel.0[3])
        };
        let [left, high, right, low] = FACE;
        let width = self.0[0].width();
        let columns = [width - right..width - left, left..right];
        let faces = (0..2).map(|index| {
            let pixels = (high..low).flat_map(|y| columns[index].clone().map(move |x| (x, y)));
            pixels
                .map(|(x, y)| (i64::from(x) + places[index], y))
                .filter(|(x, _)| (0..i64::from(SIZE.x) - 1).contains(x))
                .filter(|(x, y)| index == 1 || opacity(1, *x, *y) < 10)
                .map(|(x, y)| UVec2::new(x as u32, y + top))
                .collect::<Vec<_>>()
        });
        let whole = ((right - left) * (low - high)) as usize;
        faces.filter(|pixels| pixels.len() * 10 > whole * 6).collect()
    }
}

/// The mean difference between neighbors at these places of a picture in RGB.
fn detail(picture: &[u8], places: &[UVec2]) -> f32 {
    let red = |x: u32, y: u32| i32::from(picture[3 * (y * SIZE.x + x) as usize]);
    let sum: i32 = places.iter().map(|place| (red(place.x, place.y) - red(place.x + 1, place.y)).abs()).sum();
    sum as f32 / places.len() as f32
}

/// The number of a recorded frame. `None` if the frame is too blurred.
fn number(picture: &[u8]) -> Option<u32> {
    (0..8).try_fold(0, |number, bit| match picture[3 * (380 * SIZE.x + 80 * bit + 40) as usize] {
        0..70 => Some(number),
        186.. => Some(number | (1 << bit)),
        _ => None,
    })
}

/// Films all frames, so that each is recorded by both recorders.
fn film(stage: &mut Stage, recorders: [Entity; 2], feed: &CustomFeed, cast: &Cast) {
    for frame in 0..FRAMES {
        let frames =
            |stage: &Stage, recorder| stage.get::<RecorderStatistics>(recorder).map_or(0, |it| it.frames);
        let before = recorders.map(|recorder| frames(stage, recorder));
        feed.push_rgba(SIZE, cast.picture(frame).as_raw()).expect("pixels of this size");
        for (recorder, before) in recorders.into_iter().zip(before) {
            until_frames(stage, recorder, before + 1);
        }
    }
}

/// The clips stay in the target folder: `tests/assets/people/find_faces.py` searches them by MediaPipe.
#[test]
fn no_frame_of_a_recording_shows_a_face_that_comes_crosses_another_one_or_goes() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("face_clip");
    fs::create_dir_all(&folder).expect("a folder in the target folder");
    let files = ["hidden.mkv", "shown.mkv"].map(|name| folder.join(name));
    let mut stage = stage();
    let (track, feed) = fed(&mut stage, SIZE, EffectStack::new().with(FaceBlur::default()));
    let recorders = [true, false].map(|effects| {
        let recorder = MediaRecorder::new(track).media_type(MJPEG).size(SIZE).effects(effects);
        let file = RecordingFile::new(&files[usize::from(!effects)]).if_exists(IfExists::Replace);
        let recorder = stage.spawn((recorder, file));
        command(&mut stage, StartRecording::new(recorder));
        recorder
    });
    let cast = Cast::new();
    film(&mut stage, recorders, &feed, &cast);
    for recorder in recorders {
        command(&mut stage, StopRecording::new(recorder));
        until_stopped(&mut stage, recorder, 1);
        println!("{:?}", log(&stage, recorder));
    }

    let [hidden, shown] = files.map(|file| pixels(&file, SIZE));
    let originals: Vec<Vec<u8>> = (0..FRAMES)
        .map(|frame| image::DynamicImage::ImageRgba8(cast.picture(frame)).into_rgb8().into_raw())
        .collect();
    // The part of the detail that is left of each face in each frame.
    let left = |pictures: &[Vec<u8>]| -> Vec<(u32, Vec<f32>)> {
        let numbered = pictures.iter().filter_map(|picture| Some((number(picture)?, picture)));
        numbered
            .map(|(frame, picture)| {
                let original = &originals[frame as usize];
                let faces = cast.faces(frame);
                (frame, faces.iter().map(|face| detail(picture, face) / detail(original, face)).collect())
            })
            .collect()
    };
    let everywhere: Vec<UVec2> =
        (0..360).flat_map(|y| (0..SIZE.x - 1).map(move |x| UVec2::new(x, y))).collect();
    let with_faces = (0..FRAMES).filter(|frame| !cast.faces(*frame).is_empty());
    let faintest =
        with_faces.map(|frame| detail(&originals[frame as usize], &everywhere)).fold(f32::MAX, f32::min);
    for picture in hidden.iter().filter(|picture| number(picture).is_none()) {
        assert!(detail(picture, &everywhere) < HIDDEN * faintest, "a frame is blurred as a whole");
    }
    let (hidden, shown) = (left(&hidden), left(&shown));
    println!("{hidden:.2?}");
    assert!(hidden.len() + 3 > FRAMES as usize, "{} of {FRAMES} frames are recorded", hidden.len());
    for (frame, faces) in &hidden {
        assert!(faces.iter().all(|left| *left < HIDDEN), "frame {frame}: {faces:?}");
    }
    for (frame, faces) in &shown {
        assert!(faces.iter().all(|left| *left > 0.8), "without the effect, frame {frame}: {faces:?}");
    }
    let count = |faces: usize| shown.iter().filter(|(_, it)| it.len() == faces).count();
    assert!(count(0) > 0 && count(1) > 10 && count(2) > 10, "{shown:?}");
}
