//! Things on faces: glasses, hats, a painted tiger, big eyes. Open your mouth, and bubbles come out. Without a webcam
//! the example shows a portrait.

mod bubbles;
mod paint;
mod props;

use bevy::prelude::*;
use bevy_viewfinder::{effects::*, prelude::*};
use viewfinder_examples::{ChoicesPlugin, Chosen, Notice, fail};

/// The choices, in the order of their buttons.
const NAMES: [&str; 8] =
    ["Glasses", "Party hat", "Mustache", "Tiger", "Big eyes", "Big head", "Hidden", "Nothing"];

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins, ChoicesPlugin { names: &NAMES }))
        .add_systems(Startup, (setup, props::load))
        .add_systems(
            Update,
            ((distort, props::change).run_if(resource_changed::<Chosen>), bubbles::blow, bubbles::rise, say),
        )
        .add_observer(props::dress)
        .run()
}

/// The track that is shown, with the last error.
#[derive(Component, Default)]
struct Shown {
    error: String,
}

fn setup(mut commands: Commands) {
    let track = commands
        .spawn((
            Shown::default(),
            VideoTrack,
            VideoConstraints::new().width(1280).height(720),
            FaceTracking::new().max_faces(4),
            LightEstimation::new(),
        ))
        .observe(use_picture)
        .observe(|failed: On<FaceTrackingFailed>, mut shown: Single<&mut Shown>| {
            shown.error = failed.error.message.to_string();
        })
        .id();
    commands.spawn((
        Camera3d::default(),
        CameraBackground::new(track),
        AmbientLight::default(),
        FollowLight::new(track, 500.0),
        IsDefaultUiCamera,
    ));
    let from_above = Transform::from_xyz(-0.5, 1.0, 1.0).looking_at(Vec3::ZERO, Vec3::Y);
    commands.spawn((DirectionalLight::default(), FollowLight::new(track, 6_000.0), from_above));
}

/// Shows the effects of the choice.
fn distort(mut commands: Commands, chosen: Res<Chosen>, track: Single<Entity, With<Shown>>) {
    let effects = EffectStack::new();
    commands.entity(*track).insert(match NAMES[chosen.0] {
        "Big eyes" => effects.with(BigEyes { amount: 0.8, ..default() }),
        "Big head" => effects.with(BigHead { amount: 0.5, ..default() }),
        "Hidden" => {
            effects.with(FaceBlur { kind: bevy_viewfinder::face::FaceBlurKind::Pixelate, ..default() })
        }
        _ => effects,
    });
}

/// Tells why nothing is to be seen yet, or what has failed.
fn say(
    track: Single<(&Shown, Option<&TrackState>, &FaceDetections, Option<&ModelDownload>)>,
    mut notice: ResMut<Notice>,
) {
    let (shown, state, detections, download) = *track;
    let text = match (state, download) {
        (Some(TrackState::Pending), _) => "Requesting a webcam".into(),
        (_, Some(download)) => format!("Loading the models: {:.0} %", 100.0 * download.fraction()),
        _ if !shown.error.is_empty() => shown.error.clone(),
        _ if detections.faces.is_empty() => "Looking for faces".into(),
        _ => String::new(),
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
