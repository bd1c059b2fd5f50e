//! The host's parts on the booth's own screens: buttons in the header, and the QR code beside the result.

use bevy::prelude::*;
use photobooth::words::{Key, Words};

use super::parts::Asks;
use crate::{
    booth::Booth,
    host::{Host, HostAction, UploadState},
    mode::Mode,
    settings::Settings,
    ui::{
        button::{Kind, pill},
        fit::{Roomy, Shape},
        speech::Says,
        theme::{Fonts, color, set_image, set_shown, set_text},
    },
};

/// Shown if there is a gallery, a printer, a server for uploads, or a QR code.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
enum ShownWith {
    Gallery,
    Printer,
    Upload,
    Code,
}
/// The button's label: whether the result is uploaded.
#[derive(Component, Debug)]
struct UploadLabel;
/// The picture of the QR code.
#[derive(Component, Debug)]
struct CodePicture;
/// The minutes for which the QR code works.
#[derive(Component, Debug)]
struct CodeMinutes;
/// A text that the screen with the QR code has too.
#[derive(Component, Debug)]
struct Repeated;

pub fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (show_extras, show_upload, show_code, fit_code.run_if(resource_changed::<Shape>)),
    );
}

fn small_button(commands: &mut Commands, fonts: &Fonts, key: Key, action: HostAction, size: f32) -> Entity {
    let line = (Says(key), fonts.bold("", size, color::TEXT));
    button_of(commands, line, action, size)
}

fn button_of(commands: &mut Commands, line: impl Bundle, action: HostAction, size: f32) -> Entity {
    let shape = Node { height: px(size * 2.6), padding: UiRect::horizontal(px(size)), ..pill() };
    commands
        .spawn((Button, Kind::Plain, Asks(action), BackgroundColor(Color::NONE), shape, children![line]))
        .id()
}

/// Adds the buttons for the languages and the gallery.
pub fn add_to_header(commands: &mut Commands, fonts: &Fonts, settings: &Settings, header: Entity) {
    let gallery = small_button(commands, fonts, Key::Gallery, HostAction::Gallery, 14.0);
    commands.entity(gallery).insert(ShownWith::Gallery);
    commands.entity(header).add_child(gallery);
    if settings.venue.languages().len() > 1 {
        let languages = small_button(commands, fonts, Key::Language, HostAction::Languages, 14.0);
        // A phone's header has no space for it next to the menus.
        if !settings.venue.kiosk.enabled {
            commands.entity(languages).insert(Roomy);
        }
        commands.entity(header).add_child(languages);
    }
}

/// Adds the buttons and the QR code of a result.
pub fn add_to_result(commands: &mut Commands, fonts: &Fonts, column: Entity, buttons: Entity) {
    let print = small_button(commands, fonts, Key::Print, HostAction::AskCopies, 17.0);
    commands.entity(print).insert(ShownWith::Printer);
    let line = (UploadLabel, fonts.bold("", 17.0, color::TEXT));
    let upload = button_of(commands, line, HostAction::Upload, 17.0);
    commands.entity(upload).insert(ShownWith::Upload);
    let gallery = small_button(commands, fonts, Key::Gallery, HostAction::Gallery, 17.0);
    commands.entity(gallery).insert(ShownWith::Gallery);
    commands.entity(buttons).add_children(&[print, upload, gallery]);
    let code = commands
        .spawn((
            ShownWith::Code,
            Button,
            Kind::Bare,
            Asks(HostAction::Code),
            BackgroundColor(Color::NONE),
            Node {
                column_gap: px(16),
                align_items: AlignItems::Center,
                max_width: percent(100),
                margin: UiRect::top(px(10)),
                display: Display::None,
                ..default()
            },
            children![
                (
                    CodePicture,
                    Node { width: px(148), height: px(148), flex_shrink: 0.0, ..default() },
                    ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
                    Pickable::IGNORE,
                ),
                (
                    Node {
                        flex_direction: FlexDirection::Column,
                        row_gap: px(6),
                        width: px(270),
                        min_width: px(0),
                        flex_shrink: 1.0,
                        ..default()
                    },
                    Pickable::IGNORE,
                    children![
                        (Says(Key::ScanTitle), fonts.bold("", 17.0, color::TEXT)),
                        (CodeMinutes, Repeated, fonts.medium("", 14.0, color::MUTED)),
                        (Says(Key::ScanNetwork), Repeated, fonts.medium("", 14.0, color::MUTED)),
                    ],
                ),
            ],
        ))
        .id();
    commands.entity(column).add_child(code);
}

fn show_extras(
    host: Res<Host>,
    booth: Res<Booth>,
    upload: Res<UploadState>,
    mut extras: Query<(&ShownWith, &mut Node)>,
) {
    for (with, mut node) in &mut extras {
        let shown = match with {
            ShownWith::Gallery => host.has_gallery,
            ShownWith::Printer => host.has_printer && booth.mode != Mode::Clip,
            ShownWith::Upload => *upload != UploadState::Off,
            ShownWith::Code => host.code.is_some(),
        };
        set_shown(&mut node, shown);
    }
}

fn show_upload(upload: Res<UploadState>, words: Res<Words>, mut label: Single<&mut Text, With<UploadLabel>>) {
    let said = match *upload {
        UploadState::Off | UploadState::Ready => words.text(Key::Upload),
        UploadState::Sending(percent) => words.text_with(Key::Uploading, &[("percent", percent.into())]),
        UploadState::Done => words.text(Key::Uploaded),
        UploadState::Failed => words.text(Key::TryAgain),
    };
    set_text(&mut label, &said);
}

/// A phone held sideways has space for a small code.
fn fit_code(
    shape: Res<Shape>,
    mut picture: Single<&mut Node, (With<CodePicture>, Without<Repeated>)>,
    mut texts: Query<&mut Node, With<Repeated>>,
) {
    let is_small = *shape == Shape::Sideways;
    let side = px(if is_small { 84 } else { 148 });
    (picture.width, picture.height) = (side, side);
    for mut text in &mut texts {
        set_shown(&mut text, !is_small);
    }
}

fn show_code(
    host: Res<Host>,
    words: Res<Words>,
    mut picture: Single<&mut ImageNode, With<CodePicture>>,
    mut minutes: Single<&mut Text, With<CodeMinutes>>,
) {
    if let Some(code) = &host.code {
        set_image(&mut picture, &code.image);
        let values = [("minutes", code.minutes.into())];
        set_text(&mut minutes, &words.text_with(Key::ScanMinutes, &values));
    }
}
