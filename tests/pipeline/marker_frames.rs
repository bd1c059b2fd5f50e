//! Markers and the frames that they are shown with.

use bevy::{core_pipeline::tonemapping::Tonemapping, math::Isometry3d, prelude::*};
use bevy_viewfinder::{photo::Photo, prelude::*, source::CustomFeed};

use crate::{
    background::{mesh, pixel, push, stage, target, unlit},
    markers::{FOV, Printed, SIDE, SIZE, picture, tracked},
    stage::Stage,
};

/// The distance of the marker, in meters.
const DISTANCE: f32 = 0.8;

/// The motion of the marker from frame to frame, in pixels.
const STEP: f32 = 30.0;

fn focal_length() -> f32 {
    0.5 * SIZE.x as f32 / (0.5 * FOV).tan()
}

/// The place of the marker's middle in the frame of this number: it goes back and forth.
fn place(number: u32) -> f32 {
    let steps = [0, 1, 2, 3, 4, 5, 4, 3, 2, 1][number as usize % 10];
    85.0 + STEP * steps as f32
}

/// Pushes the frame of this number, which its first rows tell.
fn push_frame(feed: &CustomFeed, number: u32) {
    let x = (place(number) - 0.5 * SIZE.x as f32) * DISTANCE / focal_length();
    let rotation = Quat::from_rotation_y(0.5) * Quat::from_rotation_x(-0.4);
    let view = picture(&[Printed::new(7, Isometry3d::new(Vec3::new(x, 0.0, -DISTANCE), rotation))]);
    push(feed, SIZE, |x, y| if y < 4 { [(4 * number) as u8; 3] } else { [view(x, y); 3] });
}

/// The horizontal distance between the red square and the marker of the frame that the photo shows. `None` if there is
/// no square.
fn offset(photo: &Photo) -> Option<f32> {
    let number = (u32::from(pixel(photo, 160, 1)[0]) + 2) / 4;
    let (mut sum, mut count) = (0.0, 0.0);
    for (x, y) in (4..SIZE.y).flat_map(|y| (0..SIZE.x).map(move |x| (x, y))) {
        let [red, green, _] = pixel(photo, x, y);
        if red > green.saturating_add(60) {
            sum += x as f32 + 0.5;
            count += 1.0;
        }
    }
    (count > 0.0).then(|| sum / count - place(number))
}

/// Films so many frames of a marker that moves, with a red square in its middle, and returns the offsets of the square.
fn offsets(stage: &mut Stage, tracker: MarkerTracker, frames: u32) -> Vec<f32> {
    let (track, feed) = tracked(stage, tracker.filter(None));
    let (mesh, paint) = (mesh(stage, Rectangle::new(0.03, 0.03)), unlit(stage, Color::srgb_u8(255, 0, 0)));
    stage.spawn((Marker::new(track, 7, SIDE), mesh, paint));
    let (target, reader) = target(stage, SIZE);
    stage.spawn((Camera3d::default(), target, Tonemapping::None, CameraBackground::new(track)));
    let mut offsets = Vec::new();
    for number in 0..frames {
        push_frame(&feed, number);
        stage.steps(2);
        offsets.extend(offset(&stage.shoot(GrabFrame(reader))));
    }
    feed.end();
    offsets
}

#[test]
fn a_marker_lies_on_its_frame_while_it_moves() {
    let mut stage = stage();
    stage.app.insert_resource(ClearColor(Color::BLACK));
    let held = offsets(&mut stage, MarkerTracker::new(), 25);
    println!("held: {held:?}");
    assert!(held.len() > 15, "the marker is seldom found: {held:?}");
    assert!(held.iter().all(|offset| offset.abs() < 1.0), "{held:?}");
    // The reason for holding frames.
    let free = offsets(&mut stage, MarkerTracker::new().hold_frames(false), 10);
    println!("free: {free:?}");
    assert!(free.iter().any(|offset| offset.abs() > STEP / 2.0), "{free:?}");
}
