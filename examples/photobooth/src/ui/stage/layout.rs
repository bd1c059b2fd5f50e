//! No text is cut, and nothing lies on anything else.

use std::collections::BTreeSet;

use bevy::{
    prelude::*,
    text::{TextFont, TextLayoutInfo},
};
use photobooth::words::Language;

use super::{Stage, buttons, chain, layer, place, scene::Scene, texts, used_layer};
use crate::{host::Screen, settings::Settings};

/// Phones upright and sideways, a kiosk on its side, a laptop.
pub const WINDOWS: [(u32, u32); 5] = [(360, 640), (640, 360), (844, 390), (800, 1280), (1280, 800)];

/// The windows that are tightest.
const PHONES: &[(u32, u32)] = &[(360, 640), (640, 360)];

/// Rounding moves an edge by less than this, in pixels.
const SLACK: f32 = 1.5;

/// The smallest side of a touch target, in logical pixels: WCAG 2.2, 2.5.8.
const TARGET: f32 = 24.0;

fn is_within(inner: Rect, outer: Rect) -> bool {
    outer.inflate(SLACK).contains(inner.min) && outer.inflate(SLACK).contains(inner.max)
}

fn overlap(a: Rect, b: Rect) -> bool {
    let both = a.intersect(b);
    both.width() > SLACK && both.height() > SLACK
}

/// The faults of the layout that is on the stage.
fn faults(stage: &mut Stage, window: Rect) -> Vec<String> {
    let world = stage.world();
    let used = used_layer(world);
    let texts = texts(world);
    let buttons = buttons(world);
    let mut faults = Vec::new();

    // The visible part of each text and button: rows that scroll may hide some of it.
    let mut seen = Vec::new();
    let named: Vec<(Entity, Option<String>)> = texts
        .iter()
        .map(|(node, text)| (*node, Some(text.clone())))
        .chain(buttons.iter().map(|node| (*node, None)))
        .filter(|(node, _)| layer(world, *node) >= used)
        // The countdown is as large as the mirror, and lies on all of it for a second.
        .filter(|(node, _)| !world.entity(*node).contains::<TextShadow>())
        .collect();
    for (node, text) in &named {
        let chain = chain(world, *node);
        let name = text.clone().unwrap_or_else(|| {
            let inside = texts.iter().filter(|(text, _)| self::chain(world, *text).contains(node));
            format!("[{}]", inside.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "))
        });
        let mut rect = place(world, *node);
        if let (Some(laid_out), Some(shape), Some(font)) = (
            world.get::<TextLayoutInfo>(*node),
            world.get::<ComputedNode>(*node),
            world.get::<TextFont>(*node),
        ) && let FontSize::Px(size) = font.font_size
        {
            let needed = laid_out.size * laid_out.scale_factor;
            // The space at which a line is broken counts, but isn't seen.
            let space = Vec2::new(size * laid_out.scale_factor * 0.35, 0.0);
            if (needed - space - shape.size()).max_element() > SLACK {
                faults.push(format!("{name:?} needs {needed} and has {}", shape.size()));
            }
        }
        for around in chain.iter().skip(1) {
            let Some(style) = world.get::<Node>(*around) else { continue };
            let mut outer = place(world, *around);
            let scrolls = style.overflow.x == OverflowAxis::Scroll;
            if scrolls {
                let seen = rect.intersect(Rect {
                    min: Vec2::new(outer.min.x, rect.min.y),
                    max: Vec2::new(outer.max.x, rect.max.y),
                });
                (outer.min.x, outer.max.x) = (outer.min.x.min(rect.min.x), outer.max.x.max(rect.max.x));
                if !is_within(rect, outer) {
                    faults.push(format!("{name:?} at {rect:?} isn't in its row, {outer:?}"));
                }
                rect = seen;
            } else if !is_within(rect, outer) {
                faults.push(format!("{name:?} at {rect:?} isn't in the node around it, {outer:?}"));
                break;
            }
        }
        if rect.is_empty() {
            continue;
        }
        if !is_within(rect, window) {
            faults.push(format!("{name:?} at {rect:?} isn't in the window"));
        }
        if text.is_none() && rect.size().min_element() < TARGET - 0.5 && rect == place(world, *node) {
            faults.push(format!("{name:?} is too small for a finger, {}", rect.size()));
        }
        seen.push((*node, name, rect, chain));
    }
    for (at, (node, name, rect, chain)) in seen.iter().enumerate() {
        for (other_node, other, other_rect, other_chain) in &seen[at + 1..] {
            let is_part = chain.contains(other_node) || other_chain.contains(node);
            let is_near = layer(world, *node) == layer(world, *other_node);
            if !is_part && is_near && overlap(*rect, *other_rect) {
                faults.push(format!("{name:?} at {rect:?} lies on {other:?} at {other_rect:?}"));
            }
        }
    }
    faults
}

/// The settings of a booth with everything.
pub fn kiosk() -> Settings {
    let mut settings = Settings::default();
    settings.venue.kiosk.enabled = true;
    settings.venue.consent.shown = true;
    settings.venue.consent.text = "Questions? Ask Ada at the bar, or write to ada@example.com.".into();
    settings.venue.pickup.enabled = true;
    settings
}

fn check(settings: Settings, languages: &[Language], windows: &[(u32, u32)], scenes: &[Scene]) {
    let mut stage = Stage::new(settings);
    let mut all = BTreeSet::new();
    for language in languages {
        stage.speak(*language);
        for &(width, height) in windows {
            stage.resize(width, height);
            let window = Rect::new(0.0, 0.0, width as f32, height as f32);
            for scene in scenes {
                // All problems have the same parts, which are the tightest on phones.
                let is_problem = matches!(scene, Scene::Screen(Screen::Trouble(_)));
                if is_problem && width.min(height) > 360 {
                    continue;
                }
                stage.show(*scene);
                for fault in faults(&mut stage, window) {
                    all.insert(format!("{width}x{height} {language:?} {scene:?}: {fault}"));
                }
            }
        }
    }
    assert!(all.is_empty(), "{} faults\n{}", all.len(), all.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn no_text_of_an_open_booth_is_cut() {
    // The screens that cover the booth are those of a kiosk.
    let scenes: Vec<Scene> = Scene::all().into_iter().filter(|scene| !scene.covers_booth()).collect();
    check(Settings::default(), &[Language::German, Language::Japanese], PHONES, &scenes);
}

#[test]
fn no_text_of_a_kiosk_is_cut_in_german() {
    check(kiosk(), &[Language::German], &WINDOWS, &Scene::all());
}

#[test]
fn no_text_of_a_kiosk_is_cut_on_phones_in_english_and_spanish() {
    check(kiosk(), &[Language::English, Language::Spanish], PHONES, &Scene::all());
}

#[test]
fn no_text_of_a_kiosk_is_cut_on_phones_in_french_and_japanese() {
    check(kiosk(), &[Language::French, Language::Japanese], PHONES, &Scene::all());
}
