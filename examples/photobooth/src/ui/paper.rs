//! The print that grows while it is shot, and the layouts to choose from.

use std::sync::{Arc, OnceLock};

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, Task, futures::check_ready},
};
use bevy_viewfinder::photo::Photo;
use photobooth::words::Words;

use super::{
    access::Shows,
    button::{Kind, button, wire},
    fit::{Part, Shape},
    theme::{color, set_image, set_outline, set_shown},
};
use crate::{
    action::Action,
    booth::{Advanced, Booth, Layouts, Phase, lines},
    layout::{Lines, Template, compose},
    settings::Settings,
};

/// The longest side of the print on the screen, and of a layout's picture, in pixels.
const LONGEST: u32 = 720;
const LONGEST_OF_LAYOUT: u32 = 200;

/// The time in which a new print lands, in seconds.
const LANDING: f32 = 0.35;

#[derive(Component, Debug)]
struct Side;
/// The space for the print, the print, and the frame around the slot of the next photo.
#[derive(Component, Debug)]
struct Room;
#[derive(Component, Debug)]
struct Sheet;
#[derive(Component, Debug)]
struct NextSlot;
#[derive(Component, Debug)]
struct Chips;
/// A button for a layout, and its picture.
#[derive(Component, Debug)]
struct Chip(usize);
#[derive(Component, Debug)]
struct Picture(usize);

/// The print on the screen.
#[derive(Resource, Debug, Default)]
struct Print {
    /// The changes of the booth that it shows.
    of: Option<u32>,
    composing: Option<Task<Option<Image>>>,
    size: Vec2,
    /// The time since it landed.
    age: f32,
}

/// The layouts in miniature, which are made once.
#[derive(Resource, Debug, Default)]
struct Miniatures(Vec<Miniature>);

type Miniature = Arc<OnceLock<Template>>;

/// Pictures of layouts that are being made, each with its index.
#[derive(Resource, Debug, Default)]
struct Pictures(Vec<(usize, Task<Option<Image>>)>);

pub fn plugin(app: &mut App) {
    app.init_resource::<Print>().init_resource::<Pictures>().init_resource::<Miniatures>().add_systems(
        Update,
        (
            compose_pictures.run_if(resource_changed::<Words>),
            compose_print,
            fit_sheet,
            land,
            mark_next_slot,
            show_pictures,
            show_layouts,
            fit_side.run_if(resource_changed::<Shape>),
        )
            .chain()
            .after(Advanced),
    );
}

pub fn build(commands: &mut Commands, layouts: &Layouts) -> Entity {
    let room = commands
        .spawn((
            Room,
            Node {
                flex_grow: 1.0,
                flex_basis: px(0),
                min_width: px(0),
                min_height: px(0),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            },
            children![(
                Sheet,
                Shows::Print,
                Node { border_radius: BorderRadius::all(px(4)), ..default() },
                ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
                UiTransform::IDENTITY,
                BoxShadow::new(Color::BLACK.with_alpha(0.45), px(0), px(10), px(0), px(28)),
                children![(
                    NextSlot,
                    Node { position_type: PositionType::Absolute, display: Display::None, ..default() },
                    Outline::new(px(3), px(0), color::CORAL),
                    UiTransform::IDENTITY,
                )],
            )],
        ))
        .id();
    let chips = commands
        .spawn((
            Chips,
            Node {
                flex_shrink: 0.0,
                column_gap: px(10),
                row_gap: px(10),
                padding: UiRect::all(px(4)),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            },
        ))
        .id();
    let mut miniatures = Miniatures::default();
    for (index, template) in layouts.0.iter().enumerate() {
        let canvas = template.layout.canvas;
        let aspect = canvas.width as f32 / canvas.height as f32;
        let chip = commands
            .spawn((
                button(Kind::Bare, Action::Layout(index)),
                Chip(index),
                Name::new(template.layout.name.clone()),
                Node {
                    // Wide enough for a finger.
                    min_width: px(34),
                    justify_content: JustifyContent::Center,
                    border_radius: BorderRadius::all(px(4)),
                    ..default()
                },
                children![(
                    Picture(index),
                    Node { aspect_ratio: Some(aspect), border_radius: BorderRadius::all(px(3)), ..default() },
                    BackgroundColor(color::SURFACE),
                    ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
                    Outline::new(px(3), px(2), Color::NONE),
                    Pickable::IGNORE,
                )],
            ))
            .id();
        wire(commands, chip);
        commands.entity(chips).add_child(chip);
        miniatures.0.push(Miniature::default());
    }
    commands.insert_resource(miniatures);
    commands
        .spawn((Part::Side, ZIndex(0), Side, Node { min_width: px(0), min_height: px(0), ..default() }))
        .add_children(&[room, chips])
        .id()
}

/// Composes a small print.
fn start(
    template: Template,
    miniature: Miniature,
    photos: Vec<Photo>,
    lines: Lines,
    longest: u32,
) -> Task<Option<Image>> {
    AsyncComputeTaskPool::get().spawn(async move {
        let miniature = miniature.get_or_init(|| template.scaled_down(LONGEST));
        let smaller = (longest < LONGEST).then(|| miniature.scaled_down(longest));
        let print = compose(smaller.as_ref().unwrap_or(miniature), &photos, &lines);
        print.inspect_err(|error| warn!("no preview: {error}")).ok().map(|print| print.to_image())
    })
}

/// Composes the pictures of the layouts, which have a date in the language of the guest.
fn compose_pictures(
    layouts: Res<Layouts>,
    settings: Res<Settings>,
    words: Res<Words>,
    miniatures: Res<Miniatures>,
    mut pictures: ResMut<Pictures>,
) {
    let lines = lines(&settings, &words);
    let layouts = layouts.0.iter().zip(&miniatures.0).enumerate();
    let picture = |(index, (template, miniature)): (usize, (&Template, &Miniature))| {
        let composing =
            start(template.clone(), miniature.clone(), Vec::new(), lines.clone(), LONGEST_OF_LAYOUT);
        (index, composing)
    };
    pictures.0 = layouts.map(picture).collect();
}

/// Composes the print again when the photos or the layout changed.
fn compose_print(
    booth: Res<Booth>,
    layouts: Res<Layouts>,
    settings: Res<Settings>,
    words: Res<Words>,
    miniatures: Res<Miniatures>,
    mut print: ResMut<Print>,
    mut images: ResMut<Assets<Image>>,
    mut sheet: Single<&mut ImageNode, With<Sheet>>,
) {
    if words.is_changed() {
        print.of = None;
    }
    if print.of != Some(booth.changes) && print.composing.is_none() {
        print.of = Some(booth.changes);
        let template = booth.template(&layouts, &settings);
        // A film isn't among the layouts.
        let miniature = miniatures.0.get(booth.layout).filter(|_| booth.mode.kind().is_some());
        let miniature = miniature.cloned().unwrap_or_default();
        let lines = lines(&settings, &words);
        print.composing = Some(start(template, miniature, booth.photos_on_print(), lines, LONGEST));
    }
    if let Some(composed) = print.bypass_change_detection().composing.as_mut().and_then(check_ready) {
        print.composing = None;
        if let Some(image) = composed {
            print.size = image.size_f32();
            print.age = 0.0;
            sheet.image = images.add(image);
        }
    }
}

/// Makes the print as large as its space allows.
fn fit_sheet(
    print: Res<Print>,
    room: Single<&ComputedNode, With<Room>>,
    mut sheet: Single<&mut Node, With<Sheet>>,
) {
    let room = (room.size() * room.inverse_scale_factor() - 12.0).max(Vec2::ONE);
    let size = print.size.max(Vec2::ONE);
    let fitted = (size * (room / size).min_element()).floor();
    let (width, height) = (px(fitted.x), px(fitted.y));
    if (sheet.width, sheet.height) != (width, height) {
        (sheet.width, sheet.height) = (width, height);
    }
    set_shown(&mut sheet, print.size != Vec2::ZERO);
}

/// A new print lands on the screen.
fn land(mut print: ResMut<Print>, time: Res<Time>, mut sheet: Single<&mut UiTransform, With<Sheet>>) {
    if print.age < 1.0 {
        let print = print.bypass_change_detection();
        print.age = (print.age + time.delta_secs() / LANDING).min(1.0);
        let left = 1.0 - EaseFunction::CubicOut.sample_clamped(print.age);
        sheet.scale = Vec2::splat(1.0 + 0.05 * left);
    }
}

/// Frames the slot of the next photo.
fn mark_next_slot(
    booth: Res<Booth>,
    layouts: Res<Layouts>,
    settings: Res<Settings>,
    print: Res<Print>,
    next: Single<(&mut Node, &mut UiTransform), With<NextSlot>>,
) {
    let (mut node, mut transform) = next.into_inner();
    // While another print is being composed, the slots aren't those on the screen.
    let takes = matches!(booth.phase, Phase::Counting(_) | Phase::Exposing | Phase::Recording(_))
        && print.composing.is_none();
    set_shown(&mut node, takes);
    if !takes || !booth.is_changed() {
        return;
    }
    let layout = booth.template(&layouts, &settings).layout;
    let next = (0..layout.slots.len()).find(|slot| layout.photo_of(*slot) == booth.photos.len());
    let Some(slot) = next.and_then(|slot| layout.slots.get(slot)) else { return };
    let (width, height) = (layout.canvas.width as f32 / 100.0, layout.canvas.height as f32 / 100.0);
    (node.left, node.top) = (percent(slot.x / width), percent(slot.y / height));
    (node.width, node.height) = (percent(slot.width / width), percent(slot.height / height));
    transform.rotation = Rot2::degrees(slot.turn);
}

fn show_pictures(
    mut pictures: ResMut<Pictures>,
    mut images: ResMut<Assets<Image>>,
    mut nodes: Query<(&Picture, &mut ImageNode)>,
) {
    pictures.bypass_change_detection().0.retain_mut(|(index, task)| {
        let Some(made) = check_ready(task) else { return true };
        if let Some(made) = made
            && let Some((_, mut node)) = nodes.iter_mut().find(|(picture, _)| picture.0 == *index)
        {
            set_image(&mut node, &images.add(made));
        }
        false
    });
}

/// Shows the layouts of the mode, and marks the chosen one.
fn show_layouts(
    booth: Res<Booth>,
    layouts: Res<Layouts>,
    mut chips: Query<(&Chip, &mut Node, &Interaction)>,
    mut pictures: Query<(&Picture, &mut Outline)>,
) {
    for (chip, mut node, interaction) in &mut chips {
        let kind = layouts.0.get(chip.0).map(|template| template.layout.kind);
        set_shown(&mut node, booth.mode.kind().is_some() && kind == booth.mode.kind());
        let color = match interaction {
            _ if chip.0 == booth.layout => color::CORAL,
            Interaction::None => Color::NONE,
            Interaction::Hovered => color::TEXT.with_alpha(0.45),
            Interaction::Pressed => color::TEXT,
        };
        if let Some((_, mut outline)) = pictures.iter_mut().find(|(picture, _)| picture.0 == chip.0) {
            set_outline(&mut outline, color);
        }
    }
}

/// The layouts are below the print, or beside it.
fn fit_side(
    shape: Res<Shape>,
    mut side: Single<&mut Node, With<Side>>,
    mut chips: Single<&mut Node, (With<Chips>, Without<Side>)>,
    mut pictures: Query<&mut Node, (With<Picture>, Without<Side>, Without<Chips>)>,
) {
    let (direction, of_chips, height) = match *shape {
        Shape::Landscape => (FlexDirection::Column, FlexDirection::Row, 78),
        Shape::Portrait => (FlexDirection::Row, FlexDirection::Column, 62),
        Shape::Sideways => (FlexDirection::Column, FlexDirection::Row, 38),
    };
    (side.flex_direction, side.row_gap, side.column_gap) = (direction, px(10), px(8));
    // On a portrait screen the layouts stay near the print.
    (side.width, side.justify_self) = match *shape {
        Shape::Portrait => (px(290), JustifySelf::Center),
        _ => (auto(), JustifySelf::Auto),
    };
    chips.flex_direction = of_chips;
    for mut picture in &mut pictures {
        picture.height = px(height);
    }
}
