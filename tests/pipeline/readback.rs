//! Many photos and taps at once, which share the code that reads the GPU back.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::{
    photo::still,
    stage::{Event, Stage},
};

#[test]
fn a_hundred_photos_beside_taps_are_each_answered_once() {
    let mut stage = Stage::new();
    let track = still(&mut stage, ());
    for index in 1..=5 {
        stage.spawn(PixelTap::luma(track).size(UVec2::splat(index * 30)));
    }
    let sizes = |index: u32| UVec2::new(10 + index, 30);
    let requests: Vec<Entity> = (0..100)
        .map(|index| {
            let fit = bevy_viewfinder::photo::Fit::Stretch;
            stage.spawn((GrabFrame(track), PhotoOptions::new().canvas(sizes(index), fit)))
        })
        .collect();
    let taken = |stage: &Stage| {
        let events = stage.diary().iter();
        let taken = events.filter_map(|event| match event {
            Event::Taken(entity, taken) => Some((*entity, taken.photo.clone())),
            _ => None,
        });
        taken.collect::<Vec<_>>()
    };
    stage.until("a hundred photos", |stage| (taken(stage).len() >= 100).then_some(()));
    stage.steps(5);
    let taken = taken(&stage);
    assert_eq!(taken.len(), 100);
    for (index, request) in (0..).zip(&requests) {
        let mut photos = taken.iter().filter(|(entity, _)| entity == request);
        let (_, photo) = photos.next().expect("it is answered");
        assert_eq!(photo.size, sizes(index));
        assert_eq!(photo.pixel(2, 20), Some([250, 10, 20, 255]));
    }
}
