//! A small camcorder: the picture fills the window, and a button records it, with its effects.
//!
//! ```text
//! cargo run --example recorder
//! cargo run --example recorder -- --source synthetic --out videos
//! ```
//!
//! Space starts and stops, P pauses, T chooses the type of the file. In a browser the recording is a download.

mod arguments;
mod button;
mod camera;
mod controls;
mod figures;
mod hud;
mod notice;
mod recording;
mod space;
mod theme;
mod types;

use bevy::{prelude::*, window::WindowResizeConstraints};
use bevy_viewfinder::{menus::ViewfinderUiPlugin, prelude::*};
use viewfinder_examples::{fail, misuse, print};

use arguments::Arguments;

/// The actions of buttons and keys.
#[derive(Event, Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    /// Starts a recording, or stops it.
    Record,
    /// Pauses the recording, or goes on with it.
    Pause,
    /// Chooses the next type.
    NextType,
}

fn main() -> AppExit {
    let arguments = match Arguments::parse() {
        Ok(Some(arguments)) => arguments,
        Ok(None) => return print(arguments::USAGE).map_or_else(|error| fail(&error), |()| AppExit::Success),
        Err(error) => return misuse(&format!("{error}; recorder --help lists the options")),
    };
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    if !arguments.folder.as_os_str().is_empty()
        && let Err(error) = std::fs::create_dir_all(&arguments.folder)
    {
        return fail(&MediaError::cannot_write(&arguments.folder, &error));
    }
    let window = Window {
        title: "Recorder".into(),
        name: Some("bevy_viewfinder.recorder".into()),
        fit_canvas_to_parent: true,
        resolution: (1280, 720).into(),
        resize_constraints: WindowResizeConstraints { min_width: 320.0, min_height: 320.0, ..default() },
        ..default()
    };
    App::new()
        .add_plugins((
            DefaultPlugins.set(WindowPlugin { primary_window: Some(window), ..default() }),
            ViewfinderPlugins,
            ViewfinderUiPlugin,
        ))
        .insert_resource(arguments)
        .add_plugins((
            theme::plugin,
            types::plugin,
            camera::plugin,
            recording::plugin,
            space::plugin,
            button::plugin,
            hud::plugin,
            controls::plugin,
            figures::plugin,
            notice::plugin,
        ))
        .add_systems(Update, press_keys)
        .run()
}

fn press_keys(mut commands: Commands, keys: Res<ButtonInput<KeyCode>>) {
    for (key, action) in
        [(KeyCode::Space, Action::Record), (KeyCode::KeyP, Action::Pause), (KeyCode::KeyT, Action::NextType)]
    {
        if keys.just_pressed(key) {
            commands.trigger(action);
        }
    }
}
