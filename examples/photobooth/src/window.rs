//! The booth in a window.

use std::time::Duration;

use bevy::{
    prelude::*,
    render::view::screenshot::{Screenshot, ScreenshotCaptured, save_to_disk},
    window::{CursorOptions, WindowMode, WindowResizeConstraints},
};
use bevy_viewfinder::{FacePlugin, menus::ViewfinderUiPlugin, prelude::*};

use crate::{
    booth::{self, Layouts},
    feed, host,
    look::Looks,
    options::Options,
    settings::Settings,
    share, thumbnail, tones, ui,
};

/// Opens the window and runs until it is closed.
///
/// # Errors
/// [`ErrorName::NotSupported`] without a GPU.
pub fn run(options: Options, layouts: Layouts) -> Result<AppExit, MediaError> {
    require_gpu(&default())?;
    let kiosk = options.settings.venue.kiosk.enabled;
    let cursor = CursorOptions { visible: !kiosk, ..default() };
    let window = Window {
        title: "Photobooth".into(),
        name: Some("bevy_viewfinder.photobooth".into()),
        resolution: options.settings.window.into(),
        mode: if kiosk {
            WindowMode::BorderlessFullscreen(MonitorSelection::Current)
        } else {
            WindowMode::Windowed
        },
        resize_constraints: WindowResizeConstraints { min_width: 300.0, min_height: 300.0, ..default() },
        ..default()
    };
    let mut viewfinder = ViewfinderPlugins.build();
    if !options.settings.faces {
        // The menu of effects has none on faces then, either.
        viewfinder = viewfinder.disable::<FacePlugin>();
    }
    let mut app = App::new();
    app.add_plugins((
        DefaultPlugins.set(WindowPlugin {
            primary_window: Some(window),
            primary_cursor_options: Some(cursor),
            close_when_requested: !kiosk,
            ..default()
        }),
        viewfinder,
        ViewfinderUiPlugin,
        feed::plugin,
        booth::plugin,
        host::plugin,
        share::plugin,
        thumbnail::plugin,
        tones::plugin,
        ui::plugin,
    ))
    .insert_resource(options.settings.clone())
    .insert_resource(options)
    .insert_resource(layouts)
    .add_systems(PreStartup, choose_looks)
    .add_systems(Startup, |mut commands: Commands| _ = commands.spawn(Camera2d))
    .add_systems(Update, photograph_window);
    Ok(app.run())
}

fn choose_looks(mut commands: Commands, settings: Res<Settings>, assets: Res<AssetServer>) {
    commands.insert_resource(Looks::new(Some(&assets), &settings));
}

/// Saves a screenshot at the requested time, and ends the app.
fn photograph_window(
    mut commands: Commands,
    options: Res<Options>,
    time: Res<Time<Real>>,
    mut asked: Local<bool>,
    mut done: Local<Option<Duration>>,
    mut exit: MessageWriter<AppExit>,
    pictures: Query<(), With<Screenshot>>,
) {
    let Some(path) = &options.screenshot else { return };
    if !*asked && time.elapsed() >= options.after {
        *asked = true;
        commands
            .spawn(Screenshot::primary_window())
            .observe(save_to_disk(path.clone()))
            .observe(|_: On<ScreenshotCaptured>| info!("the window was photographed"));
    } else if *asked && pictures.is_empty() {
        // Another thread writes the file.
        let done = *done.get_or_insert(time.elapsed());
        if time.elapsed() > done + Duration::from_secs(1) {
            exit.write(AppExit::Success);
        }
    }
}
