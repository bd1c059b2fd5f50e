//! An app that takes photos of one still picture.

use std::time::{Duration, Instant};

use bevy::{
    app::{PluginGroupBuilder, PluginsState},
    asset::{Asset, AssetPath, RenderAssetUsages},
    camera::CameraPlugin,
    mesh::MeshPlugin,
    prelude::*,
    render::{
        RenderPlugin,
        render_resource::{Extent3d, TextureDimension, TextureFormat},
    },
    window::ExitCondition,
};
use bevy_viewfinder::{
    device::NativeMode,
    effect::EffectRegistry,
    frame::{Frame, FramePool, PixelFormat},
    photo::Photo,
    prelude::*,
    source::{CustomFeed, CustomSource},
};
use viewfinder_examples::parse_stack;

/// Long enough for a busy machine without a GPU.
const PATIENCE: Duration = Duration::from_secs(120);

/// Rows of R, G, B, A bytes, display-encoded, straight alpha.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub size: UVec2,
    pub pixels: Vec<[u8; 4]>,
}

impl Picture {
    pub fn from_fn(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Self {
        let pixels =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
        Self { size: UVec2::new(width, height), pixels }
    }

    /// 16 values each of red, green and blue, in all their combinations: 64 by 64 pixels.
    pub fn color_cube() -> Self {
        Self::from_fn(64, 64, |x, y| {
            [(x % 16) as u8 * 17, (y % 16) as u8 * 17, (x / 16 + y / 16 * 4) as u8 * 17, 255]
        })
    }

    /// Something to see at every scale: shades, colors, edges, lines and a little noise. 97 by 64 pixels.
    pub fn scene() -> Self {
        Self::from_fn(97, 64, |x, y| {
            let noise = (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)).wrapping_mul(2_654_435_761) >> 28;
            let sky = [40 + x + noise, 90 + y + noise, 200 - y + noise];
            let [red, green, blue] = match (x, y) {
                (20..=45, 12..=40) => [220, 150 + noise, 120],
                (60..=80, 8..=50) if (x + y) % 4 < 2 => [20, 30 + noise, 60],
                (_, 52..) => [10 + 2 * x + noise, 160, 40 + noise],
                _ => sky,
            };
            [red as u8, green as u8, blue as u8, 255]
        })
    }

    /// Slow changes alone, so that half a pixel more or less isn't seen. 96 by 64 pixels.
    pub fn smooth() -> Self {
        Self::from_fn(96, 64, |x, y| {
            let wave = (0.08 * x as f32).sin() * (0.1 * y as f32).cos();
            [20 + 2 * x as u8, (128.0 + 100.0 * wave) as u8, 30 + 3 * y as u8, 255]
        })
    }

    /// The pixel at this place; outside, the nearest one within.
    pub fn clamped(&self, x: i64, y: i64) -> [u8; 4] {
        let x = x.clamp(0, i64::from(self.size.x) - 1);
        let y = y.clamp(0, i64::from(self.size.y) - 1);
        self.pixels[(y * i64::from(self.size.x) + x) as usize]
    }

    /// The greatest difference between any two values of the two pictures.
    pub fn difference(&self, other: &Self) -> u8 {
        assert_eq!(self.size, other.size);
        let pairs = self.pixels.iter().flatten().zip(other.pixels.iter().flatten());
        pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.pixels.iter().flatten().copied().collect()
    }
}

impl From<&Photo> for Picture {
    fn from(photo: &Photo) -> Self {
        let pixels =
            photo.rgba.chunks_exact(4).map(|pixel| [pixel[0], pixel[1], pixel[2], pixel[3]]).collect();
        Self { size: photo.size, pixels }
    }
}

/// A camera's frame that shows this, captured then.
fn frame(picture: &Picture, captured: Instant) -> Frame {
    let bytes = FramePool::default().copy_of(&picture.bytes());
    Frame { captured, ..Frame::packed(PixelFormat::Rgba32, picture.size, bytes) }
}

/// A camera that shows this, captured then, and what feeds it.
fn camera(picture: &Picture, captured: Instant) -> (TrackSource, CustomFeed) {
    let mode = NativeMode { size: picture.size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("Still", [mode]);
    feed.push(frame(picture, captured));
    (TrackSource::new(source), feed)
}

/// The plugins of most apps, without effects that need people in the frame: they have tests of their own.
fn viewfinder_plugins() -> PluginGroupBuilder {
    let plugins = ViewfinderPlugins.build();
    #[cfg(feature = "face")]
    let plugins = plugins.disable::<bevy_viewfinder::FacePlugin>();
    #[cfg(feature = "person")]
    let plugins = plugins.disable::<bevy_viewfinder::PersonPlugin>();
    plugins
}

/// The answer to a photo request.
#[derive(Resource, Default)]
struct Answer(Option<Result<Picture, String>>);

/// The effects and presets that failed.
#[derive(Resource, Default)]
struct Failures(Vec<EffectFailed>);

/// A track of one still picture, and a camera on it.
pub struct Studio {
    app: App,
    track: Entity,
    /// Held also because the track would end without it.
    feed: CustomFeed,
    /// When the newest frame was captured.
    captured: Instant,
}

impl Studio {
    pub fn new(picture: &Picture) -> Self {
        Self::with_assets(picture, AssetPlugin::default())
    }

    pub fn with_assets(picture: &Picture, assets: AssetPlugin) -> Self {
        let captured = Instant::now();
        let (source, feed) = camera(picture, captured);
        let mut app = App::new();
        app.add_plugins((
            // No more than rendering needs: each test has an app of its own.
            // Files are read again when a test says so, and not also when they were written shortly before.
            (
                MinimalPlugins,
                TransformPlugin,
                AssetPlugin { watch_for_changes_override: Some(false), ..assets },
            ),
            WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() },
            RenderPlugin { synchronous_pipeline_compilation: true, ..default() },
            (ImagePlugin::default(), MeshPlugin, CameraPlugin),
            viewfinder_plugins(),
        ));
        app.init_resource::<Answer>()
            .init_resource::<Failures>()
            .add_observer(|taken: On<PhotoTaken>, mut answer: ResMut<Answer>| {
                answer.0 = Some(Ok(Picture::from(&taken.photo)));
            })
            .add_observer(|failed: On<PhotoFailed>, mut answer: ResMut<Answer>| {
                answer.0 = Some(Err(failed.error.to_string()));
            })
            .add_observer(
                |failed: On<EffectFailed>, mut answer: ResMut<Answer>, mut failures: ResMut<Failures>| {
                    // The asset server may report a file twice.
                    if failures.0.iter().all(|known| known.error != failed.error) {
                        answer.0 = Some(Err(failed.error.to_string()));
                    }
                    failures.0.push(failed.event().clone());
                },
            );
        let track = app.world_mut().spawn((VideoTrack, source)).id();
        while app.plugins_state() == PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();

        let mut studio = Self { app, track, feed, captured };
        studio.wait_until_live();
        studio
    }

    /// Puts a new track in the place of the one that is there, of another camera that shows this.
    pub fn begin_anew(&mut self, picture: &Picture) {
        let (source, feed) = camera(picture, self.captured);
        let world = self.app.world_mut();
        world.despawn(self.track);
        self.track = world.spawn((VideoTrack, source)).id();
        self.feed = feed;
        self.wait_until_live();
    }

    fn wait_until_live(&mut self) {
        let track = self.track;
        self.update_until(|world| {
            *world.get::<TrackState>(track).expect("a track has one") == TrackState::Live
        });
    }

    pub fn app(&mut self) -> &mut App {
        &mut self.app
    }

    pub fn track(&self) -> Entity {
        self.track
    }

    pub fn registry(&self) -> &EffectRegistry {
        self.app.world().resource::<EffectRegistry>()
    }

    /// A stack written as text.
    pub fn stack(&self, text: &str) -> EffectStack {
        parse_stack(self.registry(), text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// Stops the time of animated effects at this value.
    pub fn hold_time(&mut self, seconds: f32) {
        let mut still = Time::<Virtual>::default();
        still.advance_to(Duration::from_secs_f32(seconds));
        still.pause();
        self.app.insert_resource(still);
    }

    /// An image of the app's, with the values of a picture.
    pub fn image(&mut self, picture: &Picture) -> Handle<Image> {
        let size = Extent3d { width: picture.size.x, height: picture.size.y, depth_or_array_layers: 1 };
        let (data, usages) = (picture.bytes(), RenderAssetUsages::default());
        let image = Image::new(size, TextureDimension::D2, data, TextureFormat::Rgba8UnormSrgb, usages);
        self.add(image)
    }

    pub fn add<A: Asset>(&mut self, asset: A) -> Handle<A> {
        self.app.world_mut().resource_mut::<Assets<A>>().add(asset)
    }

    /// Waits until the images and tables of a stack are loaded, or can't be.
    pub fn wait_for_assets(&mut self, stack: &EffectStack) {
        if stack.iter().all(|effect| effect.asset().is_none()) {
            return;
        }
        self.update_until(|world| {
            std::thread::sleep(Duration::from_millis(1));
            stack.assets_loaded(world.resource::<AssetServer>()) != Ok(false)
        });
        self.update(3);
    }

    pub fn update(&mut self, frames: u32) {
        for _ in 0..frames {
            self.app.update();
        }
    }

    /// A photo of the picture with these effects.
    pub fn shoot(&mut self, stack: EffectStack) -> Picture {
        let text = format!("{stack:?}");
        let track = self.track;
        self.wait_for_assets(&stack);
        self.app.world_mut().entity_mut(track).insert(stack);
        self.shoot_as_it_is(&text)
    }

    /// A photo of the picture with the effects that the track has. `text` names them where it fails.
    pub fn shoot_as_it_is(&mut self, text: &str) -> Picture {
        self.app.world_mut().spawn(GrabFrame(self.track));
        self.update_until(|world| world.resource::<Answer>().0.is_some());
        match self.app.world_mut().resource_mut::<Answer>().0.take() {
            Some(Ok(picture)) => picture,
            other => panic!("{text}: {other:?}"),
        }
    }

    /// Begins to load an asset.
    pub fn load<A: Asset>(&self, path: impl Into<AssetPath<'static>>) -> Handle<A> {
        self.app.world().resource::<AssetServer>().load(path)
    }

    /// Waits until so many effects or presets have failed, and some time more. Photos are taken as if none had.
    pub fn failures(&mut self, count: usize) -> Vec<EffectFailed> {
        self.update_until(|world| {
            // Files take their time, even if there are none.
            std::thread::sleep(Duration::from_millis(1));
            world.resource::<Failures>().0.len() >= count
        });
        self.update(5);
        let world = self.app.world_mut();
        world.resource_mut::<Answer>().0 = None;
        std::mem::take(&mut world.resource_mut::<Failures>().0)
    }

    /// Waits for a failure whose message contains this text. Photos are taken as if it hadn't been.
    pub fn failure_with(&mut self, text: &str) {
        self.update_until(|world| {
            // Files take their time.
            std::thread::sleep(Duration::from_millis(1));
            world.resource::<Failures>().0.iter().any(|failure| failure.error.message.contains(text))
        });
        self.app.world_mut().resource_mut::<Answer>().0 = None;
    }

    /// Shows another picture, captured a tenth of a second after the one before.
    pub fn film(&mut self, picture: &Picture) {
        let track = self.track;
        let delivered = move |world: &World| {
            world.get::<TrackStatistics>(track).expect("a track has them").delivered_frames
        };
        // Only the newest frame is shown: the one before must have been.
        self.update_until(|world| delivered(world) > 0);
        let before = delivered(self.app.world());
        self.captured += Duration::from_millis(100);
        self.feed.push(frame(picture, self.captured));
        self.update_until(|world| delivered(world) > before);
        // They are counted before they are drawn.
        self.app.update();
    }

    pub fn update_until(&mut self, done: impl Fn(&World) -> bool) {
        let start = Instant::now();
        while !done(self.app.world()) {
            assert!(start.elapsed() < PATIENCE, "nothing came of it");
            self.app.update();
        }
    }
}
