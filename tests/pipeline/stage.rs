//! An app without a window, updated by hand, that records the events of its tracks and photos.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bevy::{
    app::{PluginGroupBuilder, PluginsState},
    camera::CameraPlugin,
    log::LogPlugin,
    mesh::MeshPlugin,
    prelude::*,
    render::RenderPlugin,
    window::ExitCondition,
    winit::WinitPlugin,
};
use bevy_viewfinder::{
    device::NativeMode,
    frame::PixelFormat,
    photo::Photo,
    prelude::*,
    source::{
        audio::{DefaultAudioSource, SyntheticMicrophone},
        scripted::{Script, ScriptedSource},
    },
    track::FrameCorrupted,
};

/// Long enough for a busy machine without a GPU.
const PATIENCE: Duration = Duration::from_secs(120);

/// An event that was observed.
#[derive(Clone, Debug)]
pub enum Event {
    Live(Entity),
    Failed(Entity, MediaError),
    Ended(Entity, Option<MediaError>),
    Broken(Entity, MediaError),
    Muted(Entity),
    Unmuted(Entity),
    Reopened(Entity),
    ReopenFailed(Entity, MediaError),
    Asked(Entity),
    Applied(Entity),
    Refused(Entity, MediaError),
    EffectFailed(Entity, String, MediaError),
    Taken(Entity, PhotoTaken),
    PhotoFailed(Entity, MediaError),
    Saved(Entity, std::path::PathBuf),
}

#[derive(Resource, Default)]
struct Diary(Vec<Event>);

/// The plugins of Bevy that a frame on the GPU needs, and no more: each test has its own app.
pub fn lean_plugins() -> PluginGroupBuilder {
    MinimalPlugins
        .build()
        .add(TransformPlugin)
        .add(assets())
        .add(window())
        .add(renderer())
        .add(ImagePlugin::default())
        .add(MeshPlugin)
        .add(CameraPlugin)
}

/// The plugins of most apps, without the window. Rendering is pipelined.
pub fn default_plugins() -> PluginGroupBuilder {
    DefaultPlugins.set(assets()).set(window()).set(renderer()).disable::<WinitPlugin>().disable::<LogPlugin>()
}

/// No watcher: Bevy never drops an app's one, and a user may have 128 of them.
fn assets() -> AssetPlugin {
    AssetPlugin { file_path: "tests/assets".into(), watch_for_changes_override: Some(false), ..default() }
}

fn renderer() -> RenderPlugin {
    RenderPlugin { synchronous_pipeline_compilation: true, ..default() }
}

fn window() -> WindowPlugin {
    WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() }
}

/// A mode in YUYV.
pub fn mode(width: u32, height: u32, frame_rate: f64) -> NativeMode {
    NativeMode { size: UVec2::new(width, height), frame_rate, format: PixelFormat::Yuyv }
}

pub struct Stage {
    pub app: App,
}

impl Stage {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// With more plugins.
    pub fn with(add: impl FnOnce(&mut App)) -> Self {
        Self::of(lean_plugins(), add)
    }

    /// With these of Bevy's plugins, and more.
    pub fn of(bevy: PluginGroupBuilder, add: impl FnOnce(&mut App)) -> Self {
        Self::with_plugins(bevy, ViewfinderPlugins.build(), add)
    }

    /// With these of Bevy's plugins and of this crate's, and more.
    pub fn with_plugins(
        bevy: PluginGroupBuilder,
        viewfinder: PluginGroupBuilder,
        add: impl FnOnce(&mut App),
    ) -> Self {
        let mut app = App::new();
        app.add_plugins((bevy, viewfinder)).init_resource::<Diary>();
        // No test depends on the microphones of the machine.
        let no_microphones = SyntheticMicrophone::new().device_count(0);
        app.insert_resource(DefaultAudioSource(Arc::new(no_microphones)));
        let world = app.world_mut();
        world.add_observer(|event: On<TrackLive>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Live(event.entity));
        });
        world.add_observer(|event: On<TrackFailed>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Failed(event.entity, event.error.clone()));
        });
        world.add_observer(|event: On<TrackEnded>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Ended(event.entity, event.error.clone()));
        });
        world.add_observer(|event: On<FrameCorrupted>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Broken(event.entity, event.error.clone()));
        });
        world.add_observer(|event: On<Add, Muted>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Muted(event.entity));
        });
        world.add_observer(|event: On<Remove, Muted>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Unmuted(event.entity));
        });
        world.add_observer(|event: On<DeviceReopened>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Reopened(event.entity));
        });
        world.add_observer(|event: On<DeviceReopenFailed>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::ReopenFailed(event.entity, event.error.clone()));
        });
        world.add_observer(|event: On<PermissionRequested>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Asked(event.entity));
        });
        world.add_observer(|event: On<ConstraintsApplied>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Applied(event.entity));
        });
        world.add_observer(|event: On<ConstraintsRejected>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Refused(event.entity, event.error.clone()));
        });
        world.add_observer(|event: On<EffectFailed>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::EffectFailed(event.entity, event.effect.clone(), event.error.clone()));
        });
        world.add_observer(|event: On<PhotoTaken>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Taken(event.entity, event.clone()));
        });
        world.add_observer(|event: On<PhotoFailed>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::PhotoFailed(event.entity, event.error.clone()));
        });
        world.add_observer(|event: On<PhotoSaved>, mut diary: ResMut<Diary>| {
            diary.0.push(Event::Saved(event.entity, event.path.clone()));
        });
        add(&mut app);
        while app.plugins_state() == PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        Self { app }
    }

    /// One frame of the app.
    pub fn step(&mut self) {
        self.app.update();
        std::thread::sleep(Duration::from_millis(2));
    }

    pub fn steps(&mut self, count: usize) {
        (0..count).for_each(|_| self.step());
    }

    /// Updates the app until this returns a value.
    #[track_caller]
    pub fn until<T>(&mut self, what: &str, mut look: impl FnMut(&mut Self) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}; so far: {:?}", self.diary());
            self.step();
        }
    }

    /// Updates the app until this returns a value for one of the recorded events.
    #[track_caller]
    pub fn until_event<T>(&mut self, what: &str, mut find: impl FnMut(&Event) -> Option<T>) -> T {
        self.until(what, |stage| stage.diary().iter().find_map(&mut find))
    }

    /// Forgets the events so far, with the photos in them.
    pub fn forget(&mut self) {
        self.app.world_mut().resource_mut::<Diary>().0.clear();
    }

    pub fn diary(&self) -> &[Event] {
        &self.app.world().resource::<Diary>().0
    }

    pub fn spawn(&mut self, bundle: impl Bundle) -> Entity {
        self.app.world_mut().spawn(bundle).id()
    }

    /// A live track of a scripted camera.
    #[track_caller]
    pub fn live(&mut self, more: impl Bundle) -> (Entity, Script) {
        let (source, script) = ScriptedSource::new();
        let track = self.spawn((VideoTrack, TrackSource::new(source), more));
        self.until_live(track);
        (track, script)
    }

    #[track_caller]
    pub fn until_live(&mut self, track: Entity) {
        self.until_event("a live track", |event| {
            matches!(event, Event::Live(live) if *live == track).then_some(())
        });
    }

    pub fn get<T: Component + Clone>(&self, entity: Entity) -> Option<T> {
        self.app.world().get_entity(entity).ok()?.get::<T>().cloned()
    }

    /// Waits until this many of the track's frames have reached the GPU.
    #[track_caller]
    pub fn until_delivered(&mut self, track: Entity, frames: u64) {
        self.until("frames", |stage| {
            let statistics = stage.get::<TrackStatistics>(track)?;
            (statistics.delivered_frames >= frames).then_some(())
        });
    }

    /// The photo that answers this request.
    #[track_caller]
    pub fn shoot(&mut self, request: impl Bundle) -> Photo {
        let request = self.spawn(request);
        self.until_event("a photo", |event| match event {
            Event::Taken(entity, taken) if *entity == request => Some(taken.photo.clone()),
            Event::PhotoFailed(entity, error) if *entity == request => panic!("{error}"),
            _ => None,
        })
    }

    /// The error that answers this request for a photo.
    #[track_caller]
    pub fn refused(&mut self, request: impl Bundle) -> MediaError {
        let request = self.spawn(request);
        self.until_event("a refusal", |event| match event {
            Event::PhotoFailed(entity, error) if *entity == request => Some(error.clone()),
            Event::Taken(entity, _) if *entity == request => panic!("a photo was taken"),
            _ => None,
        })
    }
}
