//! The files that photos are saved to: numbers, folders, several files of one photo.

use std::{fs, path::PathBuf};

use bevy::prelude::*;
use bevy_viewfinder::{
    photo::{DeliverPhoto, IfExists, PhotoFile, PhotoFormat},
    prelude::*,
};

use crate::{
    photo::still,
    stage::{Event, Stage},
};

/// Saves a photo of the track, and returns the path.
fn save(stage: &mut Stage, track: Entity, file: impl Into<PhotoFile>) -> PathBuf {
    let file: PhotoFile = file.into();
    let request = stage.app.world_mut().spawn(TakePhoto(track)).observe(save_to_disk(file)).id();
    stage.until_event("the file", |event| match event {
        Event::Saved(entity, path) if *entity == request => Some(path.clone()),
        Event::PhotoFailed(entity, error) if *entity == request => panic!("{error}"),
        _ => None,
    })
}

#[test]
fn a_second_photo_gets_a_number_unless_it_is_to_replace_the_first() {
    let mut stage = Stage::new();
    let track = still(&mut stage, ());
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("me.png");
    fs::write(&path, "older").expect("there is room");
    assert_eq!(save(&mut stage, track, path.clone()), folder.path().join("me (1).png"));
    assert_eq!(fs::read_to_string(&path).expect("the file"), "older");
    let guest = PhotoFile::in_folder(folder.path(), "../me", PhotoFormat::jpeg());
    let saved = save(&mut stage, track, guest);
    assert_eq!(saved, folder.path().join("_me.jpg"));
    assert_eq!(image::image_dimensions(&saved).ok(), Some((40, 20)));
    assert_eq!(save(&mut stage, track, PhotoFile::new(&path).if_exists(IfExists::Replace)), path);
    assert_eq!(image::image_dimensions(&path).ok(), Some((40, 20)));
}

#[test]
fn one_photo_is_saved_to_several_files() {
    let mut stage = Stage::new();
    let track = still(&mut stage, ());
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let photo = stage.shoot(TakePhoto(track));
    let path = folder.path().join("me.png");
    let mut request = stage.app.world_mut().spawn(DeliverPhoto(photo.clone()));
    for _ in 0..3 {
        request.observe(save_to_disk(path.clone()));
    }
    let request = request.id();
    stage.until("the request to go", |stage| stage.app.world().get_entity(request).is_err().then_some(()));
    let mut saved: Vec<_> = stage
        .diary()
        .iter()
        .filter_map(|event| match event {
            Event::Saved(entity, path) if *entity == request => path.file_name()?.to_str(),
            _ => None,
        })
        .collect();
    saved.sort_unstable();
    assert_eq!(saved, ["me (1).png", "me (2).png", "me.png"]);
    for name in saved {
        let read = image::open(folder.path().join(name)).expect("a PNG").to_rgba8();
        assert_eq!(read.as_raw()[..], photo.rgba[..]);
    }
}
