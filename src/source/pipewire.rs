//! Cameras of Linux through the camera portal and PipeWire.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, ThreadId},
    time::Duration,
};

use bevy::log::info;
use viewfinder_cameras::{
    Camera, Error, Permission,
    pipewire::{Cameras, Route, Watcher},
};

use super::{
    DeviceWatcher, Source, Stream,
    system::{device, find_camera, media_error, open_camera, virtual_last},
    watch::PollingWatcher,
};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::FramePool,
};

/// The cameras of Linux by the camera portal and PipeWire (feature `pipewire`): those behind V4L2, and those of MIPI
/// laptops and the Raspberry Pi by libcamera.
///
/// - In Flatpak and Snap it is the only way to a camera. Outside of a sandbox it uses the user's own PipeWire if there
///   is no portal. The log says which one it is.
/// - The portal's answer is the permission. The first track asks the user and waits for the answer, at most two
///   minutes. The list of devices asks nobody: before the answer it has at most one camera, without an id, a label and
///   modes.
/// - A denial is [`NotAllowed`](crate::error::ErrorName::NotAllowed). A portal that hangs, ends or doesn't answer is
///   [`NotReadable`](crate::error::ErrorName::NotReadable), and a sandbox without one
///   [`NotSupported`](crate::error::ErrorName::NotSupported).
/// - Several programs can use a camera. One that another program has started keeps that program's size and rate, which
///   are the only mode of the device as long as it is open.
/// - Frames have the time of capture, the color and the rotation, as far as the camera tells them. A mirror image stays
///   one.
/// - There are no controls.
///
/// ```
/// # use bevy::prelude::*;
/// use std::sync::Arc;
/// use bevy_viewfinder::source::{DefaultSource, PipewireSource};
///
/// fn use_pipewire(app: &mut App) {
///     app.insert_resource(DefaultSource(Arc::new(PipewireSource::default())));
/// }
/// ```
#[derive(Debug, Default)]
pub struct PipewireSource {
    cameras: Arc<Cameras>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The cameras of the last list.
    known: Vec<Camera>,
    /// The thread that keeps the list of devices, and so asks nobody.
    listing: Option<ThreadId>,
    /// The way that the log has told.
    logged: Option<Route>,
}

impl PipewireSource {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cameras that are connected now, the virtual ones last.
    fn cameras(&self) -> Result<Vec<Camera>, MediaError> {
        let failed = |error: Error| media_error("the list of cameras", &error);
        let is_listing = self.state().listing == Some(thread::current().id());
        if !is_listing {
            self.cameras.request_permission().map_err(failed)?;
        }
        let listed = virtual_last(self.cameras.list().map_err(failed)?);
        let mut state = self.state();
        state.known.clone_from(&listed);
        let route = self.cameras.route();
        if state.logged != route {
            state.logged = route;
            match route {
                Some(Route::Portal) => info!("the cameras are those of the camera portal"),
                Some(Route::Daemon) => {
                    info!("there is no camera portal: the cameras are those of the user's own PipeWire")
                }
                None => {}
            }
        }
        Ok(listed)
    }

    /// The camera of an id.
    fn camera(&self, id: &DeviceId) -> Result<Camera, MediaError> {
        let known = self.state().known.clone();
        find_camera(id, &known, || self.cameras())
    }
}

impl Source for PipewireSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Ok(self.cameras()?.iter().map(device).collect())
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        open_camera(self.camera(device)?, mode, pool, |camera, chosen| self.cameras.open(camera, chosen))
    }

    fn watch(&self) -> Box<dyn DeviceWatcher> {
        self.state().listing = Some(thread::current().id());
        Box::new(PipewireWatcher {
            cameras: self.cameras.clone(),
            watcher: None,
            poll: PollingWatcher::default(),
        })
    }
}

/// Reports changes as PipeWire tells them. Until the user has allowed the cameras, and while PipeWire doesn't run, it
/// tries again every two seconds.
#[derive(Debug)]
struct PipewireWatcher {
    cameras: Arc<Cameras>,
    watcher: Option<Watcher>,
    poll: PollingWatcher,
}

impl DeviceWatcher for PipewireWatcher {
    fn wait(&mut self, longest: Duration) -> bool {
        let Some(watcher) = &mut self.watcher else {
            if !self.poll.wait(longest) || self.cameras.permission() != Permission::Granted {
                return false;
            }
            self.watcher = self.cameras.watch().ok();
            // The list may have changed before the watch began.
            return self.watcher.is_some();
        };
        match watcher.next(longest) {
            Ok(change) => change.is_some(),
            Err(_) => {
                self.watcher = None;
                true
            }
        }
    }
}
