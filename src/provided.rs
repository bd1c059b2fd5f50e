//! Components beside tracks that work for effects: each begins with the first effect that needs it, and ends with the
//! last.

use std::marker::PhantomData;

use bevy::{ecs::schedule::ScheduleConfigs, ecs::system::ScheduleSystem, prelude::*};

use crate::{
    effect::{AnyEffect, EffectStack},
    image_input::HasFrames,
    systems::ViewfinderSystems,
};

/// A component beside a track that sets parameters of effects.
pub(crate) trait Provider: Component + PartialEq {
    /// Whether an effect has parameters that this component sets.
    fn serves(effect: &dyn AnyEffect) -> bool;

    /// The component that effects alone need.
    fn for_effects() -> Self;
}

/// The component `P` on this entity began with an effect, and ends with it.
#[derive(Component, Debug)]
struct ForEffects<P: Component>(PhantomData<fn() -> P>);

/// The system that inserts `P` beside the first effect that needs it, and removes it with the last.
pub(crate) fn begin_for_effects<P: Provider>() -> ScheduleConfigs<ScheduleSystem> {
    begin::<P>
        .run_if(
            any_match_filter::<Changed<EffectStack>>
                .or_else(any_with_component::<ForEffects<P>>)
                .or_else(any_component_removed::<P>),
        )
        .in_set(ViewfinderSystems::Request)
}

fn begin<P: Provider>(
    mut commands: Commands,
    tracks: Query<
        (Entity, Option<&EffectStack>, Option<&P>, Has<ForEffects<P>>),
        (HasFrames, Or<(With<EffectStack>, With<ForEffects<P>>)>),
    >,
) {
    for (entity, stack, provider, is_for_effects) in &tracks {
        let is_needed = stack.is_some_and(|stack| stack.iter().any(P::serves));
        // The app has replaced it by one of its own.
        let is_own = provider.is_some_and(|provider| *provider != P::for_effects());
        if is_own && is_for_effects {
            commands.entity(entity).try_remove::<ForEffects<P>>();
        } else if is_needed && provider.is_none() {
            commands.entity(entity).try_insert((P::for_effects(), ForEffects::<P>(PhantomData)));
        } else if !is_needed && is_for_effects {
            commands.entity(entity).try_remove::<(P, ForEffects<P>)>();
        }
    }
}
