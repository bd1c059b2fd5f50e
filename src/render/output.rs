//! The outputs of tracks, for passes of other rooms.

use bevy::{
    ecs::system::SystemParam,
    prelude::*,
    render::{render_asset::RenderAssets, render_resource::TextureId, texture::GpuImage},
};

use super::track::RenderTrack;

/// The outputs of the tracks of the render world.
#[derive(SystemParam)]
pub(crate) struct TrackOutputs<'w, 's> {
    tracks: Query<'w, 's, &'static RenderTrack>,
    images: Res<'w, RenderAssets<GpuImage>>,
}

impl TrackOutputs<'_, '_> {
    /// The image that this track is drawn into, if it is on the GPU.
    pub fn image(&self, track: Entity) -> Option<&GpuImage> {
        self.images.get(self.tracks.get(track).ok()?.image)
    }

    /// Whether this texture shows the track. One that replaces another, for a new size, is empty until it is drawn.
    pub fn is_drawn(&self, track: Entity, texture: TextureId) -> bool {
        self.tracks.get(track).is_ok_and(|track| track.drawn_into == Some(texture))
    }
}
