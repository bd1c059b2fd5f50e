//! Microphones as tracks: an entity with [`AudioTrack`] requests a microphone when it is spawned, and releases it when
//! it is despawned.
//!
//! An audio track has the states, events and commands of other tracks: [`TrackState`], [`TrackEnabled`],
//! [`Muted`](crate::track::Muted), [`TrackLive`](crate::track::TrackLive),
//! [`TrackFailed`](crate::track::TrackFailed), [`TrackEnded`](crate::track::TrackEnded),
//! [`ConstraintsApplied`](crate::track::ConstraintsApplied),
//! [`ConstraintsRejected`](crate::track::ConstraintsRejected). Its wishes are [`AudioConstraints`]; once it is live,
//! its [`AudioSettings`] and [`AudioCapabilities`] are on the same entity. [`AudioLevel`] is for a meter, and
//! [`AudioOutput`] passes the sound on to other threads.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::{audio::{AudioLevel, AudioTrack, RequestedWith}, prelude::*};
//!
//! fn setup(mut commands: Commands) {
//!     let camera = commands.spawn(VideoTrack).id();
//!     // One request for both: neither is live without the other.
//!     commands.spawn((AudioTrack, RequestedWith::new(camera)));
//! }
//!
//! fn meter(level: Single<&AudioLevel>) {
//!     println!("{:.0} dB", level.peak_decibels());
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! # bevy::ecs::system::assert_is_system(meter);
//! ```
//!
//! - Each track opens the microphone for itself. Most systems let several tracks have the same one.
//! - A disabled track is silent. Its microphone stays open.
//! - A microphone that sends nothing for a second mutes its track, and is opened again after three. If it still sends
//!   nothing, the track ends with [`NotReadable`](crate::error::ErrorName::NotReadable).
//!
//! # Browsers
//!
//! In a browser [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia) opens the
//! microphone, and one call of it opens a camera and a microphone that are
//! [requested together](RequestedWith). Where it differs from native tracks:
//!
//! - The browser chooses the microphone, and processes its sound (echo cancellation, automatic gain control, noise
//!   suppression) unless the constraints say otherwise. Settings and capabilities are those that the browser reports:
//!   one that it doesn't report is 0, `false` or empty.
//! - The samples stay with the browser: it measures the [`AudioLevel`] and records the sound, and [`AudioOutput`] has
//!   none.
//! - The level is that of the mean of all channels. Browsers measure nothing before the first click, touch or key of
//!   the user, and Firefox nothing on a machine without an output of sound: it is 0 then.
//! - Silence doesn't mute a track: the browser reports when a microphone is muted or has ended.
//! - An [`AudioTrackSource`] of the app's own fails with
//!   [`NotSupported`](crate::error::ErrorName::NotSupported).

#[cfg(not(target_family = "wasm"))]
mod capture;
#[cfg(not(target_family = "wasm"))]
mod delivery;
mod joint;
mod level;
mod life;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg_attr(target_family = "wasm", allow(dead_code, reason = "browsers keep the samples of microphones"))]
mod output;
mod request;
#[cfg(target_family = "wasm")]
mod web;

use bevy::prelude::*;

pub use level::AudioLevel;
#[cfg(all(feature = "recorder", target_family = "wasm"))]
pub(crate) use life::AudioCapturing;
#[cfg(all(feature = "recorder", not(target_family = "wasm")))]
pub(crate) use output::SampleSink;
pub use output::{AudioOutput, AudioReader};

pub use crate::source::audio::{AudioSamples, AudioTrackSource, DefaultAudioSource};
use crate::{
    constraint::{AudioCapabilities, AudioConstraints, AudioSettings},
    track::{TrackEnabled, TrackState},
};

/// Requests a microphone, and is its track for as long as it stays on its entity.
///
/// The microphone is chosen by the [`AudioConstraints`] on the same entity, among the system's microphones or those of
/// an [`AudioTrackSource`] on the same entity. Changing the constraints of a live track changes its settings, on the
/// same microphone.
///
/// The component is immutable. Inserting it again starts a new request. The request is sent at the end of the frame
/// ([`ViewfinderSystems::Request`](crate::ViewfinderSystems::Request)), with the components that the entity has then.
/// Removing it, or despawning the entity, stops the track and releases the microphone without an event.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
#[component(immutable)]
#[require(AudioConstraints, TrackState, TrackEnabled, AudioLevel, AudioOutput)]
pub struct AudioTrack;

/// Makes the request of an [`AudioTrack`] and that of a camera one, like
/// [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia) with `audio` and `video`.
///
/// Neither track is live before both devices are open, and the user is asked once. If one part fails, both tracks fail
/// with an error of the same name; an [`optional`](Self::optional) audio part lets the camera go on without it. Once
/// both are live, each has a life of its own.
///
/// It goes on the entity of the audio track. If the camera is live already, or the app removes one of the two tracks
/// while they are pending, the other goes on alone.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Component)]
pub struct RequestedWith {
    /// The entity of the [`VideoTrack`](crate::track::VideoTrack).
    #[entities]
    pub track: Entity,
    /// Whether the camera goes on if there is no microphone.
    pub optional: bool,
}

impl RequestedWith {
    /// One request with this camera, all or nothing.
    pub const fn new(track: Entity) -> Self {
        Self { track, optional: false }
    }

    /// The camera goes on if there is no microphone.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((life::plugin, joint::plugin))
        .register_type::<AudioTrack>()
        .register_type::<RequestedWith>()
        .register_type::<AudioLevel>()
        .register_type::<AudioOutput>()
        .register_type::<AudioTrackSource>()
        .register_type::<DefaultAudioSource>()
        .register_type::<AudioConstraints>()
        .register_type::<AudioSettings>()
        .register_type::<AudioCapabilities>();
}
