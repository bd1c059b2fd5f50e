//! Images and look-up tables that effects load: which files are read, and failures that are reported by name and once.

use std::{fs, path::Path};

use bevy::prelude::*;
use bevy_viewfinder::{effects::*, prelude::*};
use image::{ImageFormat, Rgb, RgbImage};

use crate::studio::{Picture, Studio};

/// A studio whose assets are in a folder of the test's own.
fn studio(picture: &Picture) -> (Studio, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let file_path = folder.path().to_string_lossy().into_owned();
    (Studio::with_assets(picture, AssetPlugin { file_path, ..default() }), folder)
}

fn show(studio: &mut Studio, stack: EffectStack) {
    let track = studio.track();
    studio.app().world_mut().entity_mut(track).insert(stack);
}

#[test]
fn images_are_read_whatever_their_name_is() {
    let (mut studio, folder) = studio(&Picture::scene());
    let red = RgbImage::from_pixel(16, 16, Rgb([200, 30, 20]));
    for (name, format) in [
        ("a.png", ImageFormat::Png),
        ("B.PNG", ImageFormat::Png),
        ("c.jpg", ImageFormat::Jpeg),
        ("D.JPeG", ImageFormat::Jpeg),
        ("e.jfif", ImageFormat::Jpeg),
        ("f.webp", ImageFormat::WebP),
        ("G.WEBP", ImageFormat::WebP),
        ("without_extension", ImageFormat::Png),
        ("number.1", ImageFormat::Jpeg),
    ] {
        red.save_with_format(folder.path().join(name), format).expect("a file can be written");
        let text = format!("opacity:amount=0+background:image={name},fit=stretch");
        let photo = studio.shoot(studio.stack(&text));
        let off = |pixel: &[u8; 4]| (0..3).map(|part| pixel[part].abs_diff([200, 30, 20][part])).max();
        assert!(photo.pixels.iter().all(|pixel| off(pixel) <= Some(3)), "{name}: {:?}", photo.pixels[0]);
    }
}

#[test]
fn files_that_are_something_else_are_named() {
    let (mut studio, folder) = studio(&Picture::scene());
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).expect("a file");
    write("short.cube", b"LUT_3D_SIZE 2\n0 0 0\n");
    write("words", b"neither an image nor a table");
    write("broken.png", b"\x89PNG\r\n\x1a\n and no more");
    fs::create_dir(folder.path().join("folder.cube")).expect("a folder");
    for (effect, file, name, cause) in [
        (
            "lut",
            "short.cube",
            ErrorName::Data,
            "line 2 of a .cube file: the table ends after 1 of its 8 rows",
        ),
        ("lut", "words", ErrorName::Data, "line 1 of a .cube file"),
        ("lut", "broken.png", ErrorName::Data, "a .cube file"),
        ("lut", "folder.cube", ErrorName::NotReadable, ""),
        ("lut", "x#", ErrorName::NotFound, "there is no file"),
        ("lut", "words/x.cube", ErrorName::NotReadable, ""),
        ("sticker", "short.cube", ErrorName::Data, ""),
        ("mask", "words", ErrorName::Data, ""),
        ("background", "broken.png", ErrorName::Data, ""),
        ("picture_in_picture", "nowhere.png", ErrorName::NotFound, "there is no file"),
        ("sticker", "nowhere", ErrorName::NotFound, "there is no file"),
        ("sticker", "folder.cube", ErrorName::NotReadable, ""),
    ] {
        let stack = studio.stack(&format!("{effect}:image={file}"));
        show(&mut studio, stack.clone());
        let failures = studio.failures(1);
        assert_eq!(failures.len(), 1, "{effect}, {file}: {failures:?}");
        assert_eq!((failures[0].entity, &*failures[0].effect), (studio.track(), effect));
        let error = &failures[0].error;
        assert_eq!(error.name, name, "{effect}: {error}");
        for part in [effect, file, cause] {
            assert!(error.message.contains(part), "{effect}, {file}: {error}");
        }
        let world = studio.app().world();
        let known = stack.assets_loaded(world.resource::<AssetServer>());
        assert_eq!(known.as_ref(), Err(error));
    }
}

#[test]
fn a_failure_is_reported_once_however_often_the_stack_changes() {
    let scene = Picture::scene();
    let (mut studio, _folder) = studio(&scene);
    let track = studio.track();
    let stack = studio.stack("lut:image=nowhere.cube+lut:image=nowhere.cube+sepia");
    show(&mut studio, stack.clone());
    assert_eq!(studio.failures(1).len(), 1);
    for amount in [0.5, 0.25] {
        let mut stack = studio.app().world_mut().get_mut::<EffectStack>(track).expect("a stack");
        stack.get_mut::<Sepia>().expect("it is there").amount = amount;
        assert_eq!(studio.failures(0).len(), 0);
    }
    // The others are shown.
    let photo = studio.shoot_as_it_is("sepia");
    assert!(photo.difference(&scene) > 10);

    // A stack that comes after its files have failed, and one that comes back.
    show(&mut studio, EffectStack::new());
    assert_eq!(studio.failures(0).len(), 0);
    show(&mut studio, stack);
    assert_eq!(studio.failures(1).len(), 1);
}

#[test]
fn handles_that_stand_for_no_asset_are_reported_and_their_effects_skipped() {
    let scene = Picture::scene();
    let (mut studio, folder) = studio(&scene);
    fs::create_dir(folder.path().join("assets")).expect("a folder");
    for path in [folder.path().join("b.png").as_path(), Path::new("../b.png"), Path::new("")] {
        let image = studio.load::<Image>(path.to_owned());
        let table = studio.load(path.to_owned());
        for (effect, stack) in [
            ("lut", EffectStack::new().with(Lut::new(table))),
            ("background", EffectStack::new().with(Background { image: image.clone().into(), ..default() })),
            ("sticker", EffectStack::new().with(Sticker { image: image.clone().into(), ..default() })),
            (
                "picture_in_picture",
                EffectStack::new().with(PictureInPicture { image: image.clone().into(), ..default() }),
            ),
            ("mask", EffectStack::new().with(Mask { image: image.into(), inversion: 1.0, ..default() })),
        ] {
            show(&mut studio, stack.clone());
            let failures = studio.failures(1);
            assert_eq!(failures.len(), 1, "{effect}, {path:?}: {failures:?}");
            assert_eq!((&*failures[0].effect, failures[0].error.name), (effect, ErrorName::Type));
            assert!(failures[0].error.message.contains(effect), "{failures:?}");
            assert!(stack.assets_loaded(studio.app().world().resource::<AssetServer>()).is_err());
            let photo = studio.shoot_as_it_is(effect);
            assert!(photo.difference(&scene) <= 1, "{effect} is still drawn");
        }
    }
}
