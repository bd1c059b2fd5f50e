//! A menu that adds and removes the effects of a track.

use bevy::{prelude::*, ui::Checked, ui_widgets::Activate};

use super::{
    UiStyle, UiText, UiWords,
    button::{item, set_checked},
    drop_down::{DropDown, drop_down},
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
        .add_systems(PostUpdate, (list, show).chain().run_if(any_with_component::<EffectMenu>));
}

fn build(added: On<Add, EffectMenu>, mut commands: Commands, style: Res<UiStyle>) {
    drop_down(&mut commands, &style, added.entity);
}

/// Lists the effects, and again when the language changed.
fn list(
    mut commands: Commands,
    style: Res<UiStyle>,
    words: Res<UiWords>,
    registry: Res<EffectRegistry>,
    menus: Query<(Entity, Ref<DropDown>), With<EffectMenu>>,
) {
    for (menu, drop_down) in &menus {
        if !(words.is_changed() || drop_down.is_added()) {
            continue;
        }
        let mut names: Vec<&str> = registry.iter().map(|effect| effect.name).collect();
        names.sort();
        commands.entity(drop_down.list).despawn_children();
        for name in names {
            let effect =
                commands.spawn((item(&style, &words.text(UiText::Effect(name))), Effect { menu, name })).id();
            commands.entity(drop_down.list).add_child(effect);
        }
    }
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
    words: Res<UiWords>,
    menus: Query<(&EffectMenu, &DropDown)>,
    stacks: Query<&EffectStack>,
    effects: Query<(Entity, &Effect, Has<Checked>)>,
    mut texts: Query<&mut Text>,
) {
    for (menu, drop_down) in &menus {
        let mut effects = stacks.get(menu.track).into_iter().flat_map(|stack| stack.iter());
        let label = match (effects.next(), effects.count()) {
            (None, _) => words.text(UiText::NoEffect),
            (Some(one), 0) => words.text(UiText::Effect(one.name())),
            (Some(_), others) => words.text(UiText::Effects(others + 1)),
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
