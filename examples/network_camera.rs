//! A camera in a network that sends Motion JPEG over HTTP, or H.264 or Motion JPEG by RTSP, by its URL. The window
//! shows its state too: unplug the camera, and plug it in again.
//!
//! ```text
//! cargo run --example network_camera -- http://192.168.1.20:81/stream
//! ```

use std::env;

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::{
    prelude::*,
    source::{NetworkSource, RtspSource},
};
use viewfinder_examples::{fail, print};

const HELP: &str = "\
Shows a camera of the network: network_camera URL

The URL is that of its video, and can have a user name and a password:
  rtsp://user:password@192.168.1.20/stream1            an IP camera, by RTSP
  http://user:password@192.168.1.20/mjpg/video.mjpg    an IP camera; its manual has the path
  http://192.168.1.20:81/stream                        an ESP32-CAM
  http://192.168.1.20:8080/?action=stream              mjpg-streamer
  http://octopi.local/webcam/?action=stream            OctoPrint

Without a camera, ffmpeg can be one. Start it first:
  ffmpeg -re -f lavfi -i testsrc2 -f mpjpeg -listen 1 \\
    -content_type 'multipart/x-mixed-replace;boundary=ffmpeg' http://127.0.0.1:8090
  network_camera http://127.0.0.1:8090
";

fn main() -> AppExit {
    let Some(url) = env::args().nth(1).filter(|argument| !argument.starts_with('-')) else {
        return print(HELP).map_or_else(|error| fail(&error), |()| AppExit::Success);
    };
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, move |commands: Commands| setup(commands, &url))
        .add_systems(Update, show_state)
        .run()
}

fn setup(mut commands: Commands, url: &str) {
    commands.spawn(Camera2d);
    commands.spawn(Text::default());
    let source = match url.starts_with("rtsp:") {
        true => TrackSource::new(RtspSource::new(url)),
        false => TrackSource::new(NetworkSource::new(url)),
    };
    let track = commands
        .spawn((VideoTrack, source, Problem::default()))
        .observe(|failed: On<TrackFailed>, mut problem: Single<&mut Problem>| {
            tell(&mut problem, &failed.error)
        })
        .observe(|failed: On<DeviceReopenFailed>, mut problem: Single<&mut Problem>| {
            tell(&mut problem, &failed.error);
        })
        .observe(|ended: On<TrackEnded>, mut problem: Single<&mut Problem>| {
            ended.error.iter().for_each(|error| tell(&mut problem, error));
        })
        .observe(|_: On<Remove, Muted>, mut problem: Single<&mut Problem>| problem.0.clear())
        .id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

/// The last error of the camera.
#[derive(Component, Default)]
struct Problem(String);

fn tell(problem: &mut Problem, error: &MediaError) {
    warn!("{error}");
    problem.0 = error.to_string();
}

fn show_state(
    track: Single<(&TrackState, Option<&VideoSettings>, Has<Muted>, &Problem)>,
    mut text: Single<&mut Text>,
) {
    let (state, settings, is_muted, problem) = *track;
    let name = settings.map_or(String::new(), |VideoSettings { label, size, .. }| {
        format!("{label}, {} x {}", size.x, size.y)
    });
    let muted = if is_muted { ", connecting again" } else { "" };
    text.0 = format!("{name}\n{state:?}{muted}\n{}", problem.0);
}
