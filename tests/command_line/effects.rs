//! Effects as command-line arguments.

use std::fs;

use tempfile::tempdir;

use crate::{
    example::headless_with,
    pictures::{SWAPPED, color_of, is_near, write_picture, write_swapping_table},
};

#[test]
fn a_table_of_any_name_can_be_written() {
    let folder = tempdir().expect("a folder for temporary files");
    let assets = folder.path().join("assets");
    fs::create_dir(&assets).expect("there is room");
    write_picture(&folder.path().join("picture.png"));
    for (name, text) in [
        ("plain.cube", "plain.cube"),
        ("in quotes.cube", "'in quotes.cube'"),
        ("plus+sign.cube", "\"plus+sign.cube\""),
        ("a, comma.cube", "'a, comma.cube'"),
        ("equals=sign.cube", "equals=sign.cube"),
        ("hash#2.cube", "hash#2.cube"),
        ("it's.cube", "it's.cube"),
        ("it's+more.cube", "'it''s+more.cube'"),
    ] {
        write_swapping_table(&assets.join(name));
        let effects = format!("sepia:amount=0+lut:image={text},strength=1+sepia:amount=0");
        let arguments = ["--source", "file:picture.png", "--effects", &effects, "--photo", "photo.png"];
        headless_with(folder.path(), &arguments).succeeded();
        let color = color_of(&folder.path().join("photo.png"));
        assert!(is_near(color, SWAPPED), "{name}: {color:?}");
    }
}
