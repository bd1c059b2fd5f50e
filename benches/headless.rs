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

/// An app with a renderer and no window. With `pipelined` the renderer has a thread of its own, as in most apps.
/// Otherwise an update includes its rendering.
pub fn app(pipelined: bool) -> App {
    let mut plugins = DefaultPlugins.build().disable::<LogPlugin>().set(RenderPlugin {
        // Otherwise a timing could include the compilation of a shader.
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

/// Prepares an app for manual updates.
pub fn start(app: &mut App) {
    while app.plugins_state() == PluginsState::Adding {
        tick_global_task_pools_on_main_thread();
    }
    app.finish();
    app.cleanup();
}

/// Waits until the GPU has finished all submitted work.
pub fn wait_for_gpu(app: &App) {
    app.world().resource::<RenderDevice>().poll(PollType::wait_indefinitely()).expect("the GPU goes on");
}

/// The renderer's name from the driver.
pub fn adapter(app: &App) -> String {
    app.world().resource::<RenderAdapterInfo>().name.clone()
}

/// True if the renderer is a GPU, not software on the processor.
pub fn is_gpu(app: &App) -> bool {
    // The type is from wgpu, which Bevy doesn't export, so its name is compared.
    format!("{:?}", app.world().resource::<RenderAdapterInfo>().device_type) != "Cpu"
}
