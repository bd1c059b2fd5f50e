//! Another device of the GPU in place of a lost one, for apps whose
//! [`RenderErrorHandler`](bevy::render::error_handler::RenderErrorHandler) recovers.

use bevy::{prelude::*, render::renderer::RenderDevice};

use super::{commands::FrameCommands, photo::PhotoQueue, tap::RenderTaps, track::RenderTrack};
use crate::frame::StagingDevice;

/// Forgets everything that was made with an earlier device, if there was one. Tracks and taps are extracted again, and
/// have a picture again with their next frame.
pub(super) fn forget_earlier_device(
    mut commands: Commands,
    tracks: Query<Entity, With<RenderTrack>>,
    mut frame_commands: ResMut<FrameCommands>,
    mut taps: ResMut<RenderTaps>,
    mut photos: ResMut<PhotoQueue>,
    device: Res<RenderDevice>,
) {
    commands.insert_resource(StagingDevice::new(&device));
    for track in &tracks {
        commands.entity(track).remove::<RenderTrack>();
    }
    *frame_commands = FrameCommands::default();
    taps.forget_earlier_device();
    photos.forget_earlier_device();
}
