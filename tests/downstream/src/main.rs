//! An app as others write it, with the crates that are likely to meet in it.

use bevy::prelude::*;
use bevy_egui::EguiPlugin;
use bevy_viewfinder::prelude::*;
use image::RgbaImage;

fn main() {
    if let Some(backend) = nokhwa::native_api_backend() {
        println!("cameras come by {backend:?}");
    }
    App::new()
        .add_plugins((DefaultPlugins, EguiPlugin::default(), ViewfinderPlugins))
        .add_systems(Startup, |mut commands: Commands| {
            let track = commands.spawn(VideoTrack).id();
            commands.spawn(TakePhoto(track)).observe(shrink);
        })
        .run();
}

fn shrink(taken: On<PhotoTaken>) {
    let UVec2 { x: width, y: height } = taken.photo.size;
    let small = RgbaImage::from_raw(width, height, taken.photo.rgba.to_vec())
        .map(|image| image::imageops::thumbnail(&image, 64, 64));
    println!("{:?}", small.map(|image| image.dimensions()));
}
