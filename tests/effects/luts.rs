//! The look-up tables of this crate: files made of formulas.

#[path = "../../examples/luts/looks.rs"]
mod looks;

use bevy_viewfinder::effect::{CubeLut, CubeShape};

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
        let file = CubeLut::read(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((file.title(), file.shape()), (title, CubeShape::Cube(looks::SIZE)));
        let text = looks::cube(title, look).unwrap_or_else(|error| panic!("{name}: {error}"));
        let made = CubeLut::read(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        // Other machines may round powers otherwise.
        let apart = made.colors().as_flattened().iter().zip(file.colors().as_flattened());
        let most = apart.map(|(made, file)| (made - file).abs()).fold(0.0, f32::max);
        assert!(most < 0.0002, "{name} is {most} off: cargo run --example luts -- assets/luts");
    }
}
