//! Faces over time.
#![cfg(feature = "face")]
#![allow(missing_docs)]

mod photo;

use photo::Picture;
use viewfinder_people::{
    FaceDetector, FaceEvent, FaceLandmarker, FaceTracker, FaceTrackerConfig, ModelKind, PixelFormat,
};

fn tracker(change: impl FnOnce(&mut FaceTrackerConfig)) -> FaceTracker {
    let mut config = FaceTrackerConfig::default();
    change(&mut config);
    FaceTracker::with_config(
        FaceDetector::new(photo::model(ModelKind::FaceDetection)).unwrap(),
        FaceLandmarker::new(photo::model(ModelKind::FaceLandmarks)).unwrap(),
        config,
    )
}

/// A video of 30 frames per second.
struct Video(f64);

impl Video {
    fn show(&mut self, tracker: &mut FaceTracker, picture: &Picture) {
        tracker.update(self.0, &picture.view()).unwrap();
        self.0 += 1.0 / 30.0;
    }
}

fn visible(tracker: &FaceTracker) -> Vec<u64> {
    tracker.faces().iter().filter(|face| face.is_visible).map(|face| face.id).collect()
}

/// A room of 480x270 with the face at these places.
fn room(places: &[(i32, i32)]) -> Picture {
    let face = Picture::face();
    places.iter().fold(Picture::gradient(480, 270), |room, &(left, top)| room.with(&face, left, top))
}

#[test]
fn a_face_is_found_followed_and_lost() {
    let mut tracker = tracker(|_| {});
    let mut video = Video(0.0);
    video.show(&mut tracker, &room(&[]));
    assert!(tracker.faces().is_empty() && tracker.events().is_empty());
    video.show(&mut tracker, &room(&[(20, 40)]));
    assert_eq!(tracker.events(), [FaceEvent::Found(0)]);
    for frame in 1..12 {
        video.show(&mut tracker, &room(&[(20 + 8 * frame, 40)]));
        assert_eq!(visible(&tracker), [0], "frame {frame}");
        assert!(tracker.events().is_empty());
    }
    let [x, _] = tracker.faces()[0].bounds().center();
    assert!((x * 480.0 - (20.0 + 88.0 + 80.0)).abs() < 12.0, "{x}");
    let mut events = Vec::new();
    for _ in 0..20 {
        video.show(&mut tracker, &room(&[]));
        assert!(visible(&tracker).is_empty());
        events.extend_from_slice(tracker.events());
    }
    assert_eq!(events, [FaceEvent::Lost(0)]);
    assert!(tracker.faces().is_empty());
    // Another face is another number.
    for _ in 0..4 {
        video.show(&mut tracker, &room(&[(200, 60)]));
    }
    assert_eq!(visible(&tracker), [1]);
}

#[test]
fn a_face_that_is_covered_for_a_moment_keeps_its_number() {
    let mut tracker = tracker(|_| {});
    let mut video = Video(0.0);
    for _ in 0..3 {
        video.show(&mut tracker, &room(&[(150, 60)]));
    }
    for _ in 0..6 {
        video.show(&mut tracker, &room(&[]));
        assert_eq!(tracker.faces().len(), 1);
        assert!(!tracker.faces()[0].is_visible && tracker.events().is_empty());
    }
    // The search may look at another part of the image first.
    for _ in 0..4 {
        video.show(&mut tracker, &room(&[(165, 60)]));
        assert!(tracker.events().is_empty());
    }
    assert_eq!(visible(&tracker), [0]);
}

#[test]
fn a_second_face_joins_and_both_keep_their_numbers() {
    let mut tracker = tracker(|config| config.search_interval = 3);
    let mut video = Video(0.0);
    for _ in 0..3 {
        video.show(&mut tracker, &room(&[(10, 60)]));
    }
    for _ in 0..12 {
        video.show(&mut tracker, &room(&[(10, 60), (300, 60)]));
    }
    assert_eq!(visible(&tracker), [0, 1]);
    let x = |index: usize| tracker.faces()[index].bounds().center()[0];
    assert!(x(0) < 0.4 && x(1) > 0.6);
}

#[test]
fn faces_that_meet_become_one() {
    let mut tracker = tracker(|_| {});
    let mut video = Video(0.0);
    let mut events = Vec::new();
    for _ in 0..6 {
        video.show(&mut tracker, &room(&[(40, 60), (250, 60)]));
    }
    assert_eq!(visible(&tracker), [0, 1]);
    for frame in 0..22 {
        let left = 40 + (210 * frame.min(15)) / 15;
        video.show(&mut tracker, &room(&[(250, 60), (left, 60)]));
        events.extend_from_slice(tracker.events());
        assert!(tracker.faces().len() <= 2);
    }
    assert_eq!(visible(&tracker).len(), 1, "one face is left: {:?}", tracker.faces());
    let lost = events.iter().filter(|event| matches!(event, FaceEvent::Lost(_))).count();
    assert!(lost >= 1, "{events:?}");
}

#[test]
fn the_number_of_faces_is_bounded() {
    let face = Picture::face();
    let mut crowd = Picture::gradient(1000, 800);
    for index in 0..20 {
        crowd = crowd.with(&face, index % 5 * 200 + 20, index / 5 * 200 + 20);
    }
    let mut few = tracker(|config| config.max_faces = 3);
    let mut many = tracker(|config| {
        config.max_faces = 1000;
        config.search_interval = 1;
    });
    let mut video = Video(0.0);
    for _ in 0..6 {
        video.show(&mut few, &crowd);
        video.show(&mut many, &crowd);
        assert!(few.faces().len() <= 3 && many.faces().len() <= 32);
    }
    assert_eq!(visible(&few).len(), 3);
    assert_eq!(visible(&many).len(), 20);
    let mut ids = visible(&many);
    ids.dedup();
    assert_eq!(ids.len(), 20);
    // Fewer, from now on.
    many.config_mut().max_faces = 2;
    video.show(&mut many, &crowd);
    assert_eq!(many.faces().len(), 2);
    assert_eq!(many.events().len(), 18);
}

#[test]
fn faces_take_turns_within_a_budget() {
    let mut tracker = tracker(|config| config.faces_per_update = 1);
    let mut video = Video(0.0);
    for _ in 0..8 {
        video.show(&mut tracker, &room(&[(10, 60), (300, 60)]));
    }
    assert_eq!(visible(&tracker), [0, 1]);
    let seen = |tracker: &FaceTracker| [0, 1].map(|index: usize| tracker.faces()[index].last_seen);
    let before = seen(&tracker);
    video.show(&mut tracker, &room(&[(10, 60), (300, 60)]));
    let after = seen(&tracker);
    assert_eq!(before.iter().zip(after).filter(|(before, after)| *before != after).count(), 1);
}

#[test]
fn turned_faces_are_followed_if_the_app_wants() {
    for quarters in 0..4 {
        let mut tracker = tracker(|config| config.any_orientation = true);
        let mut video = Video(0.0);
        let picture = room(&[(150, 60)]).turned(quarters);
        for _ in 0..3 {
            video.show(&mut tracker, &picture);
        }
        assert_eq!(visible(&tracker), [0], "{quarters} quarters");
        // The line between the eyes points to where the person's left is.
        let landmarks = &tracker.faces()[0].landmarks;
        let [right, left] = [33, 263].map(|index| landmarks.in_widths(index));
        let angle = (left[1] - right[1]).atan2(left[0] - right[0]).to_degrees();
        let off = (angle - 90.0 * quarters as f32 + 540.0).rem_euclid(360.0) - 180.0;
        assert!(off.abs() < 12.0, "{quarters} quarters: {angle}");
    }
}

#[test]
fn landmarks_settle_on_a_face_at_rest() {
    let mut tracker = tracker(|config| config.filter = None);
    let mut video = Video(0.0);
    let picture = room(&[(150, 60)]);
    let mut last: Option<Vec<[f32; 2]>> = None;
    for frame in 0..6 {
        video.show(&mut tracker, &picture);
        let landmarks = &tracker.faces()[0].landmarks;
        let points: Vec<_> = (0..468).map(|index| landmarks.uv(index)).collect();
        if let Some(last) = last.filter(|_| frame >= 3) {
            let moved = points
                .iter()
                .zip(&last)
                .map(|(a, b)| ((a[0] - b[0]) * 480.0).hypot((a[1] - b[1]) * 270.0))
                .sum::<f32>()
                / 468.0;
            assert!(moved < 0.3, "{moved} px at frame {frame}");
        }
        last = Some(points);
    }
}

#[test]
fn any_size_clock_and_cut_is_survived() {
    let mut tracker = tracker(|_| {});
    let face = Picture::face();
    let pixel = Picture::new(1, 1, |_, _| [1, 2, 3]);
    for (time, picture) in [
        (0.0, &face),
        (0.1, &face),
        (0.05, &face),
        (f64::NAN, &face),
        (1.0, &pixel),
        (2.0, &pixel),
        (1e300, &face),
        (-1e300, &face),
        (f64::INFINITY, &face),
        (3.0, &room(&[(150, 60)])),
        (3.1, &face.turned(1)),
    ] {
        tracker.update(time, &picture.view()).unwrap();
        assert!(tracker.faces().len() <= 4);
        for face in tracker.faces() {
            assert!(face.landmarks.points.as_flattened().iter().all(|value| value.is_finite()));
        }
    }
    let mut video = Video(4.0);
    for _ in 0..30 {
        video.show(&mut tracker, &room(&[(150, 60)]));
    }
    assert_eq!(visible(&tracker).len(), 1);
    let id = visible(&tracker)[0];
    tracker.reset();
    video.show(&mut tracker, &room(&[(150, 60)]));
    assert!(tracker.events().contains(&FaceEvent::Lost(id)), "{:?}", tracker.events());
    assert_eq!(tracker.faces().len(), 1);
    assert_ne!(visible(&tracker)[0], id);
}

#[test]
fn the_format_of_the_pixels_changes_nothing() {
    let picture = room(&[(150, 60)]);
    let bytes: Vec<u8> =
        picture.bytes.chunks(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 0]).collect();
    let view = viewfinder_people::ImageView::packed(480, 270, PixelFormat::Rgba, &bytes).unwrap();
    let (mut first, mut second) = (tracker(|_| {}), tracker(|_| {}));
    first.update(0.0, &picture.view()).unwrap();
    second.update(0.0, &view).unwrap();
    assert!(first.faces()[0].landmarks == second.faces()[0].landmarks);
}

#[test]
fn a_face_is_found_at_once_if_the_whole_image_is_always_searched() {
    for images in 0..8 {
        let mut tracker = tracker(|config| {
            config.search_whole_always = true;
            config.search_interval = 1;
        });
        let mut video = Video(0.0);
        for _ in 0..images {
            video.show(&mut tracker, &room(&[]));
        }
        video.show(&mut tracker, &room(&[(20, 40)]));
        assert_eq!(visible(&tracker), [0], "after {images} images");
        video.show(&mut tracker, &room(&[(20, 40), (300, 40)]));
        assert_eq!(visible(&tracker), [0, 1], "after {images} images");
    }
}
