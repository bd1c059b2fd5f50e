//! The user interface.
//!
//! Sizes are for a window of 1280x800, of 420x880 in portrait, or of 780x390 for a phone held sideways. [`fit`] scales
//! them and places the parts.

mod access;
mod button;
mod controls;
mod fit;
mod host;
mod looks;
mod menus;
mod mirror;
mod modes;
mod notices;
mod paper;
mod review;
mod speech;
#[cfg(test)]
mod stage;
mod stickers;
mod theme;

use bevy::prelude::*;
use bevy_viewfinder::menus::{DeviceMenu, EffectMenu};

use crate::{
    booth::Layouts,
    feed::{self, Viewfinder},
    look::Looks,
    settings::Settings,
    sticker::StickerImages,
};

use photobooth::words::Key;

use fit::{NotSideways, Part, Roomy};
use speech::Says;
use theme::{Fonts, color};

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, build.after(feed::open)).add_plugins((
        theme::plugin,
        button::plugin,
        fit::plugin,
        modes::plugin,
        mirror::plugin,
        stickers::plugin,
        paper::plugin,
        looks::plugin,
        controls::plugin,
        notices::plugin,
        review::plugin,
        speech::plugin,
        host::plugin,
        access::plugin,
        menus::plugin,
    ));
}

/// Builds the tree of nodes. The systems of the child modules fill it.
fn build(
    mut commands: Commands,
    fonts: Res<Fonts>,
    settings: Res<Settings>,
    layouts: Res<Layouts>,
    all_looks: Res<Looks>,
    images: Res<StickerImages>,
    track: Single<Entity, With<Viewfinder>>,
) {
    let parts = [
        header(&mut commands, &fonts, &settings, *track),
        notices::banner(&mut commands, &fonts),
        modes::build(&mut commands, &fonts, &settings),
        mirror::build(&mut commands, &fonts, &images),
        paper::build(&mut commands, &layouts),
        looks::build(&mut commands, &fonts, &all_looks),
        controls::build(&mut commands, &fonts),
        review::build(&mut commands, &fonts),
        notices::toast(&mut commands, &fonts),
        notices::flash(&mut commands),
    ];
    commands
        .spawn((
            fit::Root,
            Node { display: Display::Grid, width: percent(100), height: percent(100), ..default() },
            BackgroundGradient::from(LinearGradient::to_bottom(vec![
                color::DUSK.into(),
                ColorStop::percent(color::NIGHT, 70),
            ])),
        ))
        .add_children(&parts);
}

/// The title on the left, the menus of devices and effects on the right. Guests of a kiosk get no menus of devices.
fn header(commands: &mut Commands, fonts: &Fonts, settings: &Settings, track: Entity) -> Entity {
    let row = |gap| Node { align_items: AlignItems::Center, column_gap: px(gap), ..default() };
    let lamp = |size, color| {
        let node = Node { width: px(size), height: px(size), border_radius: BorderRadius::MAX, ..default() };
        (node, BackgroundColor(color))
    };
    let right =
        commands.spawn((row(8), children![(notices::Lamp, access::Shows::Lamp, lamp(8, color::AMBER))])).id();
    if !settings.venue.kiosk.enabled {
        let devices = commands.spawn((DeviceMenu { track }, Roomy)).id();
        let effects = commands.spawn((EffectMenu { track }, Roomy)).id();
        commands.entity(right).add_children(&[devices, effects]);
    }
    host::add_to_header(commands, fonts, settings, right);
    commands
        .spawn((
            Part::Header,
            ZIndex(2),
            Node {
                height: px(36),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::SpaceBetween,
                ..default()
            },
            children![(
                NotSideways,
                row(10),
                children![
                    lamp(14, color::CORAL),
                    (Says(Key::Booth), fonts.bold("", 22.0, color::TEXT), TextLayout::no_wrap()),
                ],
            )],
        ))
        .add_child(right)
        .id()
}
