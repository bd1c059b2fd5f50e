//! Corrupt frames: an event each, and the track goes on.

use bevy::prelude::*;
use bevy_viewfinder::{frame::PixelFormat, prelude::*, source::scripted::FrameFault};

use crate::stage::{Event, Stage};

#[test]
fn every_kind_of_corrupt_frame_is_an_event_and_the_tracks_go_on() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    let (other, other_script) = stage.live(());
    script.frame();
    stage.until_delivered(track, 1);
    let kinds = [
        FrameFault::Truncated,
        FrameFault::Empty,
        FrameFault::WrongStride,
        FrameFault::AbsurdSize,
        FrameFault::CorruptJpeg,
        FrameFault::Flagged,
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        script.faulty_frame(kind);
        stage.until("the event", |stage| {
            let broken = stage.diary().iter().filter_map(|event| match event {
                Event::Broken(entity, error) if *entity == track => Some(error.name),
                _ => None,
            });
            let broken: Vec<_> = broken.collect();
            (broken.len() == index + 1).then(|| assert_eq!(broken[index], ErrorName::Data, "{kind:?}"))
        });
        script.frame();
        stage.until_delivered(track, index as u64 + 2);
    }
    other_script.frame();
    stage.until_delivered(other, 1);
    assert_eq!(stage.get::<TrackStatistics>(track).map(|statistics| statistics.broken_frames), Some(6));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
}

#[test]
fn a_frame_that_the_gpu_cannot_hold_is_an_event() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    // Three bytes are three texels: wider than any texture.
    script.change_format(UVec2::new(30_000, 2), PixelFormat::Rgb24).expect("a size that can be painted");
    script.frame();
    let error = stage.until_event("the event", |event| match event {
        Event::Broken(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotSupported, "{error}");
    script.change_format(UVec2::new(32, 32), PixelFormat::Nv12).expect("a size that can be painted");
    script.frame();
    stage.until_delivered(track, 1);
    assert_eq!(stage.shoot(GrabFrame(track)).size, UVec2::new(32, 32));
}

#[test]
fn a_flood_of_corrupt_frames_is_counted_and_not_queued_without_bound() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    (0..300).for_each(|_| script.faulty_frame(FrameFault::Truncated));
    script.frame();
    stage.until_delivered(track, 1);
    assert_eq!(stage.get::<TrackStatistics>(track).map(|statistics| statistics.broken_frames), Some(300));
}
