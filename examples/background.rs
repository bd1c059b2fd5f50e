//! The background of people, live: blurred, replaced, gray, dark or gone. Press a button, or a key from 1 to 6.

use bevy::{prelude::*, window::PrimaryWindow};
use bevy_viewfinder::{effect::EffectRegistry, effects::*, person::PRESETS, prelude::*};
use viewfinder_examples::{ChoicesPlugin, Chosen, Notice, fail};

/// The choices, in the order of their buttons.
const NAMES: [&str; 6] = ["Blur", "Sunset", "Gray world", "Studio", "Cut out", "As it is"];
const LOOKS: [Look; NAMES.len()] = [
    Look::Preset("background_blur"),
    Look::Sunset,
    Look::Preset("person_color"),
    Look::Preset("background_studio"),
    Look::Preset("person_cutout"),
    Look::None,
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Look {
    None,
    Preset(&'static str),
    Sunset,
}

/// The track that is shown, with the last error.
#[derive(Component, Default)]
struct Shown {
    error: String,
}

/// The word behind people who are cut out.
#[derive(Component)]
struct Word;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins, ChoicesPlugin { names: &NAMES }))
        .insert_resource(ClearColor(Color::srgb(0.16, 0.14, 0.30)))
        .add_systems(Startup, setup)
        .add_systems(Update, (apply.run_if(resource_changed::<Chosen>), lay_out, say).chain())
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
    let middle = Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        height: percent(100),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        ..default()
    };
    let font = TextFont { font: assets.load("fonts/Quicksand-Bold.ttf").into(), ..default() };
    let color = TextColor(Color::srgb(0.98, 0.45, 0.36));
    let word = (Word, Text::new("HELLO"), font, color, Visibility::Hidden);
    commands.spawn((middle.clone(), children![word]));
    commands.spawn((middle, children![(ImageNode::default(), ShowTrack(track), Node::default())]));
}

/// Shows the chosen look.
fn apply(
    mut commands: Commands,
    chosen: Res<Chosen>,
    assets: Res<AssetServer>,
    registry: Res<EffectRegistry>,
    track: Single<Entity, With<Shown>>,
    mut word: Single<&mut Visibility, With<Word>>,
) -> Result {
    let look = LOOKS[chosen.0];
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
    track: Single<(&Shown, Option<&TrackState>, Option<&PersonMask>, Option<&ModelDownload>)>,
    mut notice: ResMut<Notice>,
) {
    let (shown, state, mask, download) = *track;
    let text = match (state, mask, download) {
        (Some(TrackState::Pending), ..) => "Requesting a webcam".into(),
        (.., Some(download)) => format!("Loading the model: {:.0} %", 100.0 * download.fraction()),
        (_, Some(mask), _) if mask.captured.is_none() && shown.error.is_empty() => {
            "Looking for people".into()
        }
        _ => shown.error.clone(),
    };
    if notice.0 != text {
        notice.0 = text;
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
