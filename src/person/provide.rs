//! Masks for the effects that need them.

use bevy::prelude::*;

use super::{PersonCutout, PersonMask, PersonOverlay, PersonSegmentation, life::Segmentations};
use crate::{
    effect::{AnyEffect, EffectStack, ProvidedImage},
    provided::{Provider, begin_for_effects},
    systems::ViewfinderSystems,
};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (
            begin_for_effects::<PersonSegmentation>().before(Segmentations),
            provide
                .after(Segmentations)
                .run_if(any_with_component::<PersonMask>)
                .in_set(ViewfinderSystems::Request),
        ),
    );
}

impl Provider for PersonSegmentation {
    fn serves(effect: &dyn AnyEffect) -> bool {
        mask_of(effect).is_some()
    }

    fn for_effects() -> Self {
        Self::default()
    }
}

/// The mask that an effect samples; `None` for effects that need none.
fn mask_of(effect: &dyn AnyEffect) -> Option<&ProvidedImage> {
    let effect = effect.as_any();
    let cutout = effect.downcast_ref::<PersonCutout>().map(|cutout| &cutout.mask);
    cutout.or_else(|| effect.downcast_ref::<PersonOverlay>().map(|overlay| &overlay.mask))
}

/// The same, to be changed.
fn mask_of_mut(effect: &mut dyn AnyEffect) -> Option<&mut ProvidedImage> {
    if effect.as_any().is::<PersonCutout>() {
        effect.as_any_mut().downcast_mut::<PersonCutout>().map(|cutout| &mut cutout.mask)
    } else {
        effect.as_any_mut().downcast_mut::<PersonOverlay>().map(|overlay| &mut overlay.mask)
    }
}

/// Gives the effects of each track its mask.
fn provide(
    mut tracks: Query<(&mut EffectStack, &PersonMask), Or<(Changed<EffectStack>, Added<PersonMask>)>>,
) {
    for (mut stack, mask) in &mut tracks {
        let provided = ProvidedImage(Some(mask.image.clone()));
        if stack.iter().filter_map(mask_of).all(|mask| *mask == provided) {
            continue;
        }
        for mask in stack.iter_mut().filter_map(mask_of_mut) {
            *mask = provided.clone();
        }
    }
}
