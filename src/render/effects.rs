//! The effects of a track in the render world. Once running, nothing is allocated here.

use std::sync::Arc;

use bevy::{asset::UntypedAssetId, prelude::*};

use super::image::Images;
use crate::effect::{
    EffectInfo, EffectRegistry, EffectShaders, EffectStack, Module, ParameterKind, is_default,
};

/// The effects of a track that can be drawn, and the parameters of all of them.
#[derive(Debug, Default)]
pub(super) struct RenderEffects {
    pub effects: Vec<RenderEffect>,
    /// The parameters of each effect in WGSL's layout, at multiples of 16 bytes.
    pub parameters: Vec<u8>,
    /// Effects were added, removed or reordered since the passes were planned.
    pub layout_changed: bool,
}

/// An effect of a track.
#[derive(Debug, Clone)]
pub(super) struct RenderEffect {
    pub info: Arc<EffectInfo>,
    pub wgsl: Arc<Module>,
    /// It compiles on its own, but not together with the effects before it.
    pub is_left_out: bool,
    /// The range of its parameters in [`RenderEffects::parameters`].
    pub parameters: std::ops::Range<usize>,
    /// The image or look-up table that it samples.
    pub image: Option<UntypedAssetId>,
}

impl RenderEffect {
    /// Whether a component beside the track sets parameters of the effect.
    pub fn is_provided(&self) -> bool {
        let provided = |kind| matches!(kind, ParameterKind::Provided | ParameterKind::ProvidedImage);
        self.info.parameters.iter().any(|parameter| provided(parameter.kind))
    }

    /// Whether both are drawn by the same shader.
    pub fn same_shader(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.info, &other.info) && Arc::ptr_eq(&self.wgsl, &other.wgsl)
    }
}

/// The time that animated effects see, in seconds.
#[derive(Resource, Default, Debug)]
pub(super) struct EffectTime(pub f32);

impl RenderEffects {
    /// Replaces the effects by those of a stack. Effects whose WGSL isn't loaded yet or has errors are left out.
    pub fn replace(&mut self, stack: &EffectStack, registry: &EffectRegistry, shaders: &EffectShaders) {
        self.parameters.clear();
        let mut count = 0;
        for effect in stack.iter() {
            let Some(info) = registry.of(effect) else { continue };
            let Some(wgsl) = shaders.get(info) else { continue };
            let start = self.parameters.len().next_multiple_of(16);
            effect.write_parameters(&mut self.parameters);
            let parameters = start..self.parameters.len();
            // Bevy's default handle is a white pixel; here it stands for a file that couldn't be loaded.
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

    /// Whether the output changes without a new frame.
    pub fn animated(&self) -> bool {
        self.effects.iter().any(|effect| effect.info.animated)
    }

    /// Whether the content of an image that an effect samples changed, or may have changed.
    pub fn images_change(&self, images: &Images) -> bool {
        self.effects.iter().filter_map(|effect| effect.image).any(|image| images.changes(image))
    }
}
