//! What the renderer knows of each track, taken over from the main world. Once running, nothing is allocated here.

use std::sync::Arc;

use bevy::{
    platform::time::Instant,
    prelude::*,
    render::{Extract, sync_world::RenderEntity},
};

use super::{image::Images, passes::PassState, upload::Planes};
use crate::{
    capture::Frames,
    constraint::VideoSettings,
    device::FacingMode,
    effect::{EffectInfo, EffectInput, EffectRegistry, EffectStack},
    report::Counters,
    track::{Capturing, Mirrored, Muted, TrackEnabled, TrackImage},
};

/// A track in the render world.
#[derive(Component, Debug)]
pub(super) struct RenderTrack {
    /// The track's entity in the main world.
    pub entity: Entity,
    /// What is drawn.
    pub image: AssetId<Image>,
    pub input: Input,
    pub mirrored: bool,
    /// The size that the track shows, where it crops and scales.
    pub crop: Option<UVec2>,
    /// The track is disabled or muted.
    pub hidden: bool,
    /// Its picture is black: while it is hidden, and until the first frame after that.
    pub black: bool,
    pub effects: RenderEffects,
    /// The planes of the newest frame; none until the first came.
    pub planes: Option<Planes>,
    pub passes: PassState,
    /// Something changed since the output was drawn.
    pub stale: bool,
    /// When the newest frame was captured.
    pub captured: Option<Instant>,
    /// It hasn't been drawn yet.
    pub fresh: bool,
}

/// Where a track's picture comes from.
#[derive(Debug)]
pub(super) enum Input {
    /// A capture, which is told what became of its frames.
    Capture { frames: Frames, counters: Arc<Counters> },
    /// An image of the app's.
    Image(AssetId<Image>),
}

/// The effects of a track that can be drawn, and the parameters of all of them.
#[derive(Debug, Default)]
pub(super) struct RenderEffects {
    pub effects: Vec<RenderEffect>,
    /// Each effect's parameters as WGSL has them, at multiples of 16 bytes.
    pub parameters: Vec<u8>,
    /// Effects were added, removed or re-ordered since the passes were planned.
    pub reshaped: bool,
    /// Some shader hasn't been loaded yet.
    waiting: bool,
}

/// An effect of a track.
#[derive(Debug, Clone)]
pub(super) struct RenderEffect {
    pub info: Arc<EffectInfo>,
    /// By what its shader is imported.
    pub module: String,
    /// Where its parameters begin and end.
    pub parameters: std::ops::Range<usize>,
    /// The picture of its own that it sees.
    pub image: Option<AssetId<Image>>,
}

impl RenderEffect {
    /// Whether both are drawn by the same shader.
    pub fn same_shader(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.info, &other.info) && self.module == other.module
    }
}

/// The time that animated effects see, in seconds.
#[derive(Resource, Default, Debug)]
pub(super) struct EffectTime(pub f32);

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
            &Mirrored,
            (Option<&TrackEnabled>, Has<Muted>),
            Option<Ref<EffectStack>>,
        )>,
    >,
    time: Extract<Option<Res<Time>>>,
    registry: Extract<Res<EffectRegistry>>,
    shaders: Extract<Res<Assets<Shader>>>,
) {
    effect_time.0 = time.as_ref().map_or(0.0, |time| time.elapsed_secs_wrapped());
    for (render_entity, entity, image, (capturing, input), settings, mirrored, (enabled, muted), stack) in
        &tracks
    {
        let hidden = muted || enabled.is_some_and(|enabled| !enabled.0);
        let mirrored = match mirrored {
            Mirrored::Yes => true,
            Mirrored::No => false,
            Mirrored::Auto => settings.is_some_and(|settings| settings.facing_mode == Some(FacingMode::User)),
        };
        let crop = settings.filter(|settings| !settings.shows_native_size()).map(|settings| settings.size);
        // What comes from a camera comes before what the app has beside it.
        let take_input = || match (&capturing, input) {
            (Some(capturing), _) => {
                let frames = capturing.capture.frames.clone();
                Some(Input::Capture { frames, counters: capturing.capture.counters.clone() })
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
                Some(stack) if stack.is_changed() || track.effects.waiting => {
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
            let mut effects = RenderEffects { reshaped: true, ..default() };
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

impl RenderEffects {
    /// Takes over a stack. Effects whose shader isn't there yet are left out until it is.
    fn take(&mut self, stack: &EffectStack, registry: &EffectRegistry, shaders: &Assets<Shader>) {
        self.parameters.clear();
        self.waiting = false;
        let mut count = 0;
        for effect in stack.iter() {
            let Some(info) = registry.of(effect) else { continue };
            let Some(shader) = shaders.get(&info.shader) else {
                self.waiting = true;
                continue;
            };
            let start = self.parameters.len().next_multiple_of(16);
            effect.write_parameters(&mut self.parameters);
            let parameters = start..self.parameters.len();
            let image = effect.image().map(Handle::id);
            let same = |known: &&mut RenderEffect| {
                Arc::ptr_eq(&known.info, info) && *known.module == **shader.import_path.module_name()
            };
            if let Some(known) = self.effects.get_mut(count).filter(same) {
                known.parameters = parameters;
                known.image = image;
            } else {
                self.effects.truncate(count);
                self.effects.push(RenderEffect {
                    info: info.clone(),
                    module: shader.import_path.module_name().into_owned(),
                    parameters,
                    image,
                });
                self.reshaped = true;
            }
            count += 1;
        }
        if count < self.effects.len() {
            self.effects.truncate(count);
            self.reshaped = true;
        }
    }

    /// Whether the picture changes by itself.
    pub fn animated(&self) -> bool {
        self.effects.iter().any(|effect| effect.info.animated)
    }

    /// Whether a picture of an effect's own is another now, or may be.
    pub fn see_changes(&self, images: &Images) -> bool {
        self.effects.iter().filter_map(|effect| effect.image).any(|image| images.changes(image))
    }
}
