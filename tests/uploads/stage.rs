//! An app without a renderer that records the events of uploads.

use std::{
    thread,
    time::{Duration, Instant},
};

use bevy::prelude::*;
use bevy_viewfinder::{
    PhotoPlugin,
    photo::{Photo, UploadFailed, UploadProgress, Uploaded},
    prelude::*,
};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The end of an upload.
#[derive(Clone, Debug)]
pub enum End {
    Uploaded(u16, Vec<u8>),
    Failed(MediaError, Option<u16>),
}

#[derive(Resource, Default)]
struct Diary {
    ends: Vec<(Entity, End)>,
    progress: Vec<(Entity, u64, u64)>,
}

pub struct Stage {
    pub app: App,
}

impl Stage {
    pub fn new() -> Self {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, PhotoPlugin)).init_resource::<Diary>();
        let world = app.world_mut();
        world.add_observer(|event: On<Uploaded>, mut diary: ResMut<Diary>| {
            diary.ends.push((event.entity, End::Uploaded(event.status, event.body.clone())));
        });
        world.add_observer(|event: On<UploadFailed>, mut diary: ResMut<Diary>| {
            diary.ends.push((event.entity, End::Failed(event.error.clone(), event.status)));
        });
        world.add_observer(|event: On<UploadProgress>, mut diary: ResMut<Diary>| {
            assert!((0.0..=1.0).contains(&event.fraction()));
            diary.progress.push((event.entity, event.sent, event.total));
        });
        Self { app }
    }

    pub fn spawn(&mut self, request: impl Bundle) -> Entity {
        self.app.world_mut().spawn(request).id()
    }

    /// Updates the app until this returns a value.
    #[track_caller]
    pub fn until<T>(&mut self, what: &str, mut look: impl FnMut(&mut Self) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            self.app.update();
            if let Some(found) = look(self) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// The end of this upload. Its entity goes, and there is no other end.
    #[track_caller]
    pub fn end(&mut self, request: Entity) -> End {
        self.until("the request to go", |stage| stage.app.world().get_entity(request).is_err().then_some(()));
        let ends = &self.app.world().resource::<Diary>().ends;
        let own: Vec<_> = ends.iter().filter(|(entity, _)| *entity == request).collect();
        assert_eq!(own.len(), 1, "{own:?}");
        own[0].1.clone()
    }

    /// The status and the body of the answer to this request.
    #[track_caller]
    pub fn uploaded(&mut self, request: impl Bundle) -> (u16, String) {
        let request = self.spawn(request);
        match self.end(request) {
            End::Uploaded(status, body) => (status, String::from_utf8(body).expect("text")),
            End::Failed(error, _) => panic!("{error}"),
        }
    }

    /// The error of this request, and the status.
    #[track_caller]
    pub fn failed(&mut self, request: impl Bundle) -> (MediaError, Option<u16>) {
        let request = self.spawn(request);
        match self.end(request) {
            End::Failed(error, status) => (error, status),
            End::Uploaded(status, _) => panic!("it was uploaded: {status}"),
        }
    }

    pub fn ends(&self) -> usize {
        self.app.world().resource::<Diary>().ends.len()
    }

    /// The bytes that were sent, and all bytes, of each report.
    pub fn progress(&self, request: Entity) -> Vec<(u64, u64)> {
        let progress = &self.app.world().resource::<Diary>().progress;
        progress
            .iter()
            .filter(|(entity, ..)| *entity == request)
            .map(|(_, sent, total)| (*sent, *total))
            .collect()
    }
}

/// A photo of four colors.
pub fn photo() -> Photo {
    Photo::new(UVec2::splat(2), PIXELS)
}

pub const PIXELS: [u8; 16] = [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 9, 8, 7, 255];
