//! The people in the frames of a track, and their background (feature `person`).
//!
//! [`PersonSegmentation`] beside a track keeps its [`PersonMask`] up to date: where people are, pixel by pixel. Two
//! effects use it: [`PersonCutout`] makes the background transparent, and [`PersonOverlay`] shows people over what the
//! effects before it made of the frame. A track whose [`EffectStack`](crate::effect::EffectStack) has one of them needs
//! no component: the segmentation begins and ends with the effect.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::{effects::*, prelude::*};
//!
//! fn setup(mut commands: Commands, assets: Res<AssetServer>) {
//!     // A beach behind the people.
//!     let beach = Background { image: assets.load("beach.png").into(), ..default() };
//!     commands.spawn((VideoTrack, EffectStack::new().with(PersonCutout::default()).with(beach)));
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! ```
//!
//! [`PRESETS`] has stacks for a blurred background, for people in color before a gray world, and more.
//!
//! # The mask
//!
//! The model sees frames of 256x256 or 256x144 pixels. It is made for people within two meters of the camera, and may
//! take a cat for a person. The effects bring the edges of its mask to those of the frame.
//!
//! Without a mask everything is background: until the first frame is segmented, after [`PersonSegmentationFailed`], and
//! when a segmentation takes longer than a second. So a background that should be hidden isn't shown. (An effect that
//! hides people, by [`PersonCutout::inversion`], shows them then.) A photo by [`TakePhoto`](crate::photo::TakePhoto)
//! may be a still that was taken after the frame of the mask, or a frame that isn't cropped as the track is: use
//! [`GrabFrame`](crate::photo::GrabFrame) where that matters.
//!
//! # Time
//!
//! On desktops a thread segments the newest frame, in 6 to 15 ms. In browsers, which have one thread, it is done in the
//! app's frame, within [`PersonSegmentation::budget`] on average. The track shows each frame together with its mask
//! ([`PersonSegmentation::hold_frames`]). An image of an [`EffectInput`](crate::image_input::EffectInput) is shown at
//! once, with the mask of what it was before.
//!
//! Browsers fetch the model first: the track has a [`ModelDownload`](crate::models::ModelDownload) meanwhile.
//!
//! # Privacy
//!
//! Nothing leaves the machine, and nothing is stored: frames and masks are in memory until the next one. The law may
//! still ask something of whoever points a camera at people: the README names what venues must mind.

mod cutout;
mod life;
mod overlay;
mod provide;
mod segment;
mod smooth;

use std::time::Duration;

use bevy::{platform::time::Instant, prelude::*};

pub use self::{cutout::PersonCutout, overlay::PersonOverlay};

use crate::{effect::EffectPlugin, error::MediaError};

/// Finds the people in the frames of the track on the same entity, or of the
/// [`EffectInput`](crate::image_input::EffectInput). Its [`PersonMask`] is on the same entity.
///
/// The frames are segmented before the track's effects, upright and not mirrored.
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Default, Clone, PartialEq)]
#[non_exhaustive]
pub struct PersonSegmentation {
    /// The size of the mask.
    pub quality: MaskQuality,
    /// The time constant with which doubtful pixels follow the model's answer: edges flicker less, and lag more. Zero
    /// follows at once. Pixels that the model is sure of always do, and so do those whose color changes.
    pub smoothing: Duration,
    /// Whether the track shows a frame only after it was segmented, so that mask and frame belong together. At most
    /// four frames wait, on the GPU, for at most two seconds. If it is `false`, each frame is shown at once, with the
    /// mask of an earlier one.
    pub hold_frames: bool,
    /// The time that the segmentation may take in each sixtieth of a second, on average. Only in browsers: desktops use
    /// another thread. While frames are held, it limits the frame rate of the track. Without a budget nothing is
    /// segmented or held.
    pub budget: Duration,
}

impl Default for PersonSegmentation {
    fn default() -> Self {
        Self {
            quality: MaskQuality::default(),
            smoothing: Duration::from_millis(80),
            hold_frames: true,
            budget: Duration::from_millis(6),
        }
    }
}

impl PersonSegmentation {
    /// A segmentation with a mask of the frame's shape.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the size of the mask.
    #[must_use]
    pub fn quality(self, quality: MaskQuality) -> Self {
        Self { quality, ..self }
    }

    /// Sets the time constant with which doubtful pixels follow the model's answer.
    #[must_use]
    pub fn smoothing(self, smoothing: Duration) -> Self {
        Self { smoothing, ..self }
    }

    /// Sets whether the track shows a frame only after it was segmented.
    #[must_use]
    pub fn hold_frames(self, hold_frames: bool) -> Self {
        Self { hold_frames, ..self }
    }

    /// Sets the time that the segmentation may take in each sixtieth of a second in a browser.
    #[must_use]
    pub fn budget(self, budget: Duration) -> Self {
        Self { budget, ..self }
    }
}

/// The size of a mask. There is a model for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default, Clone, PartialEq)]
#[non_exhaustive]
pub enum MaskQuality {
    /// By the shape of the frame: 256x144 above 4:3, else 256x256.
    #[default]
    Auto,
    /// 256x144 for frames of any shape, in half the time of 256x256.
    Fast,
    /// 256x256 for frames of any shape.
    Fine,
}

/// Where people are in the newest frame that a [`PersonSegmentation`] has segmented, on its entity.
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component, Clone, PartialEq)]
#[component(clone_behavior = Ignore)]
#[non_exhaustive]
pub struct PersonMask {
    /// The mask, stretched over the frame. Its alpha is 0 for background, 1 for a person, and between them where the
    /// model is in doubt. Its red, green and blue are the frame, scaled to the size of the mask. The handle stays.
    pub image: Handle<Image>,
    /// The time of capture of the frame. `None` before the first: the mask is then 0.
    pub captured: Option<Instant>,
    /// The part of the frame that people cover, from 0 to 1.
    pub coverage: f32,
    /// The time that the segmentation took.
    pub segment_time: Duration,
}

/// Frames can't be segmented. Triggered on the entity of the [`PersonSegmentation`]. Insert it again to try again.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct PersonSegmentationFailed {
    /// The entity.
    pub entity: Entity,
    /// `NotFound` if the entity has no frames, or the file of the model isn't there. `Data` if that file isn't a model
    /// for the task. `NotSupported` in an app without a renderer. `Operation` if the model can't be fetched (see
    /// [`models`](crate::models#downloads)), or if the segmentation can't be started, or panicked.
    pub error: MediaError,
}

/// The text of a file in `assets/presets`, with its name.
macro_rules! preset {
    ($name:literal) => {
        ($name, include_str!(concat!("../assets/presets/person/", $name, ".preset.ron")))
    };
}

/// Presets with the effects of this module and with built-in ones (feature `effects`), each with its name.
/// [`EffectRegistry::read_preset`](crate::effect::EffectRegistry::read_preset) reads them.
pub const PRESETS: [(&str, &str); 4] = [
    preset!("background_blur"),
    preset!("background_studio"),
    preset!("person_color"),
    preset!("person_cutout"),
];

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((
        EffectPlugin::<PersonCutout>::builtin(),
        EffectPlugin::<PersonOverlay>::builtin(),
        life::plugin,
        provide::plugin,
    ))
    .register_type::<PersonSegmentation>()
    .register_type::<PersonMask>()
    .register_type::<PersonSegmentationFailed>();
}
