//! Which effects a track has.

use bevy::{prelude::*, ui::Checked, ui_widgets::Activate};

use super::{
    UiStyle,
    button::{item, mark},
    drop_down::{DropDown, drop_down},
    style::readable,
};
use crate::effect::{EffectRegistry, EffectStack};

/// A menu of all effects that the app knows. Choosing one puts it on top of the track's [`EffectStack`], choosing it again
/// takes it away.
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
    name: String,
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
    let mut names: Vec<String> = registry.iter().map(|effect| effect.name.clone()).collect();
    names.sort();
    commands.queue(move |world: &mut World| {
        let Some(list) = world.get::<DropDown>(menu).map(|menu| menu.list) else { return };
        let style = world.resource::<UiStyle>().clone();
        for name in names {
            let effect = world.spawn((item(&style, &readable(&name)), Effect { menu, name })).id();
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
    stack.as_vec_mut().retain(|effect| effect.name() != *name);
    if stack.len() == before {
        stack.push_any(info.make_default());
    }
    if let Ok(mut track) = commands.get_entity(*track) {
        track.try_insert(stack);
    }
}

/// Says which are chosen.
fn show(
    mut commands: Commands,
    menus: Query<(&EffectMenu, &DropDown)>,
    stacks: Query<&EffectStack>,
    effects: Query<(Entity, &Effect, Has<Checked>)>,
    mut texts: Query<&mut Text>,
) {
    let names = |track| -> Vec<String> {
        stacks
            .get(track)
            .map_or_else(|_| Vec::new(), |stack| stack.iter().map(|effect| effect.name()).collect())
    };
    for (menu, drop_down) in &menus {
        let label = match &names(menu.track)[..] {
            [] => "No effect".into(),
            [one] => readable(one),
            many => format!("{} effects", many.len()),
        };
        drop_down.set_label(&mut texts, &label);
    }
    for (entity, effect, checked) in &effects {
        let Ok((menu, _)) = menus.get(effect.menu) else { continue };
        let chosen = names(menu.track).contains(&effect.name);
        mark(&mut commands, entity, checked, chosen);
    }
}
