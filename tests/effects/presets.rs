//! Presets: those of this crate, files of a game's own, and files that are wrong.

use bevy::prelude::*;
use bevy_viewfinder::{
    effect::{EffectPreset, ShowPreset},
    effects::*,
    prelude::*,
};

use crate::studio::{Picture, Studio};

#[test]
fn every_preset_is_a_picture_of_its_own() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let mut photos: Vec<(&str, Picture)> = Vec::new();
    for (name, text) in PRESETS {
        let stack = studio.registry().read_preset(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let photo = studio.shoot(stack);
        assert!(photo.difference(&scene) > 20, "{name} can't be seen");
        for (other, known) in &photos {
            assert!(photo.difference(known) > 20, "{name} looks like {other}");
        }
        photos.push((name, photo));
    }
    assert!(photos.len() >= 12);
}

/// The names of the presets in a folder.
fn names(folder: &str) -> Vec<String> {
    let files = std::fs::read_dir(format!("{}/assets/presets{folder}", env!("CARGO_MANIFEST_DIR")));
    let files = files.expect("the folder of presets").map(|file| file.expect("a file").file_name());
    let name = |file: std::ffi::OsString| Some(file.to_str()?.strip_suffix(".preset.ron")?.to_owned());
    let mut names: Vec<String> = files.filter_map(name).collect();
    names.sort();
    names
}

#[test]
fn every_file_of_a_preset_is_in_the_program() {
    assert_eq!(names(""), PRESETS.map(|(name, _)| name));
    #[cfg(feature = "person")]
    assert_eq!(names("/person"), bevy_viewfinder::person::PRESETS.map(|(name, _)| name));
}

#[test]
fn what_is_written_is_read_again() {
    let studio = Studio::new(&Picture::scene());
    let registry = studio.registry();
    // Every effect there is, with its defaults; and one of each kind of parameter, with others.
    let mut stack = EffectStack::new();
    for effect in registry.iter() {
        stack.push_any(effect.make_default());
    }
    stack.push(Mirror { mode: MirrorMode::TopToBottom });
    stack.push(ChromaKey { key_color: Color::srgb_u8(12, 200, 99).into(), similarity: 0.123, ..default() });
    let text = stack.write_preset().unwrap_or_else(|error| panic!("{error}"));
    let again = registry.read_preset(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.write_preset().as_ref(), Ok(&text));
    assert_eq!(again.len(), stack.len());
    for (effect, same) in stack.iter().zip(again.iter()).skip(registry.iter().len()) {
        assert_eq!(format!("{effect:?}"), format!("{same:?}"));
    }
    let mut endless = EffectStack::new();
    endless.push(Grayscale { amount: f32::NAN });
    let error = endless.write_preset().expect_err("NaN can't be read again");
    assert!(error.message.contains("amount of grayscale"), "{error}");
}

#[test]
fn a_wrong_preset_says_where_and_what() {
    let studio = Studio::new(&Picture::scene());
    for (text, place, cause) in [
        (
            "[\n    grayscale(),\n    graycsale(),\n]",
            "3:",
            "there is no effect 'graycsale'; there are ascii,",
        ),
        ("[sepia(amout: 1.0)]", "1:", "sepia has no parameter 'amout'; it has amount"),
        ("[sepia(amount: \"much\")]", "1:", "amount of sepia: "),
        ("[sepia(amount: NaN)]", "1:", "give a finite number"),
        ("[sepia(amount: inf)]", "1:", "give a finite number"),
        ("[swirl(center: (0.5))]", "1:", ""),
        ("[swirl(center: (0.5, NaN))]", "1:", "give a finite number"),
        ("[halftone(ink: \"reddish\")]", "1:", "ink of halftone: \"reddish\" isn't a color"),
        ("[mirror(mode: sideways)]", "1:", "mode of mirror can't be 'sideways'; it can be left_to_right"),
        ("[tile(columns: -1)]", "1:", ""),
        ("[tile(columns: 1000000000000)]", "1:", ""),
        ("[sepia(", "1:", ""),
        ("[sepia]", "1:", ""),
        ("sepia()", "1:", ""),
        ("", "1:", ""),
        ("[sepia()] and more", "1:", ""),
    ] {
        let Err(error) = studio.registry().read_preset(text) else { panic!("{text} was read") };
        assert_eq!(error.name, ErrorName::Type, "{text}");
        assert!(error.message.contains(place) && error.message.contains(cause), "{text}: {error}");
    }
    let many = format!("[{}]", "sepia(),".repeat(100_000));
    let error = studio.registry().read_preset(&many).expect_err("nobody needs so many");
    assert!(error.message.contains("more than 256"), "{error}");
    assert!(studio.registry().read_preset("[]").is_ok_and(|stack| stack.is_empty()));
    // Deep nesting is refused and doesn't end the program.
    assert!(studio.registry().read_preset(&"[".repeat(100_000)).is_err());
}

#[test]
fn a_track_shows_the_preset_of_a_file() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let track = studio.track();
    let handle: Handle<EffectPreset> = studio.load("presets/noir.preset.ron");
    studio.app().world_mut().entity_mut(track).insert(ShowPreset(handle.clone()));
    studio.update_until(|world| world.get::<EffectStack>(track).is_some_and(|stack| stack.len() == 4));
    let photo = studio.shoot_as_it_is("noir");
    assert!(
        photo.pixels.iter().all(|[red, green, blue, _]| red.abs_diff(*green).max(green.abs_diff(*blue)) <= 1)
    );
    assert!(photo.difference(&scene) > 20);

    // A preset that changes, as it does when its file is edited, is shown as it now is.
    let stack = studio.stack("sepia");
    let mut presets = studio.app().world_mut().resource_mut::<Assets<EffectPreset>>();
    let _ = presets.insert(&handle, EffectPreset { stack });
    studio.update_until(|world| world.get::<EffectStack>(track).is_some_and(|stack| stack.len() == 1));
}

#[test]
fn a_preset_that_cannot_be_loaded_is_reported() {
    let mut studio = Studio::new(&Picture::scene());
    let track = studio.track();
    let missing = studio.load("presets/nowhere.preset.ron");
    studio.app().world_mut().entity_mut(track).insert(ShowPreset(missing.clone()));
    let failures = studio.failures(1);
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert_eq!((failures[0].entity, &*failures[0].effect), (track, "presets/nowhere.preset.ron"));
    assert_eq!(failures[0].error.name, ErrorName::NotFound);

    // Also if it failed before it was to be shown, and if its path was refused.
    for (preset, name) in [
        (missing, ErrorName::NotFound),
        (studio.load("../outside.preset.ron"), ErrorName::Type),
        (studio.load(""), ErrorName::Type),
    ] {
        studio.app().world_mut().entity_mut(track).insert(ShowPreset(preset));
        let failures = studio.failures(1);
        assert_eq!((failures.len(), failures[0].error.name), (1, name), "{failures:?}");
    }
}

#[test]
fn a_preset_names_the_file_that_it_cannot_load() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let file_path = folder.path().to_string_lossy().into_owned();
    let mut studio = Studio::with_assets(&Picture::scene(), AssetPlugin { file_path, ..default() });
    let track = studio.track();
    for (index, (path, effect, cause)) in [
        ("x#", "lut", "there is no file"),
        ("#", "lut", "there is no file"),
        ("://x", "", "has no asset source before '://'"),
        ("", "", "names no file"),
        ("/x.cube", "", "outside of the app's assets"),
        ("../x.cube", "", "outside of the app's assets"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("{index}.preset.ron");
        let text = format!("[grayscale(), lut(image: {path:?})]");
        std::fs::write(folder.path().join(&name), text).expect("a file can be written");
        let preset = studio.load(name.clone());
        studio.app().world_mut().entity_mut(track).insert(ShowPreset(preset));
        let failures = studio.failures(1);
        assert_eq!(failures.len(), 1, "{path}: {failures:?}");
        let failed = &failures[0];
        assert_eq!(failed.effect, if effect.is_empty() { &*name } else { effect }, "{path}");
        assert!(failed.error.message.contains(path), "{path}: {failed:?}");
        assert!(failed.error.message.contains(cause), "{path}: {failed:?}");
    }
}
