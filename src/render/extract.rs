//! Extracts the tracks from the main world. Once running, nothing is allocated here.

use bevy::{
    ecs::query::QueryData,
    prelude::*,
    render::{Extract, sync_world::RenderEntity},
};

use super::{
    effects::{EffectTime, RenderEffects},
    held_frames::Release,
    track::{Input, PassState, RenderTrack},
};
use crate::{
    constraint::VideoSettings,
    effect::{EffectRegistry, EffectShaders, EffectStack},
    image_input::EffectInput,
    track::{Capturing, FrameHolders, Hidden, LensCorrection, Mirroring, ReleasedFrames, TrackImage},
};

/// A track of the main world.
#[derive(QueryData)]
pub(super) struct MainTrack {
    render_entity: RenderEntity,
    entity: Entity,
    image: &'static TrackImage,
    capturing: Option<Ref<'static, Capturing>>,
    input: Option<&'static EffectInput>,
    settings: Option<&'static VideoSettings>,
    lens: Option<&'static LensCorrection>,
    mirroring: &'static Mirroring,
    hidden: Hidden,
    holders: Option<&'static FrameHolders>,
    stack: Option<Ref<'static, EffectStack>>,
}

/// Brings the tracks of the render world up to date, and adds those that are new.
pub(super) fn extract_tracks(
    mut commands: Commands,
    mut render_tracks: Query<&mut RenderTrack>,
    mut effect_time: ResMut<EffectTime>,
    tracks: Extract<Query<MainTrack>>,
    released: Extract<Query<&ReleasedFrames>>,
    time: Extract<Option<Res<Time>>>,
    registry: Extract<Res<EffectRegistry>>,
    shaders: Extract<Res<EffectShaders>>,
) {
    effect_time.0 = time.as_ref().map_or(0.0, |time| time.elapsed_secs_wrapped());
    for track in &tracks {
        if let Ok(mut render_track) = render_tracks.get_mut(track.render_entity) {
            let render_track = &mut *render_track;
            track.update(render_track);
            render_track.release = track.release(&released);
            match &track.stack {
                Some(stack) if stack.is_changed() || shaders.is_changed() => {
                    render_track.effects.replace(stack, &registry, &shaders);
                    render_track.stale = true;
                }
                None if !render_track.effects.effects.is_empty() => {
                    render_track.effects.replace(&EffectStack::new(), &registry, &shaders);
                    render_track.stale = true;
                }
                _ => {}
            }
        } else if let Some(input) = track.input() {
            let mut effects = RenderEffects { layout_changed: true, ..default() };
            if let Some(stack) = &track.stack {
                effects.replace(stack, &registry, &shaders);
            }
            let release = track.release(&released);
            commands.entity(track.render_entity).insert(track.render_track(input, effects, release));
        }
    }
}

impl MainTrackItem<'_, '_> {
    fn is_mirrored(&self) -> bool {
        self.mirroring.is_mirrored(self.settings)
    }

    /// The size that the track crops and scales to, if it does.
    fn crop(&self) -> Option<UVec2> {
        self.settings.filter(|settings| !settings.shows_native_size()).map(|settings| settings.size)
    }

    /// The frames that may be shown: those that all holders have released.
    fn release(&self, released: &Query<&ReleasedFrames>) -> Release {
        self.holders.map_or(Release::All, |holders| {
            let released = holders.iter().filter_map(|holder| released.get(holder).ok());
            Release::UpTo(released.map(|released| released.0).min().flatten())
        })
    }

    /// The input of the track: its capture, or else the image of its [`EffectInput`].
    fn input(&self) -> Option<Input> {
        match (&self.capturing, self.input) {
            (Some(capturing), _) => {
                let frames = capturing.capture.frames.clone();
                Some(Input::Capture { frames, reporter: capturing.capture.reporter.clone() })
            }
            (None, Some(input)) => Some(Input::Image(input.0.id())),
            (None, None) => None,
        }
    }

    /// Whether the track has another input than this one.
    fn has_new_input(&self, current: &Input) -> bool {
        match (&self.capturing, self.input, current) {
            (Some(capturing), _, _) => capturing.is_changed(),
            (None, Some(input), Input::Image(image)) => input.0.id() != *image,
            (None, Some(_), Input::Capture { .. }) => true,
            (None, None, _) => false,
        }
    }

    /// Updates everything but the effects.
    fn update(&self, track: &mut RenderTrack) {
        if self.has_new_input(&track.input)
            && let Some(input) = self.input()
        {
            // Frames must not be uploaded into a texture that belongs to an `Image`.
            if matches!(input, Input::Image(_)) || matches!(track.input, Input::Image(_)) {
                track.planes = None;
            }
            track.input = input;
        }
        let (image, mirrored, crop, lens) =
            (self.image.id(), self.is_mirrored(), self.crop(), self.lens.copied());
        if track.image != image || track.mirrored != mirrored || track.crop != crop || track.lens != lens {
            track.image = image;
            track.mirrored = mirrored;
            track.crop = crop;
            track.lens = lens;
            track.stale = true;
        }
        let hidden = self.hidden.is_hidden();
        if track.hidden != hidden {
            track.hidden = hidden;
            track.black |= hidden;
            track.stale = true;
        }
    }

    /// A new track for the render world.
    fn render_track(&self, input: Input, effects: RenderEffects, release: Release) -> RenderTrack {
        RenderTrack {
            entity: self.entity,
            image: self.image.id(),
            input,
            mirrored: self.is_mirrored(),
            crop: self.crop(),
            lens: self.lens.copied(),
            hidden: self.hidden.is_hidden(),
            black: self.hidden.is_hidden(),
            effects,
            release,
            held: None,
            planes: None,
            passes: PassState::default(),
            stale: true,
            captured: None,
            fresh: false,
            frames: 0,
            drawn: 0,
            drawn_into: None,
        }
    }
}
