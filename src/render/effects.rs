//! The effects of a track, as the render world keeps them. Once running, nothing is allocated here.

use std::sync::Arc;

use bevy::{asset::UntypedAssetId, prelude::*};

use super::image::Images;
use crate::effect::{EffectInfo, EffectRegistry, EffectShaders, EffectStack, Module, is_default};

/// The effects of a track that can be drawn, and the parameters of all of them.
#[derive(Debug, Default)]
pub(super) struct RenderEffects {
    pub effects: Vec<RenderEffect>,
    /// Each effect's parameters as WGSL has them, at multiples of 16 bytes.
    pub parameters: Vec<u8>,
    /// Effects were added, removed or re-ordered since the passes were planned.
    pub layout_changed: bool,
}

/// An effect of a track.
#[derive(Debug, Clone)]
pub(super) struct RenderEffect {
    pub info: Arc<EffectInfo>,
    pub wgsl: Arc<Module>,
    /// It compiles by itself, but not together with those before it.
    pub is_left_out: bool,
    /// Where its parameters begin and end.
    pub parameters: std::ops::Range<usize>,
    /// The image or look-up table of its own that it samples.
    pub image: Option<UntypedAssetId>,
}

impl RenderEffect {
    /// Whether both are drawn by the same shader.
    pub fn same_shader(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.info, &other.info) && Arc::ptr_eq(&self.wgsl, &other.wgsl)
    }
}

/// The time that animated effects see, in seconds.
#[derive(Resource, Default, Debug)]
pub(super) struct EffectTime(pub f32);

impl RenderEffects {
    /// Takes over a stack. Effects whose WGSL isn't there yet, or has a fault, are left out.
    pub fn take(&mut self, stack: &EffectStack, registry: &EffectRegistry, shaders: &EffectShaders) {
        self.parameters.clear();
        let mut count = 0;
        for effect in stack.iter() {
            let Some(info) = registry.of(effect) else { continue };
            let Some(wgsl) = shaders.get(info) else { continue };
            let start = self.parameters.len().next_multiple_of(16);
            effect.write_parameters(&mut self.parameters);
            let parameters = start..self.parameters.len();
            // The default handle is a white pixel to Bevy; here it is a file that can't be loaded.
            let image = effect.asset().map(|asset| asset.id()).filter(|asset| !is_default(*asset));
            let same =
                |known: &&mut RenderEffect| Arc::ptr_eq(&known.info, info) && Arc::ptr_eq(&known.wgsl, wgsl);
            if let Some(known) = self.effects.get_mut(count).filter(same) {
                known.parameters = parameters;
                known.image = image;
            } else {
                self.effects.truncate(count);
                self.effects.push(RenderEffect {
                    info: info.clone(),
                    wgsl: wgsl.clone(),
                    is_left_out: false,
                    parameters,
                    image,
                });
                self.layout_changed = true;
            }
            count += 1;
        }
        if count < self.effects.len() {
            self.effects.truncate(count);
            self.layout_changed = true;
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
