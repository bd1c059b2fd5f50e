//! The window: the frame with the parts that are covered, the markers, and a line of advice.

use bevy::prelude::*;
use bevy_viewfinder::{marker::MarkerDetections, prelude::*};

use super::{
    Calibrated, FILE, State,
    board::{self, COLUMNS, ROWS},
    collect::{Advice, Collection, PARTS, VIEWS},
};

const ACCENT: Color = Color::srgb(0.25, 0.85, 0.55);

/// The node of the frame.
#[derive(Component)]
pub struct Picture;

/// A part of the frame.
#[derive(Component)]
pub struct Part(UVec2);

/// A dot on a marker.
#[derive(Component)]
pub struct Dot(usize);

/// The text.
#[derive(Component)]
pub struct Line;

/// The board, to print.
#[derive(Component)]
pub struct Print;

pub fn setup(
    mut commands: Commands,
    track: Single<Entity, With<Calibrated>>,
    mut images: ResMut<Assets<Image>>,
) {
    let absolute = || Node { position_type: PositionType::Absolute, ..default() };
    let picture = commands.spawn((Picture, ImageNode::default(), ShowTrack(*track), Node::default())).id();
    for index in 0..PARTS.element_product() {
        let part = UVec2::new(index % PARTS.x, index / PARTS.x);
        let place = part.as_vec2() / PARTS.as_vec2();
        let node = Node {
            left: percent(100.0 * place.x),
            top: percent(100.0 * place.y),
            width: percent(100.0 / PARTS.x as f32),
            height: percent(100.0 / PARTS.y as f32),
            border: UiRect::all(px(1)),
            ..absolute()
        };
        let border = BorderColor::all(Color::WHITE.with_alpha(0.12));
        commands.spawn((Part(part), node, border, BackgroundColor(Color::NONE), ChildOf(picture)));
    }
    for index in 0..(COLUMNS * ROWS) as usize {
        let node = Node {
            width: px(8),
            height: px(8),
            margin: UiRect { left: px(-4), top: px(-4), ..default() },
            border_radius: BorderRadius::MAX,
            ..absolute()
        };
        commands.spawn((Dot(index), node, BackgroundColor(ACCENT), Visibility::Hidden, ChildOf(picture)));
    }
    let text = (
        Line,
        Text::default(),
        TextFont { font_size: FontSize::Px(20.0), ..default() },
        TextLayout::justify(Justify::Center),
    );
    let line = commands
        .spawn((
            Node {
                left: px(0),
                right: px(0),
                bottom: px(0),
                padding: UiRect::all(px(14)),
                justify_content: JustifyContent::Center,
                ..absolute()
            },
            BackgroundColor(Color::BLACK.with_alpha(0.65)),
            children![text],
        ))
        .id();
    let print = commands
        .spawn((
            Print,
            Node {
                width: percent(100),
                height: percent(100),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..absolute()
            },
            BackgroundColor(Color::WHITE),
            Visibility::Hidden,
            GlobalZIndex(1),
            children![(ImageNode::new(images.add(board::image())), Node { width: vmin(90), ..default() })],
        ))
        .id();
    commands
        .spawn(Node {
            width: percent(100),
            height: percent(100),
            align_items: AlignItems::Center,
            justify_content: JustifyContent::Center,
            ..default()
        })
        .add_children(&[picture, line, print]);
}

/// Brings the window up to date.
pub fn show(
    state: Res<State>,
    collection: Res<Collection>,
    keys: Res<ButtonInput<KeyCode>>,
    window: Single<&Window>,
    track: Single<(&MarkerDetections, Option<&VideoSettings>), With<Calibrated>>,
    mut picture: Single<&mut Node, (With<Picture>, Without<Dot>)>,
    mut parts: Query<(&Part, &mut BackgroundColor)>,
    mut dots: Query<(&Dot, &mut Node, &mut Visibility)>,
    mut print: Single<&mut Visibility, (With<Print>, Without<Dot>)>,
    mut line: Single<&mut Text, With<Line>>,
) {
    let (detections, settings) = *track;
    let frame = settings.map_or(detections.size, |settings| settings.size).max(UVec2::ONE).as_vec2();
    let scale = (window.size() / frame).min_element();
    (picture.width, picture.height) = (px(scale * frame.x), px(scale * frame.y));
    let is_collecting = matches!(*state, State::Collecting(_));
    for (Part(part), mut color) in &mut parts {
        let alpha = if is_collecting && collection.is_covered(*part) { 0.25 } else { 0.0 };
        color.set_if_neq(BackgroundColor(ACCENT.with_alpha(alpha)));
    }
    for (Dot(index), mut node, mut visibility) in &mut dots {
        let markers = detections.markers.iter().filter(|marker| board::corners(marker.id).is_some());
        let marker = markers.filter(|_| is_collecting).nth(*index);
        visibility.set_if_neq(if marker.is_some() { Visibility::Inherited } else { Visibility::Hidden });
        if let Some(marker) = marker {
            let middle = 100.0 * marker.corners.iter().sum::<Vec2>() / 4.0;
            (node.left, node.top) = (percent(middle.x), percent(middle.y));
        }
    }
    if keys.just_pressed(KeyCode::KeyB) {
        **print = if **print == Visibility::Hidden { Visibility::Inherited } else { Visibility::Hidden };
    }
    let text = text(&state, collection.views().len());
    if line.0 != text {
        line.0 = text;
    }
}

/// The advice, or the result.
fn text(state: &State, views: usize) -> String {
    match state {
        State::Collecting(advice) => {
            let advice = match advice {
                Advice::ShowBoard => "Show the board to the camera. Key B: the board",
                Advice::HoldStill => "Hold still",
                Advice::MoveOn => "Move the board to another place, and tilt it by 20 to 50 degrees",
            };
            format!("{views} of {VIEWS} views. {advice}")
        }
        State::Calculating(_) => "Calculating".into(),
        State::Done(calibration) => {
            let camera = &calibration.camera;
            let saved =
                if cfg!(target_family = "wasm") { String::new() } else { format!(" Saved as {FILE}.") };
            format!(
                "The mean error is {:.2} pixels, the field of view {:.1} degrees.{saved}\n\
                 fx {:.1}, fy {:.1}, cx {:.1}, cy {:.1}, k1 {:.3}, k2 {:.3}. Space: again",
                calibration.rms,
                camera.horizontal_fov().to_degrees(),
                camera.fx,
                camera.fy,
                camera.cx,
                camera.cy,
                camera.distortion.k1,
                camera.distortion.k2,
            )
        }
        State::Failed(error) => format!("{error}. Space: again"),
    }
}
