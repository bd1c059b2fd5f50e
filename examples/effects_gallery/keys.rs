//! The keyboard: letters look for an effect, arrows choose one, Enter shows it large, Escape goes back.

use bevy::{
    input::{
        ButtonState,
        keyboard::{Key, KeyboardInput},
    },
    input_focus::InputFocus,
    prelude::*,
};

use crate::{Action, Chosen, View, exhibit::Exhibits, filter::Filter, wall::Tile};

pub fn plugin(app: &mut App) {
    app.add_systems(
        PreUpdate,
        (on_wall.run_if(in_state(View::Wall)), on_large.run_if(in_state(View::Large)))
            .after(bevy::input::InputSystems),
    );
}

/// How many tiles stand in a row.
fn columns(tiles: &Query<(&Tile, &UiGlobalTransform, &ComputedNode)>) -> i32 {
    let shown = tiles.iter().filter(|(_, _, node)| node.size().y > 0.0);
    let heights: Vec<i32> = shown.map(|(_, transform, _)| transform.translation.y.round() as i32).collect();
    let first = heights.iter().min().copied().unwrap_or_default();
    heights.iter().filter(|height| (**height - first).abs() < 4).count().max(1) as i32
}

fn on_wall(
    mut commands: Commands,
    mut keys: MessageReader<KeyboardInput>,
    mut filter: ResMut<Filter>,
    exhibits: Res<Exhibits>,
    mut chosen: ResMut<Chosen>,
    tiles: Query<(&Tile, &UiGlobalTransform, &ComputedNode)>,
) {
    for key in keys.read().filter(|key| key.state == ButtonState::Pressed) {
        let move_by = match &key.logical_key {
            Key::ArrowRight => 1,
            Key::ArrowLeft => -1,
            Key::ArrowDown => columns(&tiles),
            Key::ArrowUp => -columns(&tiles),
            _ => 0,
        };
        let shown = filter.indices(&exhibits);
        let place = shown.iter().position(|index| *index == chosen.0);
        match &key.logical_key {
            Key::Enter => {
                if let Some(index) = place.or((!shown.is_empty()).then_some(0)).map(|place| shown[place]) {
                    commands.trigger(Action::Open(index));
                }
            }
            Key::Escape => filter.text.clear(),
            Key::Backspace => _ = filter.text.pop(),
            Key::Character(_) | Key::Space => {
                if let Some(text) = &key.text {
                    filter.push(text);
                }
            }
            _ if move_by != 0 && !shown.is_empty() => {
                let last = shown.len() as i32 - 1;
                let next = place.map_or(0, |place| (place as i32 + move_by).clamp(0, last));
                chosen.0 = shown[next as usize];
            }
            _ => {}
        }
    }
}

fn on_large(mut commands: Commands, mut keys: MessageReader<KeyboardInput>, focus: Res<InputFocus>) {
    for key in keys.read().filter(|key| key.state == ButtonState::Pressed) {
        // A slider that was clicked has the arrows for itself.
        let arrows_are_free = focus.get().is_none();
        match &key.logical_key {
            Key::Escape | Key::Backspace => commands.trigger(Action::Back),
            Key::PageDown => commands.trigger(Action::Step(1)),
            Key::PageUp => commands.trigger(Action::Step(-1)),
            Key::ArrowRight if arrows_are_free => commands.trigger(Action::Step(1)),
            Key::ArrowLeft if arrows_are_free => commands.trigger(Action::Step(-1)),
            Key::Character(letter) if letter.eq_ignore_ascii_case("r") => commands.trigger(Action::Reset),
            _ => {}
        }
    }
}
