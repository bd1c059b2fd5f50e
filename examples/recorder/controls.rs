//! The record button, the pause button, and the place of a level meter.

use bevy::{picking::hover::Hovered, prelude::*};
use bevy_viewfinder::prelude::*;

use crate::{
    Action,
    button::{Does, Glass},
    theme::{self, set_shown},
};

/// The diameter of the record button, and of those beside it.
const LARGE: f32 = 78.0;
const SMALL: f32 = 54.0;

/// The disc of the record button.
#[derive(Component, Debug)]
struct Disc;
#[derive(Component, Debug)]
struct Pause;
/// The sign on the pause button: two bars, or a disc.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Bar,
    Disc,
}
/// The place of a level meter, beside the record button. Recordings have no sound yet.
#[derive(Component, Debug)]
struct LevelMeter;

pub fn plugin(app: &mut App) {
    app.add_systems(Update, (show_record, show_pause));
}

fn round(size: f32) -> Node {
    Node {
        width: px(size),
        height: px(size),
        flex_shrink: 0.0,
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        column_gap: px(6),
        border_radius: BorderRadius::MAX,
        ..default()
    }
}

/// The buttons in a row.
pub fn build(commands: &mut Commands) -> Entity {
    let bar = |sign| {
        let (width, height) = if sign == Sign::Bar { (6, 20) } else { (22, 22) };
        let color = if sign == Sign::Bar { theme::TEXT } else { theme::RED };
        let radius = if sign == Sign::Bar { BorderRadius::all(px(2)) } else { BorderRadius::MAX };
        let node = Node { width: px(width), height: px(height), border_radius: radius, ..default() };
        (sign, node, BackgroundColor(color), Pickable::IGNORE)
    };
    let pause = (
        Does(Action::Pause, "Pause, or go on"),
        Glass,
        Pause,
        round(SMALL),
        BackgroundColor(theme::GLASS),
        children![bar(Sign::Bar), bar(Sign::Bar), bar(Sign::Disc)],
    );
    let record = (
        Does(Action::Record, "Record, or stop"),
        Node { border: UiRect::all(px(5)), ..round(LARGE) },
        BorderColor::all(theme::TEXT),
        BackgroundColor(Color::BLACK.with_alpha(0.25)),
        BoxShadow::new(Color::BLACK.with_alpha(0.3), px(0), px(4), px(0), px(18)),
        children![(Disc, Node::default(), BackgroundColor(theme::RED), Pickable::IGNORE)],
    );
    commands
        .spawn((
            Node {
                justify_content: JustifyContent::Center,
                align_items: AlignItems::Center,
                column_gap: px(26),
                ..default()
            },
            Pickable::IGNORE,
            children![
                // The space of the pause button is kept while it is hidden.
                (Node { width: px(SMALL), height: px(SMALL), ..default() }, children![pause]),
                record,
                (LevelMeter, Node { width: px(SMALL), height: px(SMALL), ..default() }, Pickable::IGNORE),
            ],
        ))
        .id()
}

/// A disc starts the recording, and a square stops it.
fn show_record(
    recorder: Single<&RecorderState>,
    time: Res<Time<Real>>,
    buttons: Query<(&Does, &Hovered)>,
    mut square: Local<f32>,
    mut disc: Single<(&mut Node, &mut BackgroundColor), With<Disc>>,
) {
    let is_active = !matches!(*recorder, RecorderState::Inactive);
    let step = time.delta_secs() / 0.16;
    *square = (*square + if is_active { step } else { -step }).clamp(0.0, 1.0);
    let eased = EaseFunction::CubicInOut.sample_clamped(*square);
    let (size, radius) = (58.0_f32.lerp(30.0, eased), 29.0_f32.lerp(7.0, eased));
    let (node, color) = &mut *disc;
    if node.width != px(size) {
        (node.width, node.height, node.border_radius) = (px(size), px(size), BorderRadius::all(px(radius)));
    }
    let is_hovered = buttons.iter().any(|(does, hovered)| does.0 == Action::Record && hovered.get());
    let shade = if is_hovered { theme::RED.mix(&Color::WHITE, 0.15) } else { theme::RED };
    color.set_if_neq(BackgroundColor(shade));
}

/// The pause button goes on with a paused recording.
fn show_pause(
    recorder: Single<&RecorderState>,
    mut pause: Single<&mut Node, With<Pause>>,
    mut signs: Query<(&Sign, &mut Node), Without<Pause>>,
) {
    set_shown(&mut pause, !matches!(*recorder, RecorderState::Inactive));
    let is_paused = matches!(*recorder, RecorderState::Paused);
    for (sign, mut node) in &mut signs {
        set_shown(&mut node, is_paused == (*sign == Sign::Disc));
    }
}
