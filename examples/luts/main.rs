//! Writes the look-up tables of `assets/luts`, each from a formula.
//!
//! ```text
//! cargo run --example luts -- assets/luts
//! ```

mod looks;

use std::{fs, path::Path};

use bevy::app::AppExit;
use bevy_viewfinder::prelude::*;
use viewfinder_examples::{fail, misuse, print};

fn main() -> AppExit {
    let Some(folder) = std::env::args_os().nth(1) else {
        return misuse("the tables have no folder; usage: luts FOLDER");
    };
    write(folder.as_ref()).map_or_else(|error| fail(&error), |()| AppExit::Success)
}

fn write(folder: &Path) -> Result<(), MediaError> {
    fs::create_dir_all(folder).map_err(|error| MediaError::cannot_write(folder, &error))?;
    for (name, title, look) in looks::LOOKS {
        let path = folder.join(name).with_extension("cube");
        fs::write(&path, looks::cube(title, look)?)
            .map_err(|error| MediaError::cannot_write(&path, &error))?;
        print(&format!("{}\n", path.display()))?;
    }
    Ok(())
}
