//! Bevy apps that render without a window.

use bevy::{
    app::{PluginsState, TaskPoolPlugin},
    log::LogPlugin,
    prelude::*,
    render::{
        RenderPlugin,
        pipelined_rendering::PipelinedRenderingPlugin,
        render_resource::PollType,
        renderer::{RenderAdapterInfo, RenderDevice},
    },
    tasks::tick_global_task_pools_on_main_thread,
};

/// An app with a renderer and no window. `pipelined`: the renderer has a thread of its own, as in any app;
/// otherwise an update includes its rendering.
pub fn app(pipelined: bool) -> App {
    let mut plugins = DefaultPlugins.build().disable::<LogPlugin>().set(RenderPlugin {
        // What is timed should not wait for a shader that is still being compiled.
        synchronous_pipeline_compilation: true,
        ..default()
    });
    if !pipelined {
        plugins = plugins.disable::<PipelinedRenderingPlugin>();
    }
    let mut app = App::new();
    app.add_plugins(plugins.set(TaskPoolPlugin::default()));
    app
}

/// Makes an app ready to be updated by hand.
pub fn start(app: &mut App) {
    while app.plugins_state() == PluginsState::Adding {
        tick_global_task_pools_on_main_thread();
    }
    app.finish();
    app.cleanup();
}

/// Waits until the GPU has done what it was given.
pub fn wait_for_gpu(app: &App) {
    app.world().resource::<RenderDevice>().poll(PollType::wait_indefinitely()).expect("the GPU goes on");
}

/// What renders, as its driver calls it.
pub fn adapter(app: &App) -> String {
    app.world().resource::<RenderAdapterInfo>().name.clone()
}

/// Whether that is a GPU, and not software on the processor.
pub fn is_gpu(app: &App) -> bool {
    // The type is wgpu's, which Bevy doesn't export: its name is what it has.
    format!("{:?}", app.world().resource::<RenderAdapterInfo>().device_type) != "Cpu"
}
