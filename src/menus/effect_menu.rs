//! A menu that adds and removes the effects of a track.

use bevy::{prelude::*, ui::Checked, ui_widgets::Activate};

use super::{
    UiStyle,
    button::{item, set_checked},
    drop_down::{DropDown, drop_down},
    style::readable,
};
use crate::effect::{EffectRegistry, EffectStack};

/// A menu of all registered effects. Choosing one adds it to the end of the track's [`EffectStack`]; choosing it again
/// removes it.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq, Reflect)]
#[reflect(Component)]
#[require(Node { flex_direction: FlexDirection::Column, ..default() })]
pub struct EffectMenu {
    /// The track.
    #[entities]
    pub track: Entity,
}

/// A button for an effect of this name.
#[derive(Component, Debug)]
struct Effect {
    menu: Entity,
    name: &'static str,
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<EffectMenu>()
        .add_observer(build)
        .add_observer(choose)
        .add_systems(PostUpdate, show.run_if(any_with_component::<EffectMenu>));
}

fn build(
    added: On<Add, EffectMenu>,
    mut commands: Commands,
    style: Res<UiStyle>,
    registry: Res<EffectRegistry>,
) {
    let menu = added.entity;
    drop_down(&mut commands, &style, menu, "No effect");
    let mut names: Vec<&str> = registry.iter().map(|effect| effect.name).collect();
    names.sort();
    commands.queue(move |world: &mut World| {
        let Some(list) = world.get::<DropDown>(menu).map(|menu| menu.list) else { return };
        let style = world.resource::<UiStyle>().clone();
        for name in names {
            let effect = world.spawn((item(&style, &readable(name)), Effect { menu, name })).id();
            world.entity_mut(list).add_child(effect);
        }
    });
}

fn choose(
    pressed: On<Activate>,
    mut commands: Commands,
    effects: Query<&Effect>,
    menus: Query<&EffectMenu>,
    registry: Res<EffectRegistry>,
    stacks: Query<&EffectStack>,
) {
    let Ok(Effect { menu, name }) = effects.get(pressed.entity) else { return };
    let Ok(EffectMenu { track }) = menus.get(*menu) else { return };
    let Some(info) = registry.by_name(name) else { return };
    let mut stack = stacks.get(*track).cloned().unwrap_or_default();
    let before = stack.len();
    stack.retain(|effect| effect.name() != *name);
    if stack.len() == before {
        stack.push_any(info.make_default());
    }
    if let Ok(mut track) = commands.get_entity(*track) {
        track.try_insert(stack);
    }
}

/// Shows the effects that the track has.
fn show(
    mut commands: Commands,
    menus: Query<(&EffectMenu, &DropDown)>,
    stacks: Query<&EffectStack>,
    effects: Query<(Entity, &Effect, Has<Checked>)>,
    mut texts: Query<&mut Text>,
) {
    for (menu, drop_down) in &menus {
        let mut effects = stacks.get(menu.track).into_iter().flat_map(|stack| stack.iter());
        let label = match (effects.next(), effects.count()) {
            (None, _) => "No effect".into(),
            (Some(one), 0) => readable(one.name()),
            (Some(_), others) => format!("{} effects", others + 1),
        };
        drop_down.set_label(&mut texts, &label);
    }
    for (entity, effect, checked) in &effects {
        let Ok((menu, _)) = menus.get(effect.menu) else { continue };
        let chosen =
            stacks.get(menu.track).is_ok_and(|stack| stack.iter().any(|known| known.name() == effect.name));
        set_checked(&mut commands, entity, checked, chosen);
    }
}
