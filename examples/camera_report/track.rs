//! The device as an app uses it: a track in a Bevy app without a window.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use bevy::{app::PluginsState, prelude::*};
use bevy_viewfinder::{
    prelude::*,
    source::{DefaultSource, Source},
};
use viewfinder_examples::without_gpu;

use crate::judge::Finding;

/// The longest time until a track is live, and until its frames came.
const LIVE: Duration = Duration::from_secs(if cfg!(test) { 10 } else { 20 });

/// The number of frames that a track is to receive.
const FRAMES: u64 = 5;

/// An app with a track of one device.
pub struct TrackApp {
    app: App,
    track: Entity,
}

/// The events of the track.
#[derive(Resource, Default)]
pub struct Events {
    pub live: usize,
    pub failed: Option<MediaError>,
    pub ended: Option<Option<MediaError>>,
}

impl TrackApp {
    /// Spawns the track, with these components too.
    pub fn start(source: Arc<dyn Source>, device: &str, more: impl Bundle) -> Self {
        let mut app = without_gpu();
        app.insert_resource(DefaultSource(source)).init_resource::<Events>();
        while app.plugins_state() == PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        let constraints = VideoConstraints::new().device_id(exact(device));
        let track = app
            .world_mut()
            .spawn((VideoTrack, constraints, more))
            .observe(|_: On<TrackLive>, mut events: ResMut<Events>| events.live += 1)
            .observe(|failed: On<TrackFailed>, mut events: ResMut<Events>| {
                events.failed = Some(failed.error.clone());
            })
            .observe(|ended: On<TrackEnded>, mut events: ResMut<Events>| {
                events.ended = Some(ended.error.clone());
            })
            .id();
        Self { app, track }
    }

    /// Updates the app until this returns a value, at most this long. `None` if it returned none.
    pub fn until<T>(&mut self, longest: Duration, mut look: impl FnMut(&Self) -> Option<T>) -> Option<T> {
        let start = Instant::now();
        while start.elapsed() < longest {
            self.app.update();
            if let Some(found) = look(self) {
                return Some(found);
            }
            thread::sleep(Duration::from_millis(5));
        }
        None
    }

    pub fn events(&self) -> &Events {
        self.app.world().resource()
    }

    /// Forgets that the track has ended.
    pub fn forget_end(&mut self) {
        self.app.world_mut().resource_mut::<Events>().ended = None;
    }

    pub fn get<T: Component>(&self) -> Option<&T> {
        self.app.world().get(self.track)
    }

    /// Waits until the track is live for this time, and frames came.
    ///
    /// # Errors
    /// A finding that failed.
    pub fn until_frames(&mut self, check: &'static str, live: usize) -> Result<Duration, Finding> {
        let start = Instant::now();
        let answer = self.until(LIVE, |app| {
            let Events { live: now, failed, ended } = app.events();
            let without = || MediaError::abort("the device ended its stream");
            let end = || ended.clone().map(|error| error.unwrap_or_else(without));
            if let Some(error) = failed.clone().or_else(end) {
                return Some(Err(error.to_string()));
            }
            (*now >= live).then_some(Ok(()))
        });
        match answer {
            Some(Ok(())) => {}
            Some(Err(error)) => return Err(Finding::fail(check, error)),
            None => return Err(Finding::fail(check, format!("it isn't live after {} s", LIVE.as_secs()))),
        }
        let took = start.elapsed();
        let received = |app: &Self| {
            let frames = app.get::<TrackStatistics>().map_or(0, |statistics| statistics.total_frames);
            (frames >= FRAMES).then_some(())
        };
        match self.until(LIVE, received) {
            Some(()) => Ok(took),
            None => {
                Err(Finding::fail(check, format!("it got no {FRAMES} frames within {} s", LIVE.as_secs())))
            }
        }
    }
}

/// Judges a track of the device: it becomes live, receives frames, and has settings within its capabilities.
pub fn track(source: Arc<dyn Source>, device: &str) -> Vec<Finding> {
    const LIVE_CHECK: &str = "becomes live";
    let mut app = TrackApp::start(source, device, ());
    let took = match app.until_frames(LIVE_CHECK, 1) {
        Ok(took) => took,
        Err(finding) => return vec![finding],
    };
    let live = Finding::pass(LIVE_CHECK, format!("within {:.2} s, and receives frames", took.as_secs_f64()));
    let settings = match (app.get::<VideoSettings>(), app.get::<VideoCapabilities>()) {
        (Some(settings), Some(capabilities)) => judge_settings(settings, capabilities, device),
        _ => Finding::fail("settings", "the live track has none: this is a defect of the library"),
    };
    vec![live, settings]
}

fn judge_settings(settings: &VideoSettings, capabilities: &VideoCapabilities, device: &str) -> Finding {
    const CHECK: &str = "settings";
    let UVec2 { x: width, y: height } = settings.size;
    let within = |value: f64, min: f64, max: f64| value >= min - 1e-3 && value <= max + 1e-3;
    let rate = capabilities.frame_rate;
    if settings.device_id.0 != device {
        Finding::fail(CHECK, format!("the track has another device: {}", settings.device_id))
    } else if !(capabilities.width.min..=capabilities.width.max).contains(&width)
        || !(capabilities.height.min..=capabilities.height.max).contains(&height)
        || !within(settings.frame_rate, rate.min, rate.max)
    {
        Finding::fail(
            CHECK,
            format!("{width}x{height} at {:.2} Hz isn't within its capabilities", settings.frame_rate),
        )
    } else {
        Finding::pass(CHECK, format!("{width}x{height} at {:.2} Hz by default", settings.frame_rate))
    }
}
