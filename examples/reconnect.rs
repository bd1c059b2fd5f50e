//! A track that comes back: unplug the webcam, and plug it in again.
//!
//! Without a webcam the example continues with a scripted device, and Space unplugs it and plugs it in.

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::{
    device::Device,
    prelude::*,
    source::scripted::{Script, ScriptedSource},
};

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, (show, play.run_if(resource_exists::<Scripted>)))
        .run()
}

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::default());
    let track = commands.spawn((VideoTrack, AutoReconnect)).observe(use_script).id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

fn show(
    track: Single<(&TrackState, Option<&VideoSettings>)>,
    scripted: Option<Res<Scripted>>,
    mut text: Single<&mut Text>,
) {
    let help =
        if scripted.is_some() { "Space: unplug, plug in" } else { "Unplug the webcam, and plug it in again" };
    let label = track.1.map_or("no device", |settings| settings.label.as_str());
    text.0 = format!("{help}\n{:?}: {label}", track.0);
}

/// The device that stands in for a webcam.
#[derive(Resource)]
struct Scripted {
    script: Script,
    device: Device,
}

fn use_script(failed: On<TrackFailed>, mut commands: Commands, scripted: Option<Res<Scripted>>) {
    warn!("{}", failed.error);
    if scripted.is_some() {
        return;
    }
    let (source, script) = ScriptedSource::new();
    script.solid([60, 120, 200]);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::new(source)));
    if let Some(device) = script.devices().pop() {
        commands.insert_resource(Scripted { script, device });
    }
}

fn play(scripted: Res<Scripted>, keys: Res<ButtonInput<KeyCode>>) {
    scripted.script.frame();
    if keys.just_pressed(KeyCode::Space) {
        if scripted.script.devices().is_empty() {
            scripted.script.plug_in(scripted.device.clone());
        } else {
            scripted.script.unplug();
        }
    }
}
