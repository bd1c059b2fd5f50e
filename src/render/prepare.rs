//! Plans and compiles the passes of the tracks whose effects or planes changed.

use bevy::{prelude::*, render::render_resource::PipelineCache};

use super::{
    image::Images,
    passes::{PassPipelines, Progress},
    report::Reports,
    target::HISTORY_FORMAT,
    track::RenderTrack,
};
use crate::error::MediaError;

/// Plans and compiles passes for tracks with other effects or other WGSL than before, with another format of frames, or
/// with effects that failed.
pub(super) fn prepare_passes(
    mut tracks: Query<&mut RenderTrack>,
    mut pipelines: ResMut<PassPipelines>,
    mut cache: ResMut<PipelineCache>,
    images: Images,
    reports: Res<Reports>,
) {
    for mut track in &mut tracks {
        let Some(planes) = &track.planes else { continue };
        let (format, screen_format) = (planes.format, images.format(track.image));
        let track = &mut *track;
        let current = track.passes.next.as_ref().or(track.passes.ready.as_ref());
        let outdated =
            current.is_none_or(|passes| passes.format != format || passes.screen_format != screen_format);
        if outdated || track.effects.layout_changed {
            track.effects.layout_changed = false;
            let effects = track.effects.effects.iter();
            for effect in effects.clone().filter(|effect| pipelines.lacks_history(effect)) {
                let cause = MediaError::not_supported(format!(
                    "this GPU can't draw into {HISTORY_FORMAT:?}, which holds the effect's history; leave the effect out"
                ));
                reports.effect_failed(track.entity, effect, &cause);
            }
            let effects = effects.filter(|effect| pipelines.can_draw(effect)).cloned().collect();
            let next = pipelines.passes(effects, format, screen_format, &mut cache);
            track.passes.next = Some(next);
        }
        let Some(next) = &track.passes.next else { continue };
        match next.progress(&cache) {
            Progress::Ready => {
                track.passes.ready = track.passes.next.take();
                track.passes.bound = None;
                track.stale = true;
            }
            Progress::Compiling => {}
            Progress::Failed(pass, message) => {
                let Some(index) = next.failing_effect(pass) else { continue };
                let mut drawn = track.effects.effects.iter_mut().filter(|effect| pipelines.can_draw(effect));
                let Some(effect) = drawn.nth(index) else { continue };
                effect.is_left_out = true;
                let cause = MediaError::data(format!(
                    "it compiles on its own, but not in one pass with the effects before it; move or remove one of them: {message}"
                ));
                reports.effect_failed(track.entity, effect, &cause);
                track.effects.layout_changed = true;
                track.passes.next = None;
            }
        }
    }
}
