//! Tests of stickers on faces, from the camera to the file. They need a graphics driver; software will do.

use std::{
    env, fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use bevy::{
    app::PluginsState, input::InputPlugin, prelude::*, tasks::tick_global_task_pools_on_main_thread,
    time::TimeUpdateStrategy,
};
use bevy_viewfinder::{
    device::NativeMode,
    frame::PixelFormat,
    photo::Photo,
    prelude::*,
    source::{CustomFeed, CustomSource},
};
use image::RgbaImage;
use photobooth::words::Words;
use viewfinder_examples::headless_app;

use super::{Booth, Layouts, Phase, plugin};
use crate::{
    action::Action,
    feed::{Feed, Viewfinder},
    look::Looks,
    mode::Mode,
    settings::{Boomerang, Gif, Settings},
    sticker::Stickers,
};

/// A portrait of 512x512 pixels, whose face is in its upper middle.
const PORTRAIT: &[u8] = include_bytes!("../../../../crates/people/tests/data/astronaut.jpg");

/// Between the outer corners of its eyes, and their distance, in pixels: those that MediaPipe found.
const EYES: Vec2 = Vec2::new(225.4, 102.5);
const DISTANCE: f32 = 61.8;

/// The size of the camera's frames.
const FRAME: UVec2 = UVec2::new(640, 480);

/// The steps of the portrait to the right, their width in pixels, and the last one.
const STEP: u32 = 8;
const LAST: u32 = 16;

/// The glasses and the heart among the stickers.
const GLASSES: usize = 0;
const HEART: usize = 4;

/// Long enough for a busy machine without a GPU.
const PATIENCE: Duration = Duration::from_secs(120);

/// A frame of the camera: the portrait on gray, this many steps to the right.
fn frame(portrait: &RgbaImage, step: u32) -> RgbaImage {
    let mut frame = RgbaImage::from_pixel(FRAME.x, FRAME.y, image::Rgba([118, 118, 118, 255]));
    image::imageops::replace(&mut frame, portrait, i64::from(step * STEP), 0);
    frame
}

/// A booth with a guest.
struct Visit {
    app: App,
    feed: CustomFeed,
    /// The frames of the camera, by the steps of the portrait.
    frames: Vec<RgbaImage>,
    step: u32,
}

impl Visit {
    /// A booth without a window, whose mirror is live.
    fn begin(settings: Settings) -> Self {
        let portrait = image::load_from_memory(PORTRAIT).expect("a photo").into_rgba8();
        let mode = NativeMode { size: FRAME, frame_rate: 30.0, format: PixelFormat::Rgba32 };
        let (source, feed) = CustomSource::new("a guest", [mode]);
        let mut app = headless_app(Duration::ZERO).expect("a graphics driver");
        app.add_plugins((InputPlugin, plugin))
            .insert_resource(Looks::new(None, &settings))
            .insert_resource(settings)
            .init_resource::<Layouts>()
            .init_resource::<Feed>()
            .init_resource::<Words>();
        while app.plugins_state() == PluginsState::Adding {
            tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        let source = TrackSource::new(source);
        app.world_mut().spawn((Viewfinder, VideoTrack, source, EffectStack::new(), Mirroring::On));
        let frames = (0..=LAST).map(|step| frame(&portrait, step)).collect();
        let mut visit = Self { app, feed, frames, step: 0 };
        visit.until("a live mirror", |world| {
            let mut track = world.query_filtered::<&TrackState, With<Viewfinder>>();
            track.single(world).is_ok_and(|state| *state == TrackState::Live)
        });
        visit
    }

    /// Shows the guest to the camera until this is true.
    #[track_caller]
    fn until(&mut self, expected: &str, is_true: impl Fn(&mut World) -> bool) {
        let start = Instant::now();
        while !is_true(self.app.world_mut()) {
            assert!(start.elapsed() < PATIENCE, "waited in vain for {expected}");
            let frame = &self.frames[self.step as usize];
            self.feed.push_rgba(FRAME, frame).expect("a frame");
            self.app.update();
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Moves the guest a step to the right, or back, once the last step was seen.
    #[track_caller]
    fn go(&mut self, by: i32) {
        let searched = |world: &mut World| {
            let mut faces = world.query::<&FaceDetections>();
            faces.single(world).ok().and_then(|faces| faces.captured)
        };
        let before = searched(self.app.world_mut());
        self.step = self.step.saturating_add_signed(by).min(LAST);
        self.until("a search", |world| searched(world) != before);
    }

    fn act(&mut self, action: Action) {
        self.app.world_mut().trigger(action);
    }

    #[track_caller]
    fn until_phase(&mut self, expected: &str, is_phase: impl Fn(&Phase) -> bool) {
        self.until(expected, |world| is_phase(&world.resource::<Booth>().phase));
    }

    fn stickers(&self) -> &Stickers {
        self.app.world().resource::<Stickers>()
    }

    /// Where the eyes are in the mirror after some steps, from 0 to 1 across it.
    fn eyes_in_mirror(step: u32) -> Vec2 {
        let at = (EYES + Vec2::X * (step * STEP) as f32) / FRAME.as_vec2();
        Vec2::new(1.0 - at.x, at.y)
    }

    /// Whether the only sticker is at the eyes after some steps.
    fn wears(world: &World, step: u32) -> bool {
        let sticker = world.resource::<Stickers>().0[0];
        sticker.is_on_face() && sticker.at.distance(Self::eyes_in_mirror(step)) < 0.015
    }

    /// The steps of the guest in a photo, and the rectangle of what was put on it, in pixels.
    fn found(&self, photo: &Photo) -> (u32, Rect) {
        assert_eq!(photo.size, FRAME);
        let changed = |frame: &RgbaImage| {
            let pairs = photo.rgba.chunks_exact(4).zip(frame.pixels());
            let far = pairs.enumerate().filter(|(_, (one, other))| {
                let apart: u32 = one.iter().zip(other.0).map(|(a, b)| u32::from(a.abs_diff(b))).sum();
                apart > 110
            });
            far.map(|(at, _)| Vec2::new((at as u32 % FRAME.x) as f32, (at as u32 / FRAME.x) as f32))
                .collect::<Vec<_>>()
        };
        let all = self.frames.iter().map(changed).enumerate();
        let (step, changed) = all.min_by_key(|(_, changed)| changed.len()).expect("frames");
        let rect = changed.into_iter().fold(Rect::EMPTY, |rect, at| rect.union_point(at));
        (step as u32, rect)
    }

    /// The steps of the guest in a photo, whose glasses must be at the eyes.
    #[track_caller]
    fn assert_glasses(&self, photo: &Photo) -> u32 {
        let (step, rect) = self.found(photo);
        let eyes = EYES + Vec2::X * (step * STEP) as f32;
        assert!(rect.center().distance(eyes) < 8.0, "step {step}: {rect:?} isn't at {eyes}");
        // The frame of the glasses without its margins is 0.86 of the picture.
        let width = rect.width() / (0.86 * 1.5 * DISTANCE);
        assert!((0.85..1.15).contains(&width), "step {step}: {rect:?}");
        step
    }
}

fn settings(out: &tempfile::TempDir) -> Settings {
    Settings {
        out: Some(out.path().to_owned()),
        countdown: 0.0,
        flash: false,
        approve: 60.0,
        gif: Gif { shots: 2, width: FRAME.x, ..Gif::default() },
        boomerang: Boomerang { width: FRAME.x, ..Boomerang::default() },
        ..Settings::default()
    }
}

/// The frames of the saved result.
#[track_caller]
fn result(visit: &mut Visit) -> Vec<Photo> {
    visit.until_phase("the result", |phase| matches!(phase, Phase::Review));
    let booth = visit.app.world().resource::<Booth>();
    let saved = booth.saved.as_ref().expect("a file").as_ref().expect("it is saved");
    assert!(fs::read(saved).expect("a file").starts_with(b"GIF8"));
    let product = booth.product().expect("a result");
    product.animation.frames.iter().map(|(frame, _)| frame.clone()).collect()
}

#[test]
fn glasses_are_at_the_eyes_in_each_shot() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut visit = Visit::begin(Settings { modes: vec![Mode::Gif], ..settings(&folder) });
    visit.act(Action::Sticker(GLASSES));
    visit.until("glasses on the face", |world| Visit::wears(world, 0));
    visit.act(Action::Shoot);
    visit.until_phase("the first shot", |phase| matches!(phase, Phase::Judging(_)));
    for _ in 0..LAST {
        visit.go(1);
    }
    visit.until("glasses on the face", |world| Visit::wears(world, LAST));
    visit.act(Action::Keep);
    visit.until("the second shot", |world| world.resource::<Booth>().photos.len() == 2);
    visit.act(Action::Keep);
    let steps: Vec<u32> = result(&mut visit).iter().map(|photo| visit.assert_glasses(photo)).collect();
    assert_eq!(steps, [0, LAST]);
}

#[test]
fn glasses_are_at_the_eyes_in_each_frame_of_a_boomerang() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut visit = Visit::begin(Settings { modes: vec![Mode::Boomerang], ..settings(&folder) });
    // The recording lasts as many updates on a slow machine, so the guest moves as far.
    visit.app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(10)));
    visit.act(Action::Sticker(GLASSES));
    visit.until("glasses on the face", |world| Visit::wears(world, 0));
    visit.act(Action::Shoot);
    visit.until_phase("the recording", |phase| matches!(phase, Phase::Recording(_)));
    let mut by = 1;
    while matches!(visit.app.world().resource::<Booth>().phase, Phase::Recording(_)) {
        by = match visit.step {
            0 => 1,
            LAST => -1,
            _ => by,
        };
        visit.go(by);
    }
    let frames = result(&mut visit);
    let mut steps: Vec<u32> = frames.iter().map(|photo| visit.assert_glasses(photo)).collect();
    steps.dedup();
    assert!(steps.len() > 2, "the guest has moved: {steps:?}");
}

#[test]
fn a_free_sticker_stays_where_it_is_and_needs_no_search() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut visit = Visit::begin(Settings { modes: vec![Mode::Gif], ..settings(&folder) });
    visit.act(Action::Sticker(HEART));
    // On the right of the mirror, which is the left of a photo.
    visit.app.world_mut().resource_mut::<Stickers>().0[0].at = Vec2::new(0.85, 0.8);
    visit.act(Action::Shoot);
    visit.until_phase("the first shot", |phase| matches!(phase, Phase::Judging(_)));
    assert!(visit.app.world_mut().query::<&FaceTracking>().iter(visit.app.world()).next().is_none());
    let photo = visit.app.world().resource::<Booth>().photos[0].clone();
    let (step, rect) = visit.found(&photo);
    let expected = Vec2::new(0.15, 0.8) * FRAME.as_vec2();
    assert!(step == 0 && rect.center().distance(expected) < 10.0, "{rect:?} isn't at {expected}");
    assert_eq!(visit.stickers().0[0].at, Vec2::new(0.85, 0.8));
}

/// `VIEWFINDER_SCREENS=FOLDER cargo test -p photobooth pictures_of_faces -- --ignored`
#[test]
#[ignore = "it makes pictures for people"]
fn pictures_of_faces() {
    let Some(folder) = env::var_os("VIEWFINDER_SCREENS") else { return };
    fs::create_dir_all(&folder).expect("there is room");
    let out = tempfile::tempdir().expect("a folder for temporary files");
    let mut visit = Visit::begin(Settings { modes: vec![Mode::Gif], ..settings(&out) });
    for (name, look, pictures) in [
        ("glasses-hat", "Natural", &[0, 3][..]),
        ("crown-mustache", "Natural", &[1, 2]),
        ("big-eyes", "Big eyes", &[]),
        ("big-head", "Big head", &[]),
        ("big-head-all", "Big head", &[0, 2, 3]),
    ] {
        let index = visit.app.world().resource::<Looks>().index_of(look).expect("a look");
        visit.act(Action::Look(index));
        for picture in pictures {
            visit.act(Action::Sticker(*picture));
        }
        visit.until("stickers on the face", |world| {
            world.resource::<Stickers>().0.iter().all(|sticker| sticker.is_on_face())
        });
        visit.go(0);
        visit.go(0);
        visit.act(Action::Shoot);
        visit.until("a shot", |world| !world.resource::<Booth>().photos.is_empty());
        let photo = visit.app.world().resource::<Booth>().photos[0].clone();
        let picture = RgbaImage::from_raw(photo.size.x, photo.size.y, photo.rgba.to_vec()).expect("a photo");
        picture.save(Path::new(&folder).join(name).with_extension("png")).expect("there is room");
        visit.act(Action::Back);
        visit.app.world_mut().resource_mut::<Stickers>().0.clear();
    }
}
