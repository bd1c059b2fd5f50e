//! The nodes for the system's screen reader, by AccessKit.

use accesskit::{Action as Request, Live, Node as Description, NodeId, Role, Toggled};
use bevy::{
    a11y::{AccessibilityNode, AccessibilityRequested, AccessibilitySystems, ActionRequest},
    ecs::system::SystemParam,
    prelude::*,
    ui::{FocusPolicy, UiSystems},
    ui_widgets::{Activate, Button as MenuButton},
};
use bevy_viewfinder::prelude::*;
use photobooth::words::Words;

use super::{Announced, name, picture::Shows};
use crate::{
    booth::{Booth, Layouts},
    feed::Viewfinder,
    host::{Host, HostAction},
    look::Looks,
    settings::Settings,
    ui::{
        button::{Does, KeyCap},
        host::Asks,
    },
};

/// The node whose value is announced.
#[derive(Component, Debug)]
pub struct Announcer;

pub fn plugin(app: &mut App) {
    app.add_message::<ActionRequest>().add_systems(Startup, build).add_systems(
        PostUpdate,
        (
            press,
            (describe_texts, describe_pictures, describe_buttons, announce)
                .chain()
                .run_if(|requested: Res<AccessibilityRequested>| requested.get())
                // Bevy's own systems describe new buttons and pictures in that set.
                .after(UiSystems::PostLayout)
                .before(AccessibilitySystems::Update),
        ),
    );
}

fn build(mut commands: Commands) {
    let mut node = Description::new(Role::Label);
    node.set_live(Live::Polite);
    commands.spawn((Announcer, AccessibilityNode::from(node)));
}

/// Announces by a change of a value.
fn announce(announced: Res<Announced>, mut node: Single<&mut AccessibilityNode, With<Announcer>>) {
    if !announced.is_changed() && node.value() == Some(&*announced.0.text) {
        return;
    }
    node.set_live(if announced.0.is_urgent { Live::Assertive } else { Live::Polite });
    if announced.0.text.is_empty() {
        node.clear_value();
    } else {
        node.set_value(announced.0.text.as_str());
    }
}

/// Tells which nodes can be reached.
#[derive(SystemParam)]
struct Reach<'w, 's> {
    nodes: Query<'w, 's, (&'static Node, &'static ComputedNode)>,
    parents: Query<'w, 's, &'static ChildOf>,
    layers: Query<'w, 's, &'static GlobalZIndex>,
    covers: Query<'w, 's, (Entity, &'static FocusPolicy, &'static GlobalZIndex)>,
}

impl Reach<'_, '_> {
    fn is_shown(&self, node: Entity) -> bool {
        let has_space = self.nodes.get(node).is_ok_and(|(_, node)| !node.is_empty());
        has_space
            && std::iter::once(node)
                .chain(self.parents.iter_ancestors(node))
                .all(|node| self.nodes.get(node).is_ok_and(|(node, _)| node.display != Display::None))
    }

    fn layer(&self, node: Entity) -> i32 {
        let around = std::iter::once(node).chain(self.parents.iter_ancestors(node));
        around.filter_map(|node| self.layers.get(node).ok()).map(|layer| layer.0).max().unwrap_or(0)
    }

    /// The layer of the topmost node that covers those below it.
    fn lowest_layer(&self) -> i32 {
        let covers = self
            .covers
            .iter()
            .filter(|(node, policy, _)| **policy == FocusPolicy::Block && self.is_shown(*node));
        covers.map(|(.., layer)| layer.0).max().unwrap_or(0)
    }

    fn is_reached(&self, node: Entity, lowest: i32) -> bool {
        self.is_shown(node) && self.layer(node) >= lowest
    }
}

fn set_hidden(node: &mut AccessibilityNode, is_hidden: bool) {
    if is_hidden {
        node.set_hidden();
    } else {
        node.clear_hidden();
    }
}

/// Texts say themselves, unless a button says them.
fn describe_texts(
    mut commands: Commands,
    reach: Reach,
    mut texts: Query<(Entity, &Text, Option<&mut AccessibilityNode>), Without<Announcer>>,
    speakers: Query<(), Or<(With<Does>, With<Asks>, With<MenuButton>, With<KeyCap>)>>,
) {
    let lowest = reach.lowest_layer();
    for (entity, text, node) in &mut texts {
        let Some(mut node) = node else {
            if !reach.parents.iter_ancestors(entity).any(|around| speakers.contains(around)) {
                commands.entity(entity).insert(AccessibilityNode::from(Description::new(Role::Label)));
            }
            continue;
        };
        node.set_role(Role::Label);
        if node.value() != Some(text.0.as_str()) {
            node.set_value(text.0.as_str());
        }
        set_hidden(&mut node, text.0.is_empty() || !reach.is_reached(entity, lowest));
    }
}

/// Pictures say what they show. Those that are decoration say nothing.
fn describe_pictures(
    mut commands: Commands,
    reach: Reach,
    mut pictures: Query<
        (Entity, Option<&Shows>, Option<&mut AccessibilityNode>),
        (Or<(With<ImageNode>, With<Shows>)>, Without<Button>),
    >,
    (booth, host, words): (Res<Booth>, Res<Host>, Res<Words>),
    (layouts, settings): (Res<Layouts>, Res<Settings>),
    track: Query<&TrackState, With<Viewfinder>>,
) {
    let (lowest, track) = (reach.lowest_layer(), track.single().ok());
    for (entity, shows, node) in &mut pictures {
        let Some(mut node) = node else {
            commands.entity(entity).insert(AccessibilityNode::from(Description::new(Role::Image)));
            continue;
        };
        node.set_role(Role::Image);
        if let Some(shows) = shows {
            let name = name::of_picture(*shows, &booth, &host, &words, &layouts, &settings, track);
            node.set_label(name);
        }
        set_hidden(&mut node, shows.is_none() || !reach.is_reached(entity, lowest));
    }
}

fn describe_buttons(
    reach: Reach,
    mut buttons: Query<
        (Entity, Option<&Does>, Option<&Asks>, &mut AccessibilityNode),
        Or<(With<Does>, With<Asks>, With<MenuButton>)>,
    >,
    children: Query<&Children>,
    texts: Query<&Text>,
    keys: Query<(), With<KeyCap>>,
    (booth, words): (Res<Booth>, Res<Words>),
    (looks, layouts): (Res<Looks>, Res<Layouts>),
    track: Query<&TrackState, With<Viewfinder>>,
) {
    let (lowest, track) = (reach.lowest_layer(), track.single().ok());
    for (entity, does, asks, mut node) in &mut buttons {
        let inside = children.iter_descendants(entity).filter(|inside| {
            !reach
                .parents
                .iter_ancestors(*inside)
                .take_while(|around| *around != entity)
                .any(|around| keys.contains(around))
        });
        let said: Vec<&str> = inside
            .filter_map(|inside| texts.get(inside).ok())
            .map(|text| text.0.as_str())
            .filter(|text| !text.trim().is_empty())
            .collect();
        let said = said.join(" ");
        let described = match (does, asks) {
            (Some(Does(action)), _) => Some((
                name::of_action(*action, &said, &words, &looks, &layouts),
                name::is_chosen(*action, &booth),
                name::is_disabled(*action, &booth, track),
            )),
            (_, Some(Asks(action))) => {
                let chosen = match action {
                    HostAction::Language(language) => Some(*language == words.language()),
                    _ => None,
                };
                Some((name::of_host_action(*action, &said, &words), chosen, false))
            }
            // The menus name their own buttons.
            _ => None,
        };
        if let Some((name, chosen, is_disabled)) = described {
            node.set_role(if chosen.is_some() { Role::RadioButton } else { Role::Button });
            match chosen {
                Some(chosen) => node.set_toggled(Toggled::from(chosen)),
                None => node.clear_toggled(),
            }
            if is_disabled {
                node.set_disabled();
            } else {
                node.clear_disabled();
            }
            node.set_label(name);
        }
        node.add_action(Request::Click);
        set_hidden(&mut node, !reach.is_reached(entity, lowest));
    }
}

/// Runs the action of a button that a screen reader presses.
fn press(
    mut commands: Commands,
    mut requests: MessageReader<ActionRequest>,
    buttons: Query<(Option<&Does>, Option<&Asks>, Has<MenuButton>)>,
    reach: Reach,
) {
    for request in requests.read().filter(|request| request.action == Request::Click) {
        let NodeId(bits) = request.target_node;
        let Some(button) = Entity::try_from_bits(bits) else { continue };
        if !reach.is_reached(button, reach.lowest_layer()) {
            continue;
        }
        match buttons.get(button) {
            Ok((Some(Does(action)), ..)) => commands.trigger(*action),
            Ok((_, Some(Asks(action)), _)) => commands.trigger(*action),
            Ok((.., true)) => commands.trigger(Activate { entity: button }),
            _ => {}
        }
    }
}
