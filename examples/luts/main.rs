//! Writes the look-up tables of `assets/luts`, each from a formula: a way to tables of your own.
//!
//! ```text
//! cargo run --example luts -- assets/luts
//! ```

mod looks;

use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or("usage: luts FOLDER")?;
    fs::create_dir_all(&folder)?;
    for (name, title, look) in looks::LOOKS {
        let path = folder.join(name).with_extension("cube");
        fs::write(&path, looks::cube(title, look)?)?;
        println!("{}", path.display());
    }
    Ok(())
}
