//! The effects of a track, in order.

use std::{
    any::{Any, TypeId},
    fmt::Debug,
};

use bevy::{asset::LoadState, prelude::*, render::render_resource::encase::internal::Writer};

use super::{
    Effect, EffectKind,
    asset::asset_of,
    failed::{asset_failure, of_effect},
};
use crate::error::MediaError;

/// Where a struct within a uniform may begin: WGSL's and std140's rule.
const UNIFORM_ALIGNMENT: usize = 16;

/// The effects of a track, first to last: a component on the entity of the [`VideoTrack`](crate::track::VideoTrack).
///
/// Changing a parameter uploads a few bytes. Adding, removing or re-ordering effects compiles a pass, unless the app has
/// had the same order before; until that is done, the output keeps its old look.
///
/// ```
/// # #[cfg(feature = "effects")] {
/// use bevy_viewfinder::{effects::*, prelude::*};
///
/// let mut stack = EffectStack::new().with(Sepia::default()).with(Vignette::default());
/// if let Some(sepia) = stack.get_mut::<Sepia>() {
///     sepia.amount = 0.5;
/// }
/// # }
/// ```
///
/// Effects have different types, which reflection can't list: inspectors don't see a stack. They can show its effects by
/// [`AnyEffect::as_reflect_mut`].
#[derive(Component, Debug, Default)]
pub struct EffectStack {
    effects: Vec<Box<dyn AnyEffect>>,
}

impl EffectStack {
    /// A stack without effects.
    pub fn new() -> Self {
        Self::default()
    }

    /// With this effect as the last.
    #[must_use]
    pub fn with(mut self, effect: impl Effect) -> Self {
        self.push(effect);
        self
    }

    /// Adds an effect as the last.
    pub fn push(&mut self, effect: impl Effect) {
        self.effects.push(Box::new(effect));
    }

    /// Adds an effect whose type isn't known here as the last.
    pub fn push_any(&mut self, effect: Box<dyn AnyEffect>) {
        self.effects.push(effect);
    }

    /// Adds an effect at this index, from 0; as the last if there are fewer effects.
    pub fn insert(&mut self, index: usize, effect: impl Effect) {
        self.insert_any(index, Box::new(effect));
    }

    /// Adds an effect whose type isn't known here at this index, from 0; as the last if there are fewer effects.
    pub fn insert_any(&mut self, index: usize, effect: Box<dyn AnyEffect>) {
        self.effects.insert(index.min(self.effects.len()), effect);
    }

    /// Removes and returns the effect at this index, from 0; `None` if there are fewer effects.
    pub fn remove(&mut self, index: usize) -> Option<Box<dyn AnyEffect>> {
        (index < self.effects.len()).then(|| self.effects.remove(index))
    }

    /// Exchanges the effects at two indexes, from 0. `false` if there are fewer effects.
    pub fn swap(&mut self, one: usize, other: usize) -> bool {
        let exist = one.max(other) < self.effects.len();
        if exist {
            self.effects.swap(one, other);
        }
        exist
    }

    /// Removes the effects for which this is `false`.
    pub fn retain(&mut self, mut keep: impl FnMut(&dyn AnyEffect) -> bool) {
        self.effects.retain(|effect| keep(&**effect));
    }

    /// Removes all effects.
    pub fn clear(&mut self) {
        self.effects.clear();
    }

    /// Number of effects.
    pub fn len(&self) -> usize {
        self.effects.len()
    }

    /// Whether there is no effect.
    pub fn is_empty(&self) -> bool {
        self.effects.is_empty()
    }

    /// The first effect of this type.
    pub fn get<T: Effect>(&self) -> Option<&T> {
        self.effects.iter().find_map(|effect| effect.as_any().downcast_ref())
    }

    /// The first effect of this type, to be changed.
    pub fn get_mut<T: Effect>(&mut self) -> Option<&mut T> {
        self.effects.iter_mut().find_map(|effect| effect.as_any_mut().downcast_mut())
    }

    /// The effects, first to last.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &dyn AnyEffect> {
        self.effects.iter().map(|effect| &**effect)
    }

    /// The effects, first to last, to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = &mut dyn AnyEffect> {
        self.effects.iter_mut().map(|effect| &mut **effect)
    }

    /// `true` if the images and look-up tables of all effects are loaded, `false` if some are still loading. A photo taken
    /// before that doesn't show them.
    ///
    /// # Errors
    /// Why an image or a look-up table can't be loaded; the message names the effect and the file.
    pub fn assets_loaded(&self, assets: &AssetServer) -> Result<bool, MediaError> {
        let mut loaded = true;
        for effect in self.iter() {
            let Some(asset) = effect.asset() else { continue };
            if let Some(cause) = asset_failure(&asset, assets) {
                return Err(of_effect(effect.name(), &cause));
            }
            let state = assets.get_load_state(&asset);
            loaded &= !matches!(state, Some(LoadState::NotLoaded | LoadState::Loading));
        }
        Ok(loaded)
    }
}

impl Clone for EffectStack {
    fn clone(&self) -> Self {
        Self { effects: self.effects.iter().map(|effect| effect.clone_any()).collect() }
    }
}

/// An effect of any type, as a stack holds it. Every [`Effect`] is one.
pub trait AnyEffect: Any + Debug + Send + Sync {
    /// The effect's name in presets.
    fn name(&self) -> &'static str;
    /// The kind of the effect.
    fn kind(&self) -> EffectKind;
    /// The image or look-up table of the first parameter that holds one, which an effect of the kind
    /// [`Composite`](EffectKind::Composite) samples.
    fn asset(&self) -> Option<UntypedHandle>;
    /// The effect for inspection: its fields are its parameters.
    fn as_reflect(&self) -> &dyn Reflect;
    /// The effect for changes by an inspector or a menu.
    fn as_reflect_mut(&mut self) -> &mut dyn Reflect;
    /// The effect for a downcast.
    fn as_any(&self) -> &dyn Any;
    /// The effect for a downcast.
    fn as_any_mut(&mut self) -> &mut dyn Any;
    /// A copy.
    fn clone_any(&self) -> Box<dyn AnyEffect>;
    /// The type, by which its shader is found.
    fn effect_type(&self) -> TypeId;
    /// Appends the parameters as WGSL has them in a uniform buffer, at the next multiple of 16 bytes.
    fn write_parameters(&self, bytes: &mut Vec<u8>);
}

impl<T: Effect> AnyEffect for T {
    fn name(&self) -> &'static str {
        T::name()
    }

    fn kind(&self) -> EffectKind {
        T::KIND
    }

    fn asset(&self) -> Option<UntypedHandle> {
        asset_of(self)
    }

    fn as_reflect(&self) -> &dyn Reflect {
        self
    }

    fn as_reflect_mut(&mut self) -> &mut dyn Reflect {
        self
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn clone_any(&self) -> Box<dyn AnyEffect> {
        Box::new(self.clone())
    }

    fn effect_type(&self) -> TypeId {
        TypeId::of::<T>()
    }

    fn write_parameters(&self, bytes: &mut Vec<u8>) {
        let start = bytes.len().next_multiple_of(UNIFORM_ALIGNMENT);
        match Writer::new(self, bytes, start) {
            Ok(mut writer) => self.write_into(&mut writer),
            // Only a buffer that can't grow says this, and a vector can.
            Err(error) => bevy::log::error!("the parameters of {}: {error:?}", T::name()),
        }
    }
}
