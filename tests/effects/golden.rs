//! Every effect against a stored image of its output, which was looked at and found right.
//!
//! `golden/NAME.png` shows the scene with the effect three times: with default parameters, and with all parameters at
//! the least and at the greatest values of their ranges (choices: the first and the last). `golden/stacks.txt` has the
//! stacks of these as text, and `golden/scene.png` the scene itself, for the same test in browsers. Time stands still
//! at [`TIME`] seconds.
//!
//! `golden/film.png` shows the frames of a video, a tenth of a second apart, and `golden/films/NAME.png` the output of
//! temporal effects for its last frame, three times as above.
//!
//! With `VIEWFINDER_GOLDEN=write` the test writes them: look at them before you commit them.

use std::{fmt::Write, path::PathBuf};

use bevy_viewfinder::effect::{EffectInfo, EffectKind, Parameter, ParameterInfo, ParameterKind};
use image::{GenericImage, RgbaImage};

use crate::studio::{Picture, Studio};

/// The time of animated effects, in seconds.
const TIME: f32 = 10.0;
/// The greatest difference of a channel, of 255.
const TOLERANCE: u8 = 2;
/// How many pixels of a thousand may differ more: at edges that rounding decides.
const EXCEPTIONS: f64 = 1.0;

/// The images that effects sample, among the assets.
const IMAGES: [(&str, &str); 5] = [
    ("background", "pictures/sunset.png"),
    ("lut", "luts/film_print.cube"),
    ("mask", "stickers/heart.png"),
    ("picture_in_picture", "pictures/sunset.png"),
    ("sticker", "stickers/heart.png"),
];

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "effects", "golden", name].iter().collect()
}

fn is_writing() -> bool {
    std::env::var_os("VIEWFINDER_GOLDEN").is_some_and(|value| value == "write")
}

/// The stacks of an effect's image, from left to right.
fn stacks(effect: &EffectInfo) -> [String; 3] {
    // Backgrounds and shadows show only where the frame is transparent, and a comparison needs a difference.
    let before = match effect.name {
        "background" => "opacity:amount=0.5+",
        "drop_shadow" => "mask:image=stickers/heart.png,channel=alpha+",
        "split_compare" => "invert+",
        _ => "",
    };
    let of = |end: Option<fn(&Parameter) -> f32>, choice: fn(&[String]) -> Option<&String>| {
        let image = IMAGES.iter().find(|(name, _)| *name == effect.name);
        let mut set: Vec<String> = image.iter().map(|(_, path)| format!("image={path}")).collect();
        for parameter in &effect.parameters {
            let value = match (end, parameter.range) {
                (Some(end), Some(range)) => Some(written(parameter, end(&range))),
                (Some(_), None) => choice(&parameter.choices).cloned(),
                (None, _) => None,
            };
            set.extend(value.map(|value| format!("{}={value}", parameter.name)));
        }
        let colon = if set.is_empty() { "" } else { ":" };
        format!("{before}{}{colon}{}", effect.name, set.join(","))
    };
    [
        of(None, |_| None),
        of(Some(|range| range.min), |choices| choices.first()),
        of(Some(|range| range.max), |choices| choices.last()),
    ]
}

/// A value of a parameter in the syntax of stacks as text.
fn written(parameter: &ParameterInfo, value: f32) -> String {
    match parameter.kind {
        ParameterKind::Vec2 => format!("{value}/{value}"),
        _ => value.to_string(),
    }
}

fn image_of(picture: &Picture) -> RgbaImage {
    RgbaImage::from_raw(picture.size.x, picture.size.y, picture.bytes()).expect("four bytes for each pixel")
}

/// Images of one size side by side.
fn strip(pictures: &[Picture]) -> RgbaImage {
    let first = &pictures[0];
    let mut strip = RgbaImage::new(first.size.x * pictures.len() as u32, first.size.y);
    for (index, picture) in (0..).zip(pictures) {
        strip.copy_from(&image_of(picture), index * first.size.x, 0).expect("it has room for three");
    }
    strip
}

/// Pixels of a thousand that differ by more than [`TOLERANCE`].
fn off(is: &RgbaImage, should: &RgbaImage) -> f64 {
    assert_eq!(is.dimensions(), should.dimensions());
    let apart = |(is, should): (&image::Rgba<u8>, &image::Rgba<u8>)| {
        is.0.iter().zip(should.0).any(|(is, should)| is.abs_diff(should) > TOLERANCE)
    };
    let wrong = is.pixels().zip(should.pixels()).filter(|pair| apart(*pair)).count();
    1000.0 * wrong as f64 / f64::from(is.width() * is.height())
}

/// Compares the images of an effect with its file, or writes the file. Returns the difference, if there is one.
fn judge(name: &str, is: &RgbaImage, file: PathBuf) -> Option<String> {
    if is_writing() {
        is.save(&file).expect("a file can be written");
    }
    let should = image::open(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let off = off(is, &should.to_rgba8());
    (off > EXCEPTIONS).then(|| {
        let _ = is.save(std::env::temp_dir().join(format!("viewfinder_{name}.png")));
        format!("{name}: {off:.1} pixels of a thousand")
    })
}

#[test]
fn every_effect_looks_as_it_did() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    studio.hold_time(TIME);

    let all: Vec<(String, [String; 3])> =
        studio.registry().iter().map(|effect| (effect.name.to_owned(), stacks(effect))).collect();
    let mut list = String::new();
    for (_, texts) in &all {
        let _ = writeln!(list, "{}", texts.join("\t"));
    }
    if is_writing() {
        std::fs::create_dir_all(path("")).expect("a folder can be made");
        std::fs::write(path("stacks.txt"), &list).expect("a file can be written");
        image_of(&scene).save(path("scene.png")).expect("a file can be written");
    }
    let known = std::fs::read_to_string(path("stacks.txt")).unwrap_or_default();
    assert!(list == known, "golden/stacks.txt lists other effects or ranges: VIEWFINDER_GOLDEN=write");
    let known = image::open(path("scene.png")).expect("the scene").to_rgba8();
    assert_eq!(off(&image_of(&scene), &known), 0.0, "golden/scene.png is another scene");

    let mut wrong = Vec::new();
    for (name, texts) in &all {
        let pictures = texts.each_ref().map(|text| studio.shoot(studio.stack(text)));
        wrong.extend(judge(name, &strip(&pictures), path(&format!("{name}.png"))));
    }
    assert!(wrong.is_empty(), "the new images are in the temporary folder: {wrong:#?}");
}

/// The scene, seen by a camera that moves from side to side.
fn film() -> [Picture; 4] {
    let scene = Picture::scene();
    [0, 9, -6, 14].map(|aside| {
        Picture::from_fn(scene.size.x, scene.size.y, |x, y| scene.clamped(i64::from(x) + aside, y.into()))
    })
}

#[test]
fn temporal_effects_look_as_they_did() {
    let film = film();
    let mut studio = Studio::new(&film[0]);
    studio.hold_time(TIME);
    let all: Vec<(String, [String; 3])> = studio
        .registry()
        .iter()
        .filter(|effect| effect.kind == EffectKind::Temporal)
        .map(|effect| (effect.name.to_owned(), stacks(effect)))
        .collect();
    if is_writing() {
        std::fs::create_dir_all(path("films")).expect("a folder can be made");
        strip(&film).save(path("film.png")).expect("a file can be written");
    }
    let known = image::open(path("film.png")).expect("the film").to_rgba8();
    assert_eq!(off(&strip(&film), &known), 0.0, "golden/film.png is another video");

    let mut wrong = Vec::new();
    for (name, texts) in &all {
        let pictures = texts.each_ref().map(|text| {
            studio.begin_anew(&film[0]);
            let stack = studio.stack(text);
            studio.shoot(stack);
            film[1..].iter().for_each(|picture| studio.film(picture));
            studio.shoot_as_it_is(text)
        });
        wrong.extend(judge(name, &strip(&pictures), path(&format!("films/{name}.png"))));
    }
    assert!(wrong.is_empty(), "the new images are in the temporary folder: {wrong:#?}");
}

#[test]
fn every_golden_image_is_of_an_effect() {
    let studio = Studio::new(&Picture::scene());
    let files = |folder| std::fs::read_dir(path(folder)).expect("a folder of golden images");
    for file in files("").chain(files("films")) {
        let file = file.expect("a file").path();
        let name = file.file_stem().and_then(|name| name.to_str()).expect("a name");
        let is_known = studio.registry().by_name(name).is_some();
        assert!(is_known || ["stacks", "scene", "film", "films"].contains(&name), "{name} is no effect");
    }
}
