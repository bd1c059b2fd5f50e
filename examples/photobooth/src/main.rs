//! A photobooth: a mirror with looks to choose from, a countdown, shots that can be taken again, and a print, a GIF, a
//! boomerang or a video clip to keep.
//!
//! ```text
//! cargo run -p photobooth
//! cargo run -p photobooth -- --settings examples/photobooth/photobooth.ron
//! cargo run -p photobooth -- --headless --out pictures
//! ```

mod action;
mod animation;
#[cfg(test)]
mod artwork;
mod booth;
mod clip;
mod date;
mod develop;
mod document;
mod feed;
#[cfg(test)]
mod fuzz;
mod headless;
mod host;
mod layout;
mod look;
mod mode;
mod options;
mod picture;
mod recording;
mod settings;
mod share;
mod sticker;
mod system;
mod thumbnail;
mod tones;
mod ui;
mod window;

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use viewfinder_examples::{fail, misuse, print};

use booth::Layouts;
use mode::Mode;
use options::{Options, Refusal};
use settings::Settings;

fn main() -> AppExit {
    let done = match Options::parse(system::arguments()) {
        Ok(options) => run(options),
        Err(Refusal::Help) => print(options::USAGE).map(|()| AppExit::Success),
        Err(Refusal::Settings(error)) => Err(error),
        Err(Refusal::CommandLine(error)) => {
            return misuse(&format!("{error}; photobooth --help lists the options"));
        }
    };
    done.unwrap_or_else(|error| fail(&error))
}

fn run(mut options: Options) -> Result<AppExit, MediaError> {
    options.settings.read_font()?;
    let layouts = layouts(&mut options.settings)?;
    if options.headless { headless::run(options, layouts) } else { window::run(options, layouts) }
}

/// The layouts of the booth and of the venue. Modes without a layout are left out, and clips where nothing records.
fn layouts(settings: &mut Settings) -> Result<Layouts, MediaError> {
    let mut layouts = layout::shipped()?;
    if let Some(folder) = &settings.layouts {
        layouts.extend(layout::read_folder(folder)?);
    }
    settings.modes.retain(|mode| match mode.kind() {
        Some(kind) => layouts.iter().any(|template| template.layout.kind == kind),
        None => *mode != Mode::Clip || clip::media_type().is_some(),
    });
    Ok(Layouts(layouts))
}
