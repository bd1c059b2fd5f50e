//! Masks for the effects that need them.

use bevy::prelude::*;

use super::{PersonCutout, PersonMask, PersonOverlay, PersonSegmentation, life::Segmentations};
use crate::{
    effect::{AnyEffect, EffectStack, ProvidedImage},
    image_input::HasFrames,
    systems::ViewfinderSystems,
};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (
            start_for_effects
                .before(Segmentations)
                .run_if(any_match_filter::<Changed<EffectStack>>.or_else(any_with_component::<ForEffects>)),
            provide.after(Segmentations).run_if(any_with_component::<PersonMask>),
        )
            .in_set(ViewfinderSystems::Request),
    );
}

/// The [`PersonSegmentation`] on this entity began with an effect, and ends with it.
#[derive(Component, Debug)]
struct ForEffects;

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

/// Begins segmentations with the first effect that needs a mask, and ends them with the last.
fn start_for_effects(
    mut commands: Commands,
    tracks: Query<
        (Entity, Option<&EffectStack>, Has<PersonSegmentation>, Has<ForEffects>),
        (HasFrames, Or<(With<EffectStack>, With<ForEffects>)>),
    >,
) {
    for (entity, stack, is_segmented, is_for_effects) in &tracks {
        let needs_mask = stack.is_some_and(|stack| stack.iter().any(|effect| mask_of(effect).is_some()));
        if needs_mask && !is_segmented {
            commands.entity(entity).try_insert((PersonSegmentation::default(), ForEffects));
        } else if !needs_mask && is_for_effects {
            commands.entity(entity).try_remove::<(PersonSegmentation, ForEffects)>();
        }
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
