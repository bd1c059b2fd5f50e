//! The parts of Bevy that rendering needs, without a window.

use std::time::Duration;

use bevy::{
    app::{PluginGroupBuilder, ScheduleRunnerPlugin},
    camera::CameraPlugin,
    log::LogPlugin,
    mesh::MeshPlugin,
    prelude::*,
    render::{RenderPlugin, settings::WgpuSettings},
    window::ExitCondition,
};
use bevy_viewfinder::prelude::*;

use crate::quiet::quietly;

/// An app without a window that updates at this interval. Bevy's log is off, so that an error is a single line. The
/// environment variable `RUST_LOG` enables it.
///
/// # Errors
/// [`ErrorName::NotSupported`] without a GPU.
pub fn headless_app(every: Duration) -> Result<App, MediaError> {
    quietly(|| {
        let settings = WgpuSettings::default();
        require_gpu(&settings)?;
        let mut app = App::new();
        app.add_plugins((plugins(every, settings), ViewfinderPlugins));
        Ok(app)
    })
}

/// An app that draws nothing, and so needs no GPU.
pub fn without_gpu() -> App {
    let mut app = App::new();
    let settings = WgpuSettings { backends: None, ..default() };
    app.add_plugins((plugins(Duration::ZERO, settings), ViewfinderPlugins));
    app
}

fn plugins(every: Duration, settings: WgpuSettings) -> PluginGroupBuilder {
    let renderer = RenderPlugin {
        render_creation: settings.into(),
        // Otherwise another thread may still compile a pipeline while the driver's exit handlers run, which is
        // sometimes a segmentation fault.
        synchronous_pipeline_compilation: true,
        ..default()
    };
    MinimalPlugins
        .set(ScheduleRunnerPlugin::run_loop(every))
        .add(LogPlugin { filter: "off".into(), ..default() })
        .add(TransformPlugin)
        .add(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
        .add(AssetPlugin::default())
        .add(renderer)
        .add(ImagePlugin::default())
        .add(MeshPlugin)
        .add(CameraPlugin)
}
