//! The life of taps: every frame once, changes, several at once, other threads, refusals, and ends.

use std::time::Duration;

use bevy::{prelude::*, render::render_resource::TextureUsages};
use bevy_viewfinder::{frame::PixelFormat, prelude::*, tap::TapFormat};

use crate::{
    photo::still,
    stage::{Stage, default_plugins},
    tap::{Changes, failures, fed, latest, luma, pixel, push, stage, until_frame},
};

#[test]
fn each_frame_comes_once_and_in_order_with_its_time() {
    let mut stage = stage();
    let size = UVec2::new(8, 4);
    let (track, feed) = fed(&mut stage, size, ());
    push(&mut stage, track, &feed, size, |_, _| 10);
    let tap = stage.spawn(PixelTap::luma(track).effects(false));
    let mut last = until_frame(&mut stage, tap, |_| true);
    for gray in [20, 30, 40, 50] {
        push(&mut stage, track, &feed, size, |_, _| gray);
        let next = until_frame(&mut stage, tap, |frame| frame.buffer[0] == gray);
        assert!(next.sequence > last.sequence && next.captured > last.captured);
        last = next;
    }
    let changes = stage.app.world().resource::<Changes>().0;
    assert!(changes >= 5, "{changes}");
    stage.steps(5);
    assert_eq!(stage.app.world().resource::<Changes>().0, changes, "nothing changes without a new frame");
    assert_eq!(latest(&stage, tap).map(|frame| frame.sequence), Some(last.sequence));
}

#[test]
fn a_disabled_track_is_black() {
    let mut stage = stage();
    let track = still(&mut stage, ());
    let taps = [false, true].map(|effects| stage.spawn(PixelTap::rgba(track).effects(effects)));
    for tap in taps {
        until_frame(&mut stage, tap, |frame| pixel(frame, 5, 10) == [250, 10, 20, 255]);
    }
    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(false));
    for tap in taps {
        until_frame(&mut stage, tap, |frame| pixel(frame, 5, 10) == [0, 0, 0, 255]);
    }
}

#[test]
fn a_tap_follows_the_size_of_its_track_and_changes_of_its_own() {
    let mut stage = stage();
    let (track, feed) = fed(&mut stage, UVec2::new(64, 48), ());
    push(&mut stage, track, &feed, UVec2::new(64, 48), |x, _| x as u8);
    let taps = [false, true].map(|effects| stage.spawn(PixelTap::luma(track).effects(effects)));
    for tap in taps {
        until_frame(&mut stage, tap, |frame| frame.size == UVec2::new(64, 48));
    }
    // Frames of the old size may be in flight.
    for size in [(30, 10), (640, 480), (5, 5)].map(UVec2::from) {
        push(&mut stage, track, &feed, size, |x, _| x as u8);
        for tap in taps {
            let frame = until_frame(&mut stage, tap, |frame| frame.size == size);
            assert_eq!(luma(&frame, 3, size.y - 1), 3);
        }
    }
    for size in [(9, 2), (300, 200), (2, 9)].map(UVec2::from) {
        for tap in taps {
            let mut tap = stage.app.world_mut().get_mut::<PixelTap>(tap).expect("it is there");
            tap.size = Some(size);
        }
        for tap in taps {
            until_frame(&mut stage, tap, |frame| frame.size == size);
        }
    }
    let mut tap = stage.app.world_mut().get_mut::<PixelTap>(taps[0]).expect("it is there");
    tap.format = TapFormat::Rgba;
    until_frame(&mut stage, taps[0], |frame| frame.format == PixelFormat::Rgba32);
}

#[test]
fn a_still_is_drawn_again_into_a_texture_that_replaces_its_own() {
    let mut stage = stage();
    let size = UVec2::new(64, 48);
    let (track, feed) = fed(&mut stage, size, ());
    let tap = stage.spawn(PixelTap::luma(track));
    push(&mut stage, track, &feed, size, |_, _| 90);
    let first = until_frame(&mut stage, tap, |frame| frame.size == size).sequence;
    // As for a new size, which may come just after a frame was drawn. No other frame follows.
    let image = stage.get::<TrackImage>(track).expect("a live track has one");
    let mut images = stage.app.world_mut().resource_mut::<Assets<Image>>();
    images.get_mut(&image.0).expect("it is there").texture_descriptor.usage |= TextureUsages::COPY_DST;
    let frame = until_frame(&mut stage, tap, |frame| frame.sequence > first);
    assert_eq!(luma(&frame, 9, 9), 90);
}

#[test]
fn sixty_taps_of_one_track_all_get_frames() {
    let mut stage = stage();
    let size = UVec2::new(32, 16);
    let (track, feed) = fed(&mut stage, size, ());
    push(&mut stage, track, &feed, size, |_, _| 100);
    let taps: Vec<Entity> = (0..60)
        .map(|index| {
            let tap = if index % 2 == 0 { PixelTap::luma(track) } else { PixelTap::rgba(track) };
            stage.spawn(tap.effects(index % 3 == 0).size(UVec2::splat(1 + index)))
        })
        .collect();
    for gray in [100, 200] {
        push(&mut stage, track, &feed, size, |_, _| gray);
        for tap in &taps {
            until_frame(&mut stage, *tap, |frame| frame.buffer[0] == gray);
        }
    }
}

#[test]
fn sizes_that_cannot_be_drawn_are_refused_once_and_a_good_one_heals_the_tap() {
    let mut stage = stage();
    let size = UVec2::new(8, 8);
    let (track, feed) = fed(&mut stage, size, ());
    for bad in
        [UVec2::ZERO, UVec2::new(0, 9), UVec2::new(9, 0), UVec2::new(1, u32::MAX), UVec2::splat(1 << 20)]
    {
        for effects in [false, true] {
            let tap = stage.spawn(PixelTap::rgba(track).size(bad).effects(effects));
            push(&mut stage, track, &feed, size, |_, _| 50);
            stage.until("the refusal", |stage| (!failures(stage, tap).is_empty()).then_some(()));
            push(&mut stage, track, &feed, size, |_, _| 60);
            stage.steps(3);
            assert_eq!(failures(&stage, tap), [ErrorName::NotSupported], "{bad}");
            assert!(latest(&stage, tap).is_none());
            stage.app.world_mut().get_mut::<PixelTap>(tap).expect("it is there").size = Some(UVec2::splat(4));
            until_frame(&mut stage, tap, |frame| frame.size == UVec2::splat(4));
            stage.app.world_mut().despawn(tap);
        }
    }
    // The track goes on.
    stage.shoot(GrabFrame(track));
}

#[test]
fn a_tap_of_no_track_is_told_and_works_once_there_is_one() {
    let mut stage = stage();
    let nobody = stage.spawn(());
    let tap = stage.spawn(PixelTap::luma(nobody));
    stage.step();
    assert_eq!(failures(&stage, tap), [ErrorName::NotFound]);
    assert!(stage.app.world().get::<TapFrames>(tap).expect("frames").reader().is_closed());
    let track = still(&mut stage, ());
    stage.app.world_mut().get_mut::<PixelTap>(tap).expect("it is there").track = track;
    until_frame(&mut stage, tap, |_| true);
    assert!(!stage.app.world().get::<TapFrames>(tap).expect("frames").reader().is_closed());
    assert_eq!(failures(&stage, tap), [ErrorName::NotFound]);
}

#[test]
fn taps_and_tracks_may_go_while_frames_are_in_flight() {
    let mut stage = stage();
    let size = UVec2::new(64, 64);
    for round in 0..12 {
        let (track, feed) = fed(&mut stage, size, ());
        let tap = stage.spawn(PixelTap::rgba(track).effects(false));
        push(&mut stage, track, &feed, size, |_, _| 50);
        if round % 3 == 0 {
            // Its readers stay.
            until_frame(&mut stage, tap, |_| true);
        }
        let reader = stage.app.world().get::<TapFrames>(tap).expect("frames").reader();
        feed.push_rgba(size, &[9; 64 * 64 * 4]).expect("pixels of this size");
        stage.steps(round % 4);
        match round % 3 {
            0 => {
                stage.app.world_mut().despawn(track);
                stage.until("the end", |_| reader.is_closed().then_some(()));
                assert!(latest(&stage, tap).is_some(), "the last frame stays");
            }
            1 => {
                stage.app.world_mut().despawn(tap);
                assert!(reader.is_closed());
            }
            _ => {
                stage.app.world_mut().entity_mut(tap).remove::<(PixelTap, TapFrames)>();
                assert!(reader.is_closed());
            }
        }
        stage.steps(3);
    }
}

#[test]
fn another_thread_takes_the_newest_frame_of_an_app_with_a_render_thread() {
    let mut stage = Stage::of(default_plugins(), |_| {});
    let size = UVec2::new(64, 36);
    let (track, feed) = fed(&mut stage, size, ());
    let tap = stage.spawn(PixelTap::luma(track).effects(false));
    let mut reader = stage.app.world().get::<TapFrames>(tap).expect("frames").reader();
    let thread = std::thread::spawn(move || {
        let mut seen = Vec::new();
        while !reader.is_closed() {
            seen.extend(
                reader.wait(Duration::from_millis(50)).map(|frame| (frame.sequence, frame.buffer[0])),
            );
        }
        seen
    });
    for gray in 1..=20 {
        push(&mut stage, track, &feed, size, |_, _| gray);
    }
    until_frame(&mut stage, tap, |frame| frame.buffer[0] == 20);
    stage.app.world_mut().despawn(track);
    stage.steps(3);
    let seen = thread.join().expect("it ends with the track");
    assert!(seen.is_sorted_by(|one, other| one.0 < other.0 && one.1 < other.1), "{seen:?}");
    assert_eq!(seen.last().map(|(_, gray)| *gray), Some(20));
}
