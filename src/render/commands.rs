//! The commands of one frame of the app.

use bevy::{
    prelude::*,
    render::{
        render_resource::{CommandEncoder, CommandEncoderDescriptor},
        renderer::{RenderDevice, RenderQueue},
    },
};

/// The commands of one frame of the app, in an encoder that is made when the first is recorded. They are submitted on
/// their own: before those of Bevy's cameras, which show the result, and also in an app without cameras.
#[derive(Resource, Default, Debug)]
pub(super) struct FrameCommands(Option<CommandEncoder>);

impl FrameCommands {
    pub fn encoder(&mut self, device: &RenderDevice) -> &mut CommandEncoder {
        let label = Some("viewfinder");
        self.0.get_or_insert_with(|| device.create_command_encoder(&CommandEncoderDescriptor { label }))
    }
}

/// Submits the commands of this frame, if there are any.
pub(super) fn submit_commands(mut commands: ResMut<FrameCommands>, queue: Res<RenderQueue>) {
    if let Some(encoder) = commands.0.take() {
        queue.submit([encoder.finish()]);
    }
}
