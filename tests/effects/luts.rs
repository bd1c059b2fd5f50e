//! Look-up tables from files: those of this crate, which are made of formulas, and those of other programs.

#[path = "../../examples/luts/looks.rs"]
mod looks;

use bevy::prelude::*;
use bevy_viewfinder::{
    effect::{CubeLut, CubeShape},
    effects::*,
    prelude::*,
};

use crate::{
    ffmpeg::filtered,
    studio::{Picture, Studio},
};

#[test]
fn the_files_are_what_the_formulas_say() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/luts");
    let files = std::fs::read_dir(folder).expect("the folder of tables");
    let mut names: Vec<String> =
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, looks::LOOKS.map(|(name, ..)| format!("{name}.cube")));
    for (name, title, look) in looks::LOOKS {
        let bytes = std::fs::read(format!("{folder}/{name}.cube")).expect("a file of the folder");
        let file = CubeLut::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((file.title(), file.shape()), (title, CubeShape::Cube(looks::SIZE)));
        let text = looks::cube(title, look).unwrap_or_else(|error| panic!("{name}: {error}"));
        let made = CubeLut::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Other machines may round powers otherwise.
        let apart = made.colors().as_flattened().iter().zip(file.colors().as_flattened());
        let most = apart.map(|(made, file)| (made - file).abs()).fold(0.0, f32::max);
        assert!(most < 0.0002, "{name} is {most} off: cargo run --example luts -- assets/luts");
    }
}

/// A table that gives green, blue, and the opposite of red.
fn turned(head: &str) -> String {
    let mut text = format!("{head}\nLUT_3D_SIZE 5\n");
    for (blue, green, red) in (0..125).map(|index| (index / 25, index / 5 % 5, index % 5)) {
        let [red, green, blue] = [red, green, blue].map(|index| index as f32 / 4.0);
        text.push_str(&format!("{green} {blue} {}\n", 1.0 - red));
    }
    text
}

/// The picture that a formula from display-encoded values to such values makes of one.
fn graded(picture: &Picture, formula: impl Fn([f64; 3]) -> [f64; 3]) -> Picture {
    let grade = |[red, green, blue, alpha]: &[u8; 4]| {
        let color = formula([red, green, blue].map(|value| f64::from(*value) / 255.0));
        let [red, green, blue] = color.map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8);
        [red, green, blue, *alpha]
    };
    Picture { size: picture.size, pixels: picture.pixels.iter().map(grade).collect() }
}

/// A studio whose assets are in a folder of the test's own.
fn studio(picture: &Picture, assets: AssetPlugin) -> (Studio, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let file_path = folder.path().to_string_lossy().into_owned();
    (Studio::with_assets(picture, AssetPlugin { file_path, ..assets }), folder)
}

#[test]
fn a_table_comes_from_a_file() {
    let colors = Picture::color_cube();
    let mut studio = Studio::new(&colors);
    let photo = studio.shoot(studio.stack("lut:image=luts/teal_and_orange.cube"));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/luts/teal_and_orange.cube");
    let expected = filtered(&colors, &format!("lut3d=file={file}"));
    assert!(photo.difference(&expected) <= 2, "off by {}", photo.difference(&expected));
}

#[test]
fn files_have_any_name_and_may_lie_where_the_app_allows_it() {
    let colors = Picture::color_cube();
    let expected = graded(&colors, |[red, green, blue]| [green, blue, 1.0 - red]);
    let allowed = bevy::asset::UnapprovedPathMode::Allow;
    let (mut studio, folder) = studio(&colors, AssetPlugin { unapproved_path_mode: allowed, ..default() });
    for name in ["plain.cube", "UPPER.CUBE", "none", "two words.cube", "hash#2.cube", "é.cube"] {
        let file = folder.path().join(name);
        std::fs::write(&file, turned("")).expect("a file can be written");
        let parent = folder.path().file_name().expect("a name").to_string_lossy().into_owned();
        let absolute = file.to_string_lossy().into_owned();
        for path in [name.to_owned(), absolute, format!("../{parent}/{name}")] {
            let photo = studio.shoot(studio.stack(&format!("lut:image={path}")));
            assert!(photo.difference(&expected) <= 1, "{path} is off by {}", photo.difference(&expected));
        }
        let text = studio.stack(&format!("lut:image={name}")).write_preset().expect("a preset");
        let stack = studio.registry().read_preset(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let photo = studio.shoot(stack);
        assert!(photo.difference(&expected) <= 1, "{text} is off by {}", photo.difference(&expected));
    }
}

#[test]
fn tables_of_video_range_are_applied_to_full_range() {
    let colors = Picture::color_cube();
    let mut studio = Studio::new(&colors);
    let (video, full) =
        (|value: f64| (64.0 + 876.0 * value) / 1023.0, |value: f64| (1023.0 * value - 64.0) / 876.0);
    for (head, takes, gives) in [
        ("LUT_IN_VIDEO_RANGE", true, false),
        ("LUT_OUT_VIDEO_RANGE", false, true),
        ("LUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE", true, true),
        ("LUT_1D_INPUT_RANGE 0 1.095", false, false),
    ] {
        let table = CubeLut::parse(turned(head).as_bytes()).unwrap_or_else(|error| panic!("{head}: {error}"));
        let table = studio.add(table);
        let photo = studio.shoot(EffectStack::new().with(Lut::new(table)));
        let expected = graded(&colors, |color| {
            let [red, green, blue] = if takes { color.map(video) } else { color };
            let given = [green, blue, 1.0 - red];
            if gives { given.map(full) } else { given }
        });
        assert!(photo.difference(&expected) <= 1, "{head} is off by {}", photo.difference(&expected));
    }
}

#[test]
fn a_changed_file_is_shown_as_it_now_is() {
    let colors = Picture::color_cube();
    // The watcher would load each write once more.
    let unwatched = AssetPlugin { watch_for_changes_override: Some(false), ..default() };
    let (mut studio, folder) = studio(&colors, unwatched);
    let file = folder.path().join("look.cube");
    std::fs::write(&file, turned("")).expect("a file can be written");
    let stack = studio.stack("lut:image=look.cube");
    let table = stack.get::<Lut>().and_then(|lut| lut.image.0.clone()).expect("a table");
    studio.shoot(stack);

    let negative = "LUT_1D_SIZE 2\n1 1 1\n0 0 0\n";
    std::fs::write(&file, negative).expect("a file can be written");
    let expected = graded(&colors, |color| color.map(|value| 1.0 - value));
    // As the app does on its own where it watches its assets.
    let reload = |studio: &mut Studio| studio.app().world().resource::<AssetServer>().reload("look.cube");
    reload(&mut studio);
    studio.update_until(|world| {
        std::thread::sleep(std::time::Duration::from_millis(1));
        let tables = world.resource::<Assets<CubeLut>>();
        tables.get(&table).is_some_and(|table| table.shape() == CubeShape::Curves(2))
    });
    studio.update(3);
    let photo = studio.shoot_as_it_is("the negative");
    assert!(photo.difference(&expected) <= 1, "off by {}", photo.difference(&expected));

    // A file that breaks is reported each time, and the table stays as it was.
    for rows in [2, 3] {
        std::fs::write(&file, format!("LUT_1D_SIZE {rows}\n1 1 1\n")).expect("a file can be written");
        reload(&mut studio);
        let cause = format!("line 2 of a .cube file: the table ends after 1 of its {rows} rows");
        studio.failure_with(&format!("look.cube can't be loaded: {cause}"));
    }
    let photo = studio.shoot_as_it_is("the negative");
    assert!(photo.difference(&expected) <= 1, "off by {}", photo.difference(&expected));
}
