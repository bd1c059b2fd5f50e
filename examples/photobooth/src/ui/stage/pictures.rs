//! Pictures of the screens, drawn by the GPU:
//!
//! ```text
//! VIEWFINDER_WRITE=1 cargo test -p photobooth pictures_of_the_booth -- --ignored
//! VIEWFINDER_SCREENS=FOLDER cargo test -p photobooth pictures_of_every_screen -- --ignored
//! ```
//!
//! The first makes those of the documentation. The second makes all of them, for people who change them.

use std::{env, fs, path::Path, thread, time::Duration};

use bevy::{
    prelude::*,
    render::{
        render_resource::TextureFormat,
        view::screenshot::{Screenshot, ScreenshotCaptured},
    },
    time::TimeUpdateStrategy,
};
use bevy_viewfinder::{photo::Photo, prelude::*};
use image::{DynamicImage, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use photobooth::{
    pickup::qr_code,
    trouble::Trouble,
    words::{Language, Words},
};
use viewfinder_examples::SourceArgument;

use super::{
    Stage,
    layout::{WINDOWS, kiosk},
    scene::Scene,
};
use crate::{
    booth::{Booth, Layouts, OnScreen, Phase},
    develop,
    feed::Viewfinder,
    host::{Code, Host, Screen, Shown},
    look::Looks,
    mode::Mode,
    picture::scaled_down,
    recording::Recording,
    settings::Settings,
    thumbnail::Thumbnails,
};

/// The looks of the shots.
const SHOTS: [&str; 4] = ["Natural", "Comic", "Newsprint", "Thermal"];

/// The time of a frame.
const FRAME: Duration = Duration::from_millis(50);
/// The frames until animations have ended.
const SETTLED: usize = 30;
/// The longest wait for the camera, in frames.
const PATIENCE: usize = 4000;

#[derive(Resource, Debug, Default)]
struct Taken(Vec<Photo>);

#[derive(Resource, Debug, Default)]
struct Captured(Option<Image>);

/// A stage with a camera, and the shots that it took.
struct Studio {
    stage: Stage,
    camera: Entity,
    shots: Vec<Photo>,
    result: Handle<Image>,
    result_size: UVec2,
    code: Handle<Image>,
    changes: u32,
}

impl Studio {
    fn new(mut settings: Settings) -> Self {
        settings.source = SourceArgument::Synthetic;
        settings.event = "Ada & Charles".into();
        settings.date = Some("27 November 2026".into());
        let (mut stage, camera) = Stage::with_gpu(settings);
        stage.0.init_resource::<Taken>().init_resource::<Captured>();
        stage.0.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
        wait(&mut stage, |world| world.resource::<Thumbnails>().0.len() == world.resource::<Looks>().len());
        let world = stage.world();
        let track =
            world.query_filtered::<Entity, With<Viewfinder>>().single(world).expect("the booth's track");
        for (index, look) in SHOTS.iter().enumerate() {
            let looks = world_looks(&mut stage, look);
            stage.world().entity_mut(track).insert(looks);
            for _ in 0..10 {
                stage.0.update();
            }
            stage
                .world()
                .spawn(GrabFrame(track))
                .observe(|taken: On<PhotoTaken>, mut all: ResMut<Taken>| all.0.push(taken.photo.clone()));
            wait(&mut stage, |world| world.resource::<Taken>().0.len() > index);
        }
        let shots = std::mem::take(&mut stage.world().resource_mut::<Taken>().0);
        let world = stage.world();
        let mut booth = Booth::default();
        (booth.mode, booth.layout, booth.photos) = (Mode::Strip, strip(world), shots.clone());
        let negative = booth.negative(
            world.resource::<Layouts>(),
            world.resource::<Settings>(),
            world.resource::<Words>(),
        );
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let product = develop::develop(&negative, &folder.path().join("strip.png")).product.expect("a strip");
        let (print, _) = product.animation.frames.first().expect("a print");
        let print = scaled_down(print, UVec2::splat(1600)).to_image();
        let code = qr_code("http://192.168.4.1:8080/4Q2ZC7Y0K5M1T8W3").expect("it fits").to_rgba(8);
        let side = u32::try_from(code.0).expect("a small code");
        let code = Photo::new(UVec2::splat(side), code.1).to_image();
        let result_size = print.size();
        let mut images = world.resource_mut::<Assets<Image>>();
        let (result, code) = (images.add(print), images.add(code));
        Self { stage, camera, shots, result, result_size, code, changes: 0 }
    }

    /// A picture of a scene.
    fn picture(&mut self, scene: Scene, (width, height): (u32, u32)) -> RgbImage {
        self.stage.resize(width, height);
        scene.set(self.stage.world());
        self.changes += 1;
        let world = self.stage.world();
        let natural = world_index(world, SHOTS[0]);
        let now = world.resource::<Time<Real>>().elapsed();
        let shot = world.resource_mut::<Assets<Image>>().add(self.shots[2].to_image());
        let mut booth = world.resource_mut::<Booth>();
        (booth.changes, booth.look) = (self.changes, natural);
        match scene {
            Scene::Counting => {
                booth.photos = self.shots[..2].to_vec();
                let mut timer = Timer::from_seconds(3.0, TimerMode::Once);
                timer.tick(Duration::from_millis(1450));
                booth.phase = Phase::Counting(timer);
            }
            Scene::Judging => {
                booth.photos = self.shots[..3].to_vec();
                booth.shot = Some(OnScreen { frames: vec![shot], ..default() });
            }
            Scene::Filming => {
                // Two seconds ago, and the time until the animations have ended.
                let start = now.saturating_sub(Duration::from_millis(2000));
                let length = Duration::from_secs(5);
                booth.phase = Phase::Recording(Recording::new(start, length, 10.0, 640, 16.0 / 9.0));
            }
            Scene::JudgingClip => booth.shot = Some(OnScreen { frames: vec![shot], ..default() }),
            Scene::Review(Mode::Clip) => {
                let frames = vec![shot];
                booth.result = OnScreen { size: self.shots[2].size, frames, animation: None };
                booth.saved = Some(Ok("/home/guest/Pictures/photobooth-2026-11-26-21-58-59.webm".into()));
            }
            Scene::Review(_) | Scene::Pickup(_) | Scene::NotSaved => {
                let frames = vec![self.result.clone()];
                booth.result = OnScreen { size: self.result_size, frames, animation: None };
            }
            _ => {}
        }
        if matches!(scene, Scene::Counting | Scene::Filming) {
            let thermal = world_index(world, SHOTS[3]);
            world.resource_mut::<Booth>().look = thermal;
        }
        let look = world.resource::<Booth>().look;
        let stack = world.resource::<Looks>().stack(look);
        let track = world.query_filtered::<Entity, With<Viewfinder>>().single(world).expect("a track");
        world.entity_mut(track).insert(stack);
        let mut host = world.resource_mut::<Host>();
        host.shown = Some(Shown { image: self.result.clone(), size: self.result_size });
        if host.code.is_some() {
            host.code = Some(Code { image: self.code.clone(), minutes: 15 });
        }
        let image = Image::new_target_texture(width, height, TextureFormat::Rgba8UnormSrgb, None);
        let target = world.resource_mut::<Assets<Image>>().add(image);
        world.entity_mut(self.camera).insert(bevy::camera::RenderTarget::Image(target.clone().into()));
        for _ in 0..SETTLED {
            self.stage.0.update();
            thread::sleep(Duration::from_millis(2));
        }
        // The frame around the next slot follows a change of the booth, once the print is there.
        self.stage.world().resource_mut::<Booth>().set_changed();
        self.stage.settle();
        let world = self.stage.world();
        world.resource_mut::<Captured>().0 = None;
        world.spawn(Screenshot::image(target)).observe(
            |captured: On<ScreenshotCaptured>, mut last: ResMut<Captured>| {
                last.0 = Some(captured.image.clone());
            },
        );
        wait(&mut self.stage, |world| world.resource::<Captured>().0.is_some());
        let captured = self.stage.world().resource_mut::<Captured>().0.take().expect("a picture");
        captured.try_into_dynamic().expect("a color picture").into_rgb8()
    }
}

fn wait(stage: &mut Stage, until: impl Fn(&World) -> bool) {
    for _ in 0..PATIENCE {
        stage.0.update();
        if until(stage.world()) {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("it took too long");
}

fn world_index(world: &World, look: &str) -> usize {
    world.resource::<Looks>().index_of(look).expect("a look")
}

fn world_looks(stage: &mut Stage, look: &str) -> EffectStack {
    let index = world_index(stage.world(), look);
    stage.world().resource::<Looks>().stack(index)
}

fn strip(world: &World) -> usize {
    let layouts = &world.resource::<Layouts>().0;
    layouts.iter().position(|layout| Some(layout.layout.kind) == Mode::Strip.kind()).unwrap_or_default()
}

#[test]
#[ignore = "it needs a GPU, and makes the pictures of the documentation"]
fn pictures_of_the_booth() {
    const GAP: u32 = 16;
    let mut open = Studio::new(Settings::default());
    let (laptop, phone, sideways) = ((1280, 800), (360, 640), (640, 360));
    let main = open.picture(Scene::Counting, laptop);
    let filming = open.picture(Scene::Filming, laptop);
    let phone_ready = open.picture(Scene::Ready, phone);
    let sideways_ready = open.picture(Scene::Ready, sideways);
    let mut kiosk = Studio::new(kiosk());
    let review = kiosk.picture(Scene::Pickup(Mode::Strip), laptop);
    let consent = kiosk.picture(Scene::Screen(Screen::Consent), laptop);
    let gallery = kiosk.picture(Scene::Screen(Screen::Gallery), laptop);
    let paper = kiosk.picture(Scene::Screen(Screen::Trouble(Trouble::Paper)), laptop);
    let phone_review = kiosk.picture(Scene::Pickup(Mode::Strip), phone);
    let sideways_judging = kiosk.picture(Scene::Judging, sideways);
    kiosk.stage.speak(Language::German);
    let phone_consent = kiosk.picture(Scene::Screen(Screen::Consent), phone);
    kiosk.stage.speak(Language::Japanese);
    let phone_copies = kiosk.picture(Scene::Screen(Screen::Copies), phone);

    // Two rows of laptops, and one of phones.
    let small = |picture: &RgbImage, width: u32, height: u32| {
        imageops::resize(picture, width, height, imageops::FilterType::Lanczos3)
    };
    let mut sheet = RgbImage::from_pixel(1504, 1120, image::Rgb([250; 3]));
    for (index, picture) in [&main, &filming, &review, &consent, &gallery, &paper].into_iter().enumerate() {
        let (column, row) = (index as u32 % 3, index as u32 / 3);
        let (x, y) = (GAP + column * (480 + GAP), GAP + row * (300 + GAP));
        imageops::replace(&mut sheet, &small(picture, 480, 300), x.into(), y.into());
    }
    let top = GAP + 2 * (300 + GAP);
    for (index, picture) in
        [&phone_ready, &phone_review, &phone_consent, &phone_copies].into_iter().enumerate()
    {
        let x = GAP + index as u32 * (252 + GAP);
        imageops::replace(&mut sheet, &small(picture, 252, 448), x.into(), top.into());
    }
    for (index, picture) in [&sideways_ready, &sideways_judging].into_iter().enumerate() {
        let (x, y) = (GAP + 4 * (252 + GAP), top + index as u32 * (216 + GAP));
        imageops::replace(&mut sheet, &small(picture, 384, 216), x.into(), y.into());
    }

    if env::var_os("VIEWFINDER_WRITE").is_some() {
        let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/images");
        for (name, picture) in [("photobooth.jpg", main), ("photobooth-screens.jpg", sheet)] {
            let file = fs::File::create(images.join(name)).expect("there is room");
            JpegEncoder::new_with_quality(file, 86).encode_image(&picture).expect("there is room");
        }
    }
}

#[test]
#[ignore = "it needs a GPU and minutes, and makes pictures for people"]
fn pictures_of_every_screen() {
    let Some(folder) = env::var_os("VIEWFINDER_SCREENS") else { return };
    let only = env::var("VIEWFINDER_ONLY").unwrap_or_default();
    fs::create_dir_all(&folder).expect("there is room");
    for (name, settings) in [("open", Settings::default()), ("kiosk", kiosk())] {
        let mut studio = Studio::new(settings);
        for language in [Language::English, Language::German, Language::Japanese] {
            studio.stage.speak(language);
            for (width, height) in WINDOWS.into_iter().chain([(1920, 1080)]) {
                for scene in Scene::all() {
                    let scene_name: String =
                        format!("{scene:?}").chars().filter(|letter| letter.is_alphanumeric()).collect();
                    let name = format!("{name}-{}-{width}x{height}-{scene_name}.png", language.tag());
                    if !only.is_empty() && !only.split(',').all(|part| name.contains(part)) {
                        continue;
                    }
                    let picture = studio.picture(scene, (width, height));
                    let path = Path::new(&folder).join(name);
                    DynamicImage::ImageRgb8(picture).save(path).expect("there is room");
                }
            }
        }
    }
}
