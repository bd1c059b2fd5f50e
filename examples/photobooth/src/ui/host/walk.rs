//! One button for everything: any key goes to the next button on the screen, and takes it when it is held.

use bevy::{input::keyboard::KeyboardInput, prelude::*, ui::UiGlobalTransform, window::WindowFocused};
use photobooth::kiosk::{OneButton, Step, Walk};

use super::parts::Asks;
use crate::{
    action::Action,
    host::{Host, Screen},
    settings::Settings,
    ui::{
        button::{Does, Kind},
        theme::color,
    },
};

/// The button, and the walk over the buttons on the screen.
#[derive(Resource, Debug)]
struct Walker {
    button: OneButton,
    walk: Walk,
    /// The buttons on the screen, in order.
    choices: Vec<Entity>,
    marked: Option<Entity>,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, begin)
        .add_systems(Update, (list_choices, press, mark).chain().run_if(resource_exists::<Walker>));
}

fn begin(mut commands: Commands, settings: Res<Settings>) {
    let kiosk = &settings.venue.kiosk;
    if kiosk.one_button {
        let button = OneButton::new(kiosk.hold());
        commands.insert_resource(Walker { button, walk: Walk::default(), choices: Vec::new(), marked: None });
    }
}

/// Lists the buttons on the topmost layer: the main one first, then from the top left.
fn list_choices(
    mut walker: ResMut<Walker>,
    buttons: Query<
        (Entity, &ComputedNode, &UiGlobalTransform, &InheritedVisibility, &Kind, Option<&Does>),
        Or<(With<Does>, With<Asks>)>,
    >,
    parents: Query<&ChildOf>,
    layers: Query<&GlobalZIndex>,
) {
    let layer_of = |button: Entity| {
        let above = std::iter::once(button).chain(parents.iter_ancestors(button));
        above.filter_map(|node| layers.get(node).ok()).map(|layer| layer.0).max().unwrap_or(0)
    };
    let visible = buttons
        .iter()
        .filter(|(_, node, _, visibility, ..)| visibility.get() && node.size().min_element() > 0.0);
    let mut found: Vec<_> = visible
        .map(|(button, _, transform, _, kind, does)| {
            let shoots = does.is_some_and(|does| matches!(does.0, Action::Shoot));
            let is_main = shoots || *kind == Kind::Primary;
            let at = transform.translation.round().as_ivec2();
            (layer_of(button), !is_main, at.y, at.x, button)
        })
        .collect();
    let top = found.iter().map(|(layer, ..)| *layer).max();
    found.retain(|(layer, ..)| Some(*layer) == top);
    found.sort_unstable();
    let choices: Vec<Entity> = found.into_iter().map(|(.., button)| button).collect();
    if walker.choices != choices {
        walker.walk.set_count(choices.len());
        // Another screen with as many buttons is another screen.
        if walker.choices.first() != choices.first() {
            walker.walk.start_over();
        }
        walker.choices = choices;
    }
}

fn press(
    mut commands: Commands,
    mut walker: ResMut<Walker>,
    mut keys: MessageReader<KeyboardInput>,
    mut focus: MessageReader<WindowFocused>,
    host: Res<Host>,
    time: Res<Time<Real>>,
    buttons: Query<(Option<&Does>, Option<&Asks>)>,
) {
    let now = time.elapsed();
    if focus.read().any(|focus| !focus.focused) {
        walker.button.reset();
    }
    // The press that ends the show chooses nothing.
    if host.screen == Screen::Show {
        keys.clear();
        walker.button.reset();
        return;
    }
    let mut steps = Vec::new();
    for key in keys.read() {
        if key.state.is_pressed() {
            walker.button.press(now);
        } else {
            steps.extend(walker.button.release(now));
        }
    }
    steps.extend(walker.button.tick(now));
    for step in steps {
        let chosen = walker.walk.step(step).filter(|_| step == Step::Choose);
        let Some(button) = chosen.and_then(|at| walker.choices.get(at)) else { continue };
        match buttons.get(*button) {
            Ok((Some(Does(action)), _)) => commands.trigger(*action),
            Ok((_, Some(Asks(action)))) => commands.trigger(*action),
            _ => {}
        }
    }
}

/// Marks the button that a hold takes.
fn mark(mut commands: Commands, mut walker: ResMut<Walker>) {
    let chosen = walker.walk.at().and_then(|at| walker.choices.get(at)).copied();
    if walker.marked == chosen {
        return;
    }
    if let Some(marked) = walker.marked {
        commands.entity(marked).try_remove::<Outline>();
    }
    if let Some(chosen) = chosen {
        commands.entity(chosen).try_insert(Outline::new(px(4), px(3), color::MINT));
    }
    walker.marked = chosen;
}
