//! The newest frame of a track on the CPU: [`PixelTap`], for an app's own image processing.
//!
//! A tap is an entity with a [`PixelTap`] that names a track. The GPU scales the track's frames to the tap's size, and
//! a few milliseconds later they are in the tap's [`TapFrames`], as a [`Frame`] with its time of capture. Nothing waits
//! for the GPU: if it is late, frames are skipped. Once running, no buffer is allocated.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn setup(mut commands: Commands) {
//!     let track = commands.spawn(VideoTrack).id();
//!     commands
//!         .spawn(PixelTap::luma(track).size(UVec2::new(256, 144)).effects(false))
//!         .observe(|failed: On<TapFailed>| warn!("{}", failed.error));
//! }
//!
//! fn measure(taps: Query<&TapFrames, Changed<TapFrames>>) {
//!     for frame in taps.iter().filter_map(TapFrames::latest) {
//!         // One byte for each of `frame.size`'s pixels, row by row from the top left.
//!         let sum: u64 = frame.buffer.iter().map(|luma| u64::from(*luma)).sum();
//!         info!("mean luma: {}", sum / frame.buffer.len() as u64);
//!     }
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! # bevy::ecs::system::assert_is_system(measure);
//! ```
//!
//! # Age
//!
//! A system in [`Update`] sees a frame one or two frames of the app after it reached the GPU: one to draw and copy it,
//! and one more if the renderer has a thread of its own or the GPU is slow. [`Frame::captured`] has its time of
//! capture.
//!
//! # Threads
//!
//! [`TapFrames::reader`] gives a [`TapReader`] for another thread, which takes or awaits the newest frame there.

#[cfg(any(feature = "ar", feature = "face", feature = "person"))]
pub(crate) mod hold;
#[cfg(any(feature = "face", feature = "person"))]
pub(crate) mod lateness;
#[cfg(any(
    feature = "ar",
    feature = "barcode",
    feature = "face",
    feature = "person",
    feature = "virtual-camera"
))]
pub(crate) mod owner;
mod reader;
#[cfg(any(feature = "ar", feature = "barcode", feature = "face", feature = "person"))]
pub(crate) mod work;
#[cfg(any(
    feature = "ar",
    feature = "barcode",
    feature = "face",
    feature = "person",
    feature = "virtual-camera"
))]
pub(crate) mod worker;

use std::sync::Arc;

#[cfg(not(target_family = "wasm"))]
use bevy::render::pipelined_rendering::RenderAppChannels;
use bevy::{
    prelude::*,
    render::{
        Extract, ExtractSchedule, RenderApp, render_resource::PollType, renderer::RenderDevice,
        sync_world::RenderEntity,
    },
};

pub use self::reader::TapReader;
pub use crate::render::TapFormat;

use self::reader::TapSlot;
use crate::{
    error::MediaError,
    frame::Frame,
    image_input::HasFrames,
    render::{Fit, RenderTaps, TapRequest},
    systems::ViewfinderSystems,
    track::HoldsFramesOf,
};

/// Reads the frames of a track, or of an [`EffectInput`](crate::image_input::EffectInput), back to the CPU, into the
/// [`TapFrames`] on the same entity.
///
/// Spawn it on an entity of its own; a track can have any number of taps. Editing it changes the frames from the next
/// one on. [`TapFailed`] reports a tap that gets no frames.
///
/// The frame is upright, cropped as the track crops it, and not mirrored. A pixel is the mean of the pixels of the
/// frame that it covers, so a small tap has no aliasing. (A tap of less than a thirty-second of the frame's width or
/// height takes the mean of 32 of them in that direction.)
///
/// A track that is disabled or muted by its source gives black frames.
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component)]
#[require(TapFrames)]
#[non_exhaustive]
pub struct PixelTap {
    /// The track, or the entity of an [`EffectInput`](crate::image_input::EffectInput).
    #[entities]
    pub track: Entity,
    /// Color or luma.
    pub format: TapFormat,
    /// Width and height in pixels; `None` for the size that the track has.
    pub size: Option<UVec2>,
    /// How the frame is fitted into [`size`](Self::size): by default it is stretched, so that all of it is visible and
    /// places in the tap are places in the frame.
    pub fit: Fit,
    /// Whether the frame is read after the track's effects. Before them a tap also reads tracks whose effects are still
    /// compiling.
    pub effects: bool,
    /// Whether the frame is mirrored left to right. The track's [`Mirroring`](crate::track::Mirroring) doesn't count.
    pub mirrored: bool,
}

impl PixelTap {
    /// A tap of R, G, B, A after the track's effects, at the track's size.
    pub fn rgba(track: Entity) -> Self {
        Self { track, format: TapFormat::Rgba, size: None, fit: Fit::Stretch, effects: true, mirrored: false }
    }

    /// A tap of luma after the track's effects, at the track's size.
    pub fn luma(track: Entity) -> Self {
        Self { format: TapFormat::Luma, ..Self::rgba(track) }
    }

    /// Sets the size of the tap in pixels.
    #[must_use]
    pub fn size(self, size: UVec2) -> Self {
        Self { size: Some(size), ..self }
    }

    /// Sets how the frame is fitted into the size of the tap.
    #[must_use]
    pub fn fit(self, fit: Fit) -> Self {
        Self { fit, ..self }
    }

    /// Sets whether the frame is read after the track's effects.
    #[must_use]
    pub fn effects(self, effects: bool) -> Self {
        Self { effects, ..self }
    }

    /// Sets whether the frame is mirrored left to right.
    #[must_use]
    pub fn mirrored(self, mirrored: bool) -> Self {
        Self { mirrored, ..self }
    }

    /// The request to the renderer, with the track's entity there. `newest` reads frames that may not be shown yet.
    fn request(&self, track: Option<Entity>, newest: bool) -> TapRequest {
        let Self { format, size, fit, effects, mirrored, .. } = *self;
        TapRequest { track, format, size, fit, effects, mirrored, newest }
    }
}

/// The newest frame of the [`PixelTap`] on the same entity. `Changed<TapFrames>` finds those with a new one.
#[derive(Component, Debug, Default, Reflect)]
#[reflect(Component, Default)]
pub struct TapFrames {
    #[reflect(ignore)]
    newest: Option<Frame>,
    #[reflect(ignore)]
    reader: Option<TapReader>,
    #[reflect(ignore)]
    slot: Arc<TapSlot>,
    /// The track is gone.
    #[reflect(ignore)]
    is_closed: bool,
}

impl TapFrames {
    /// The newest frame: [`PixelFormat::Rgba32`](crate::frame::PixelFormat::Rgba32) or
    /// [`PixelFormat::Gray`](crate::frame::PixelFormat::Gray), without padding, so that its
    /// [`buffer`](Frame::buffer) has just the pixels, row by row from the top left. `None` before the first.
    ///
    /// Its [`sequence`](Frame::sequence) counts the frames since the tap began; a gap means that frames were skipped.
    /// Clones of the frame share its pixels. A buffer that is kept is not reused: keep few.
    pub fn latest(&self) -> Option<&Frame> {
        self.newest.as_ref()
    }

    /// A reader of the same frames for another thread.
    pub fn reader(&self) -> TapReader {
        TapReader::new(self.slot.clone())
    }
}

impl Drop for TapFrames {
    fn drop(&mut self) {
        self.slot.set_closed(true);
    }
}

/// A tap gets no frames. Triggered on its entity. The tap stays, and works once the cause is gone.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct TapFailed {
    /// The entity of the [`PixelTap`].
    pub entity: Entity,
    /// `NotFound` if there is no such track, `NotSupported` for a size that the GPU can't draw or an app without a
    /// renderer, `Unknown` if the GPU lost a frame.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.register_type::<PixelTap>()
        .register_type::<TapFrames>()
        .register_type::<TapFailed>()
        .add_systems(
            PreUpdate,
            (poll.run_if(draws_on_this_thread), receive_frames)
                .chain()
                .in_set(ViewfinderSystems::Receive)
                .run_if(any_with_component::<PixelTap>),
        )
        .add_systems(
            PostUpdate,
            check_taps.in_set(ViewfinderSystems::Request).run_if(any_with_component::<PixelTap>),
        );
    if let Some(render_app) = app.get_sub_app_mut(RenderApp) {
        render_app.add_systems(ExtractSchedule, extract_taps);
    }
}

/// Whether the renderer has no thread of its own. If it has, a poll on this one could wait for it.
#[cfg(not(target_family = "wasm"))]
fn draws_on_this_thread(channels: Option<Res<RenderAppChannels>>) -> bool {
    channels.is_none()
}

/// Whether the renderer has no thread of its own: in a browser it never has.
#[cfg(target_family = "wasm")]
fn draws_on_this_thread() -> bool {
    true
}

/// Lets frames that the GPU has finished arrive now, and not only with the renderer's next submission.
fn poll(device: Option<Res<RenderDevice>>) {
    if let Some(device) = device {
        // An error means that the device is lost, which Bevy reports.
        let _ = device.poll(PollType::Poll);
    }
}

/// Receives the newest frames and errors.
pub(crate) fn receive_frames(
    mut commands: Commands,
    mut taps: Query<(Entity, &mut TapFrames), With<PixelTap>>,
) {
    for (entity, mut frames) in &mut taps {
        let unchanged = frames.bypass_change_detection();
        let slot = &unchanged.slot;
        let reader = unchanged.reader.get_or_insert_with(|| TapReader::new(slot.clone()));
        let newest = reader.take();
        if let Some(error) = unchanged.slot.take_error() {
            commands.trigger(TapFailed { entity, error });
        }
        if newest.is_some() {
            frames.newest = newest;
        }
    }
}

/// Reports new taps that can't get frames, and closes those whose tracks are gone.
fn check_taps(
    mut commands: Commands,
    mut taps: Query<(Entity, Ref<PixelTap>, &mut TapFrames)>,
    tracks: Query<(), HasFrames>,
    device: Option<Res<RenderDevice>>,
) {
    for (entity, tap, mut frames) in &mut taps {
        let frames = frames.bypass_change_detection();
        let is_closed = !tracks.contains(tap.track);
        if frames.is_closed != is_closed {
            frames.is_closed = is_closed;
            frames.slot.set_closed(is_closed);
        }
        if !tap.is_changed() {
            continue;
        }
        let error = if is_closed {
            MediaError::not_found(format!(
                "a tap reads the frames of a track, and {} is none; give it the entity of a `VideoTrack` or `EffectInput`",
                tap.track
            ))
        } else if device.is_none() {
            MediaError::not_supported(
                "a tap's frames are drawn by the renderer, and this app has none; add Bevy's RenderPlugin",
            )
        } else {
            continue;
        };
        commands.trigger(TapFailed { entity, error });
    }
}

/// Brings the renderer's taps up to date.
fn extract_taps(
    mut render_taps: ResMut<RenderTaps>,
    taps: Extract<Query<(Entity, &PixelTap, &TapFrames, Has<HoldsFramesOf>)>>,
    tracks: Extract<Query<RenderEntity>>,
) {
    if taps.is_empty() && render_taps.is_empty() {
        return;
    }
    render_taps.update(taps.iter().map(|(entity, tap, frames, holds_frames)| {
        (entity, tap.request(tracks.get(tap.track).ok(), holds_frames), &frames.slot)
    }));
}
