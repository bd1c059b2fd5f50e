//! Texts are readable: the contrast of WCAG 2.

use std::collections::BTreeSet;

use bevy::{prelude::*, text::TextFont};
use photobooth::words::Language;

use super::{Stage, chain, layer, layout::kiosk, scene::Scene, texts, used_layer};
use crate::ui::theme::{Fonts, color, contrast};

/// The contrast of small texts, and of large ones.
const SMALL: f32 = 4.5;
const LARGE: f32 = 3.0;

/// The smallest size of a large text in logical pixels, regular and bold.
const LARGE_SIZE: f32 = 24.0;
const LARGE_BOLD: f32 = 18.66;

/// The backgrounds of a text, each as its colors from the nearest to the farthest.
fn grounds(world: &World, text: Entity) -> Vec<Vec<Color>> {
    let mut near = Vec::new();
    for node in chain(world, text) {
        if world.entity(node).contains::<ImageNode>() {
            // A picture can have any color.
            return [Color::WHITE, Color::BLACK].map(|color| [&near[..], &[color]].concat()).to_vec();
        }
        if let Some(BackgroundColor(color)) = world.get::<BackgroundColor>(node)
            && color.alpha() > 0.0
        {
            near.push(*color);
            if color.alpha() == 1.0 {
                return vec![near];
            }
        }
    }
    [color::DUSK, color::NIGHT].map(|color| [&near[..], &[color]].concat()).to_vec()
}

#[test]
fn every_text_is_readable() {
    let mut stage = Stage::new(kiosk());
    let mut faults = BTreeSet::new();
    stage.speak(Language::German);
    for (width, height) in [(360, 640), (1280, 800)] {
        stage.resize(width, height);
        for scene in Scene::all() {
            stage.show(scene);
            let world = stage.world();
            let used = used_layer(world);
            let scale = world.resource::<UiScale>().0;
            let fonts = world.resource::<Fonts>().clone();
            for (text, said) in texts(world) {
                let (Some(TextColor(color)), Some(font)) =
                    (world.get::<TextColor>(text), world.get::<TextFont>(text))
                else {
                    continue;
                };
                // The countdown has a shadow for bright pictures, and the faint modes can't be chosen.
                let is_countdown = world.entity(text).contains::<TextShadow>();
                let is_busy = matches!(
                    scene,
                    Scene::Counting
                        | Scene::Judging
                        | Scene::Filming
                        | Scene::JudgingClip
                        | Scene::Developing
                );
                let is_inactive = is_busy && color.alpha() < 1.0;
                if layer(world, text) < used || is_countdown || is_inactive {
                    continue;
                }
                let FontSize::Px(size) = font.font_size else { continue };
                let is_bold = matches!(&font.font, FontSource::Handle(font) if fonts.is_bold(font));
                let is_large = size * scale >= if is_bold { LARGE_BOLD } else { LARGE_SIZE };
                let needed = if is_large { LARGE } else { SMALL };
                for ground in grounds(world, text) {
                    let contrast = contrast(*color, &ground);
                    if contrast < needed {
                        faults.insert(format!("{width}x{height} {scene:?} {said:?}: {contrast}"));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.into_iter().collect::<Vec<_>>().join("\n"));
}
