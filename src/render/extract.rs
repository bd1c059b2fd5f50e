//! Takes over the tracks from the main world. Once running, nothing is allocated here.

use bevy::{
    prelude::*,
    render::{Extract, sync_world::RenderEntity},
};

use super::{
    effects::{EffectTime, RenderEffects},
    track::{Input, PassState, RenderTrack},
};
use crate::{
    constraint::VideoSettings,
    device::FacingMode,
    effect::{EffectRegistry, EffectShaders, EffectStack},
    image_input::EffectInput,
    track::{Capturing, Mirroring, MuteReason, Muted, TrackEnabled, TrackImage, WhileMuted},
};

pub(super) fn extract_tracks(
    mut commands: Commands,
    mut render_tracks: Query<&mut RenderTrack>,
    mut effect_time: ResMut<EffectTime>,
    tracks: Extract<
        Query<(
            RenderEntity,
            Entity,
            &TrackImage,
            (Option<Ref<Capturing>>, Option<&EffectInput>),
            Option<&VideoSettings>,
            &Mirroring,
            (Option<&TrackEnabled>, Option<&Muted>, Option<&WhileMuted>),
            Option<Ref<EffectStack>>,
        )>,
    >,
    time: Extract<Option<Res<Time>>>,
    registry: Extract<Res<EffectRegistry>>,
    shaders: Extract<Res<EffectShaders>>,
) {
    effect_time.0 = time.as_ref().map_or(0.0, |time| time.elapsed_secs_wrapped());
    for (render_entity, entity, image, (capturing, input), settings, mirrored, switches, stack) in &tracks {
        let (enabled, muted, while_muted) = switches;
        let muted = muted.is_some_and(|muted| match muted.reason {
            MuteReason::Source => true,
            MuteReason::Silence => while_muted == Some(&WhileMuted::Black),
        });
        let hidden = muted || enabled.is_some_and(|enabled| !enabled.0);
        let mirrored = match mirrored {
            Mirroring::On => true,
            Mirroring::Off => false,
            Mirroring::Auto => {
                settings.is_some_and(|settings| settings.facing_mode == Some(FacingMode::User))
            }
        };
        let crop = settings.filter(|settings| !settings.shows_native_size()).map(|settings| settings.size);
        // What comes from a camera comes before what the app has beside it.
        let take_input = || match (&capturing, input) {
            (Some(capturing), _) => {
                let frames = capturing.capture.frames.clone();
                Some(Input::Capture { frames, reporter: capturing.capture.reporter.clone() })
            }
            (None, Some(input)) => Some(Input::Image(input.0.id())),
            (None, None) => None,
        };

        if let Ok(mut track) = render_tracks.get_mut(render_entity) {
            let outdated = match (&capturing, input, &track.input) {
                (Some(capturing), _, _) => capturing.is_changed(),
                (None, Some(input), Input::Image(image)) => input.0.id() != *image,
                (None, Some(_), Input::Capture { .. }) => true,
                (None, None, _) => false,
            };
            if outdated && let Some(input) = take_input() {
                // What an image lent isn't the camera's to write on.
                if matches!(input, Input::Image(_)) || matches!(track.input, Input::Image(_)) {
                    track.planes = None;
                }
                track.input = input;
            }
            if track.image != image.id() || track.mirrored != mirrored || track.crop != crop {
                track.image = image.id();
                track.mirrored = mirrored;
                track.crop = crop;
                track.stale = true;
            }
            if track.hidden != hidden {
                track.hidden = hidden;
                track.black |= hidden;
                track.stale = true;
            }
            let track = &mut *track;
            match stack {
                Some(stack) if stack.is_changed() || shaders.is_changed() => {
                    track.effects.take(&stack, &registry, &shaders);
                    track.stale = true;
                }
                None if !track.effects.effects.is_empty() => {
                    track.effects.take(&EffectStack::new(), &registry, &shaders);
                    track.stale = true;
                }
                _ => {}
            }
        } else if let Some(input) = take_input() {
            let mut effects = RenderEffects { layout_changed: true, ..default() };
            if let Some(stack) = stack {
                effects.take(&stack, &registry, &shaders);
            }
            commands.entity(render_entity).insert(RenderTrack {
                entity,
                image: image.id(),
                input,
                mirrored,
                crop,
                hidden,
                black: hidden,
                effects,
                planes: None,
                passes: PassState::default(),
                stale: true,
                captured: None,
                fresh: false,
            });
        }
    }
}
