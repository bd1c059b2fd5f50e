//! Everything has a label for screen readers, in every language.

use accesskit::{Live, Role, Toggled};
use bevy::{a11y::AccessibilityNode, prelude::*};
use photobooth::words::{Key, Language, Words};

use super::{Stage, buttons, chain, is_shown, layer, layout::kiosk, scene::Scene, texts, used_layer};
use crate::{
    action::Action,
    booth::Booth,
    host::Screen,
    mode::Mode,
    settings::Settings,
    ui::{
        access::Shows,
        button::{Does, KeyCap},
    },
};

/// The button with this action.
fn button(world: &mut World, action: Action) -> AccessibilityNode {
    let mut buttons = world.query::<(&Does, &AccessibilityNode)>();
    let found = buttons.iter(world).find(|(does, _)| does.0 == action);
    found.map(|(_, node)| node.clone()).unwrap_or_else(|| panic!("no button for {action:?}"))
}

/// The announcement, and how urgent it is.
fn announced(world: &mut World) -> (String, Live) {
    let mut nodes = world.query::<&AccessibilityNode>();
    let node = nodes.iter(world).find(|node| node.live().is_some()).expect("a node for announcements");
    (node.value().unwrap_or_default().to_owned(), node.live().unwrap_or(Live::Off))
}

#[test]
fn every_button_and_picture_has_a_name_in_every_language() {
    for (settings, languages) in [(Settings::default(), &[Language::German][..]), (kiosk(), &Language::ALL)] {
        let mut stage = Stage::new(settings);
        for &language in languages {
            stage.speak(language);
            for scene in Scene::all() {
                stage.show(scene);
                let world = stage.world();
                let used = used_layer(world);
                for button in buttons(world).into_iter().filter(|button| layer(world, *button) >= used) {
                    let node = &**world.get::<AccessibilityNode>(button).expect("a button has a node");
                    let name = node.label().unwrap_or_default();
                    assert!(!name.trim().is_empty(), "{language:?} {scene:?}: {node:?}");
                    assert!(matches!(node.role(), Role::Button | Role::RadioButton), "{node:?}");
                    assert!(!node.is_hidden(), "{language:?} {scene:?}: {node:?}");
                }
                let mut pictures = world.query_filtered::<(Entity, &AccessibilityNode), With<Shows>>();
                for (picture, node) in pictures.iter(world) {
                    let node = &**node;
                    assert!(!node.label().unwrap_or_default().is_empty(), "{language:?} {scene:?}: {node:?}");
                    if layer(world, picture) < used || !is_shown(world, picture) {
                        assert!(node.is_hidden(), "{language:?} {scene:?}: {node:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn texts_are_read_unless_a_button_says_them() {
    let mut stage = Stage::new(kiosk());
    for scene in Scene::all() {
        stage.show(scene);
        let world = stage.world();
        let used = used_layer(world);
        let buttons = buttons(world);
        for (text, said) in texts(world) {
            let is_said = chain(world, text).iter().any(|around| buttons.contains(around));
            let Some(node) = world.get::<AccessibilityNode>(text) else {
                assert!(
                    is_said
                        || chain(world, text).iter().any(|node| { world.entity(*node).contains::<KeyCap>() }),
                    "{scene:?}: {said}"
                );
                continue;
            };
            assert_eq!(node.value(), Some(&*said), "{scene:?}");
            assert_eq!(node.is_hidden(), layer(world, text) < used, "{scene:?}: {said}");
        }
    }
}

#[test]
fn choices_say_whether_they_are_chosen() {
    let mut stage = Stage::new(Settings::default());
    stage.speak(Language::English);
    stage.show(Scene::Ready);
    let world = stage.world();
    world.resource_mut::<Booth>().look = 2;
    stage.settle();
    let world = stage.world();
    let [second, third] = [1, 2].map(|look| button(world, Action::Look(look)));
    assert_eq!((second.role(), second.toggled()), (Role::RadioButton, Some(Toggled::False)));
    assert_eq!((third.label(), third.toggled()), (Some("Look: Vintage"), Some(Toggled::True)));
    assert_eq!(button(world, Action::Mode(Mode::Strip)).toggled(), Some(Toggled::True));
    assert!(!button(world, Action::Mode(Mode::Gif)).is_disabled());
    assert_eq!(button(world, Action::Shoot).label(), Some("Take the picture"));
    assert_eq!(button(world, Action::Sticker(1)).label(), Some("Sticker: crown"));
    assert_eq!(button(world, Action::Mirror).label(), Some("Mirror"));
    stage.show(Scene::Counting);
    assert!(button(stage.world(), Action::Mode(Mode::Gif)).is_disabled());
}

#[test]
fn a_screen_hides_what_it_covers() {
    let mut stage = Stage::new(kiosk());
    stage.show(Scene::Ready);
    assert!(!button(stage.world(), Action::Shoot).is_hidden());
    stage.show(Scene::Screen(Screen::Consent));
    assert!(button(stage.world(), Action::Shoot).is_hidden());
}

#[test]
fn the_countdown_and_results_are_announced() {
    let mut stage = Stage::new(Settings::default());
    stage.speak(Language::English);
    stage.show(Scene::Counting);
    let (said, live) = announced(stage.world());
    assert!(said.ends_with("30"), "{said}");
    assert_eq!(live, Live::Assertive);
    stage.show(Scene::Review(Mode::Strip));
    let (said, live) = announced(stage.world());
    assert_eq!(said, "Your strip. Saved as photobooth-2026-11-26-21-58-59-2.png");
    assert_eq!(live, Live::Polite);
    stage.speak(Language::German);
    stage.settle();
    let heading = Words::new(Language::German).text(Key::YourStrip);
    assert!(announced(stage.world()).0.starts_with(&heading));
}
