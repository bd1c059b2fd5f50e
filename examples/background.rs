//! The background of people, live: blurred, replaced, gray, dark or gone. Press a button, or a key from 1 to 6.
//!
//! ```text
//! cargo run --example background --features person
//! ```

use bevy::{prelude::*, window::PrimaryWindow};
use bevy_viewfinder::{effects::*, person::PRESETS, prelude::*};
use viewfinder_examples::fail;

/// The choices, in the order of their buttons.
const CHOICES: [(&str, Look); 6] = [
    ("Blur", Look::Preset("background_blur")),
    ("Sunset", Look::Sunset),
    ("Gray world", Look::Preset("person_color")),
    ("Studio", Look::Preset("background_studio")),
    ("Cut out", Look::Preset("person_cutout")),
    ("As it is", Look::None),
];

const SURFACE: Color = Color::srgba(0.08, 0.08, 0.11, 0.82);
const ACCENT: Color = Color::srgb(0.98, 0.45, 0.36);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Look {
    None,
    Preset(&'static str),
    Sunset,
}

/// The look that is shown: an index of [`CHOICES`].
#[derive(Resource, Default)]
struct Chosen(usize);

/// A button for this index of [`CHOICES`].
#[derive(Component)]
struct Choice(usize);

/// The track that is shown, with the last error.
#[derive(Component, Default)]
struct Shown {
    error: String,
}

/// The text about the device.
#[derive(Component)]
struct Notice;

/// The word behind people who are cut out.
#[derive(Component)]
struct Word;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .insert_resource(ClearColor(Color::srgb(0.16, 0.14, 0.30)))
        .init_resource::<Chosen>()
        .add_systems(Startup, setup)
        .add_systems(Update, (choose, apply.run_if(resource_changed::<Chosen>), lay_out, say).chain())
        .run()
}

fn setup(mut commands: Commands, assets: Res<AssetServer>) {
    commands.spawn(Camera2d);
    let track = commands
        .spawn((Shown::default(), VideoTrack, VideoConstraints::new().width(1280).height(720)))
        .observe(use_picture)
        .observe(|failed: On<PersonSegmentationFailed>, mut shown: Single<&mut Shown>| {
            shown.error = failed.error.message.to_string();
        })
        .id();
    let font = assets.load("fonts/Quicksand-Bold.ttf");
    let text = |size| TextFont { font: (&font).into(), font_size: FontSize::Px(size), ..default() };
    let middle = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..default()
    };
    let word = (Word, Text::new("HELLO"), text(200.0), TextColor(ACCENT), Visibility::Hidden);
    commands.spawn((middle.clone(), children![word]));
    commands.spawn((middle, children![(ImageNode::default(), ShowTrack(track), Node::default())]));

    let button = |(index, (name, _)): (usize, &(&str, Look))| {
        (
            Choice(index),
            Button,
            Node {
                padding: UiRect::axes(px(18), px(12)),
                border_radius: BorderRadius::MAX,
                min_height: px(44),
                align_items: AlignItems::Center,
                ..default()
            },
            BackgroundColor(SURFACE),
            children![(Text::new(*name), text(17.0), TextColor(Color::WHITE))],
        )
    };
    let buttons: Vec<_> = CHOICES.iter().enumerate().map(button).collect();
    let row = Node {
        flex_wrap: FlexWrap::Wrap,
        justify_content: JustifyContent::Center,
        column_gap: px(10),
        row_gap: px(10),
        ..default()
    };
    let row = commands.spawn(row).id();
    for button in buttons {
        let button = commands.spawn(button).id();
        commands.entity(row).add_child(button);
    }
    let bottom = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        bottom: px(24),
        padding: UiRect::horizontal(px(16)),
        flex_direction: FlexDirection::Column,
        align_items: AlignItems::Center,
        row_gap: px(14),
        ..default()
    };
    let notice = (Notice, Text::default(), text(15.0), TextLayout::justify(Justify::Center));
    commands.spawn(bottom).with_child(notice).add_child(row);
}

/// Chooses a look by the keys and buttons.
fn choose(
    keys: Res<ButtonInput<KeyCode>>,
    buttons: Query<(&Interaction, &Choice), Changed<Interaction>>,
    mut chosen: ResMut<Chosen>,
) {
    const KEYS: [KeyCode; CHOICES.len()] = [
        KeyCode::Digit1,
        KeyCode::Digit2,
        KeyCode::Digit3,
        KeyCode::Digit4,
        KeyCode::Digit5,
        KeyCode::Digit6,
    ];
    let pressed = buttons.iter().find(|(interaction, _)| **interaction == Interaction::Pressed);
    let index = pressed.map(|(_, choice)| choice.0).or(KEYS.iter().position(|key| keys.just_pressed(*key)));
    if let Some(index) = index {
        chosen.0 = index;
    }
}

/// Shows the chosen look.
fn apply(
    mut commands: Commands,
    chosen: Res<Chosen>,
    assets: Res<AssetServer>,
    registry: Res<bevy_viewfinder::effect::EffectRegistry>,
    track: Single<Entity, With<Shown>>,
    mut buttons: Query<(&Choice, &mut BackgroundColor)>,
    mut word: Single<&mut Visibility, With<Word>>,
) -> Result {
    let (_, look) = CHOICES[chosen.0];
    let stack = match look {
        Look::None => EffectStack::new(),
        Look::Sunset => {
            let sunset = Background { image: assets.load("pictures/sunset.png").into(), ..default() };
            EffectStack::new().with(PersonCutout::default()).with(sunset)
        }
        Look::Preset(name) => {
            let text = PRESETS.iter().find(|(known, _)| *known == name).map_or("[]", |(_, text)| text);
            registry.read_preset(text)?
        }
    };
    commands.entity(*track).insert(stack);
    for (choice, mut color) in &mut buttons {
        color.0 = if choice.0 == chosen.0 { ACCENT } else { SURFACE };
    }
    let is_cut_out = look == Look::Preset("person_cutout");
    **word = if is_cut_out { Visibility::Inherited } else { Visibility::Hidden };
    Ok(())
}

/// Fits the output into the window, and the word.
fn lay_out(
    window: Single<&Window, With<PrimaryWindow>>,
    images: Res<Assets<Image>>,
    output: Single<(&ImageNode, &mut Node), With<ShowTrack>>,
    mut word: Single<&mut TextFont, With<Word>>,
) {
    let (image, mut node) = output.into_inner();
    let Some(size) = images.get(&image.image).map(|image| image.size_f32()) else { return };
    let scale = (window.size() / size).max_element();
    let (width, height) = (px(size.x * scale), px(size.y * scale));
    if (node.width, node.height) != (width, height) {
        (node.width, node.height, node.flex_shrink) = (width, height, 0.0);
    }
    let font_size = FontSize::Px(window.width() / 4.0);
    if word.font_size != font_size {
        word.font_size = font_size;
    }
}

/// Tells why nothing is to be seen yet, or what has failed.
fn say(
    track: Single<(&Shown, Option<&TrackState>, Option<&PersonMask>)>,
    mut notice: Single<&mut Text, With<Notice>>,
) {
    let (shown, state, mask) = *track;
    let text = match (state, mask) {
        (Some(TrackState::Pending), _) => "Requesting a webcam",
        (_, Some(mask)) if mask.captured.is_none() && shown.error.is_empty() => "Looking for people",
        _ => &shown.error,
    };
    if notice.0 != text {
        notice.0 = text.into();
    }
}

/// Without a webcam a portrait is in its place.
fn use_picture(
    failed: On<TrackFailed>,
    mut commands: Commands,
    assets: Res<AssetServer>,
    mut shown: Single<&mut Shown>,
) {
    shown.error = format!("No webcam: {}. This is a picture.", failed.error.message);
    let picture = assets.load("pictures/eileen_collins.jpg");
    commands.entity(failed.entity).remove::<VideoTrack>().insert(EffectInput(picture));
}
