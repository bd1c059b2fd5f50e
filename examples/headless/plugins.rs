//! As much of Bevy as a picture on the GPU needs, with no window and no cameras of its own.

use std::time::Duration;

use bevy::{
    app::{PluginGroupBuilder, ScheduleRunnerPlugin},
    camera::CameraPlugin,
    log::LogPlugin,
    mesh::MeshPlugin,
    prelude::*,
    render::RenderPlugin,
    window::ExitCondition,
};

/// The plugins of an app with no window that looks after its tracks this often.
pub fn headless(every: Duration) -> PluginGroupBuilder {
    MinimalPlugins
        .set(ScheduleRunnerPlugin::run_loop(every))
        .add(LogPlugin { filter: "error,bevy_render=off".into(), ..default() })
        .add(TransformPlugin)
        .add(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
        .add(AssetPlugin::default())
        .add(RenderPlugin::default())
        .add(ImagePlugin::default())
        .add(MeshPlugin)
        .add(CameraPlugin)
}
