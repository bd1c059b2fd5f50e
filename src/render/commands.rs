//! The commands of one frame of the app.

use bevy::{
    prelude::*,
    render::{
        render_resource::{CommandEncoder, CommandEncoderDescriptor},
        renderer::{FlushCommands, PendingCommandBuffers, RenderDevice},
    },
};

use crate::frame::StagedUpload;

/// The commands of one frame of the app, in an encoder that is made when the first is recorded. Bevy submits them
/// together with those of its cameras, and before them: the cameras show the result.
#[derive(Resource, Default, Debug)]
pub(super) struct FrameCommands {
    encoder: Option<CommandEncoder>,
    /// The frames that are copied by these commands.
    pub uploads: Vec<StagedUpload>,
}

impl FrameCommands {
    pub fn encoder(&mut self, device: &RenderDevice) -> &mut CommandEncoder {
        let label = Some("viewfinder");
        self.encoder.get_or_insert_with(|| device.create_command_encoder(&CommandEncoderDescriptor { label }))
    }
}

/// Hands the commands of this frame to Bevy, if there are any.
pub(super) fn queue_commands(
    mut commands: ResMut<FrameCommands>,
    mut pending: ResMut<PendingCommandBuffers>,
) {
    if let Some(encoder) = commands.encoder.take() {
        // Bevy submits encoders after buffers, so this one is finished here.
        pending.push([encoder.finish()]);
    }
}

/// Lets the memory of the frames that were uploaded be used again, once the commands are submitted.
pub(super) fn recycle_uploads(mut commands: ResMut<FrameCommands>) {
    commands.uploads.drain(..).for_each(StagedUpload::map);
}

/// Submits what Bevy hasn't: the plugin that does is missing in an app without Bevy's cameras.
pub(super) fn submit_remaining_commands(mut pending: FlushCommands) {
    pending.flush();
}
