//! The cameras of PipeWire, and the way to them.

use std::{
    env,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    Stream,
    connection::{Connection, Remote},
    nodes::Registry,
    portal::{self, Failure},
    stream::{ActiveStream, OpenRequest},
    watch::Watcher,
    worker::answer_within,
};
use crate::{Camera, Error, Format, Permission, RateRange, Selection, spa::Request};

/// The way to the cameras.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// The camera portal: it asks the user, and opens a connection that shows cameras only.
    Portal,
    /// The user's own PipeWire: nobody is asked. A sandbox doesn't have it.
    Daemon,
}

/// Options of [`Cameras`].
#[derive(Debug, Clone)]
pub struct Options {
    /// The way. By default `None`: the portal, or where there is none and the program isn't in a sandbox, the user's
    /// own PipeWire.
    pub route: Option<Route>,
    /// The longest time of each call of the portal and of PipeWire. By default 5 s.
    pub call_limit: Duration,
    /// The longest time for the user's answer. By default 2 minutes.
    pub answer_limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { route: None, call_limit: Duration::from_secs(5), answer_limit: Duration::from_secs(120) }
    }
}

/// The cameras that PipeWire has, by the camera portal or directly.
///
/// - Before the user has answered the portal, the list has at most one camera, without an id, a name and formats.
/// - Several programs can use a camera at the same time. The first one chooses the format: the others get that one, and
///   [`Stream::format`](crate::Stream::format) tells it.
/// - A frame is copied once from the memory that is shared with the camera.
#[derive(Debug, Default)]
pub struct Cameras {
    options: Options,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The way, once it is known.
    route: Option<Route>,
    /// The portal's answer. `None` before there is one.
    granted: Option<bool>,
}

impl Cameras {
    /// Cameras with these options. It calls nothing.
    pub fn new(options: Options) -> Self {
        Self { options, state: Mutex::default() }
    }

    /// The way to the cameras. `None` before the first other call.
    pub fn route(&self) -> Option<Route> {
        self.options.route.or(self.state().route)
    }

    /// The cameras that are connected now, with their formats, as [`list`](crate::list) has them. It asks nobody.
    ///
    /// # Errors
    /// [`Error::NotSupported`] if there is neither a portal nor PipeWire, [`Error::NotAllowed`] if the user denies this
    /// program cameras, [`Error::Failed`] if the portal or PipeWire doesn't answer in time.
    pub fn list(&self) -> Result<Vec<Camera>, Error> {
        let Some(remote) = self.remote()? else { return self.unnamed() };
        let limit = self.options.call_limit;
        answer_within(limit.saturating_mul(4), move |answer| match connect(remote, limit) {
            Ok((connection, registry)) => answer(registry.cameras(&connection, Instant::now() + limit)),
            Err(error) => answer(Err(error)),
        })
    }

    /// The ids of the cameras that are connected now, in the order of [`list`](Self::list). It asks nobody.
    ///
    /// # Errors
    /// Those of [`list`](Self::list).
    pub fn ids(&self) -> Result<Vec<String>, Error> {
        let Some(remote) = self.remote()? else {
            return Ok(self.unnamed()?.into_iter().map(|camera| camera.id).collect());
        };
        let limit = self.options.call_limit;
        answer_within(limit.saturating_mul(4), move |answer| match connect(remote, limit) {
            Ok((_connection, registry)) => answer(Ok(registry.ids())),
            Err(error) => answer(Err(error)),
        })
    }

    /// The present permission. It asks nobody.
    pub fn permission(&self) -> Permission {
        match self.find_route() {
            Ok(Route::Daemon) => Permission::Granted,
            Ok(Route::Portal) => match self.remote() {
                Ok(Some(_)) => Permission::Granted,
                Ok(None) => Permission::NotAsked,
                Err(Error::NotAllowed(_)) => Permission::Denied,
                Err(_) => Permission::Unknown,
            },
            Err(_) => Permission::Unknown,
        }
    }

    /// Asks the user through the portal, and waits for the answer. Without a portal it returns at once.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] if the user denies it, [`Error::Failed`] if there is no answer in time, or if the portal
    /// ends meanwhile, [`Error::NotSupported`] if a sandbox has no portal.
    pub fn request_permission(&self) -> Result<(), Error> {
        if self.find_route()? == Route::Daemon || self.state().granted == Some(true) {
            return Ok(());
        }
        let answer = portal::ask(self.options.call_limit, self.options.answer_limit).map_err(Error::from);
        match &answer {
            Ok(()) => self.state().granted = Some(true),
            Err(Error::NotAllowed(_)) => self.state().granted = Some(false),
            Err(_) => {}
        }
        answer
    }

    /// Opens a camera in a format and at a rate of it, and starts it. The user is asked if that hasn't happened.
    ///
    /// # Errors
    /// Those of [`open`](crate::open), [`request_permission`](Self::request_permission) and [`list`](Self::list).
    pub fn open(&self, camera: &Camera, selection: &Selection) -> Result<crate::Stream, Error> {
        let (format, range, rate) = crate::selected(camera, selection)?;
        Ok(crate::Stream::new(self.start(camera, format, range, rate)?, format, rate))
    }

    /// Watches for cameras that are connected and disconnected.
    ///
    /// # Errors
    /// Those of [`list`](Self::list). [`Error::NotAllowed`] before the user has been asked.
    pub fn watch(&self) -> Result<Watcher, Error> {
        let not_asked =
            || Error::NotAllowed("the user hasn't been asked yet: request the permission first".into());
        Watcher::open(self.remote()?.ok_or_else(not_asked)?, self.options.call_limit)
    }

    pub(super) fn start(
        &self,
        camera: &Camera,
        format: &Format,
        range: &RateRange,
        rate: f64,
    ) -> Result<Stream, Error> {
        self.request_permission()?;
        let not_asked = || Error::NotAllowed("the portal has forgotten the user's answer: ask again".into());
        let open_request = OpenRequest {
            remote: self.remote()?.ok_or_else(not_asked)?,
            id: camera.id.clone(),
            name: camera.name.clone(),
            request: Request {
                code: format.code,
                width: format.width,
                height: format.height,
                interval: range.interval(rate),
            },
            limit: self.options.call_limit,
        };
        ActiveStream::open(open_request).map(Stream)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The way to the cameras, which the first call looks for.
    fn find_route(&self) -> Result<Route, Error> {
        if let Some(route) = self.route() {
            return Ok(route);
        }
        let route = match portal::is_camera_present(self.options.call_limit) {
            Ok(_) => Route::Portal,
            Err(Failure::Absent(_)) if !is_in_sandbox() => Route::Daemon,
            Err(failure) => return Err(failure.into()),
        };
        self.state().route = Some(route);
        Ok(route)
    }

    /// A connection to PipeWire. `None` if the portal wants to ask the user first.
    fn remote(&self) -> Result<Option<Remote>, Error> {
        if self.find_route()? == Route::Daemon {
            return Ok(Some(Remote::Daemon));
        }
        if self.state().granted == Some(false) {
            return Err(Error::NotAllowed(
                "the user, or an earlier answer, denies this program the camera".into(),
            ));
        }
        // The portal remembers the answer of an earlier run.
        match portal::open_remote(self.options.call_limit).map_err(Error::from) {
            Ok(fd) => {
                self.state().granted = Some(true);
                Ok(Some(Remote::Portal(fd)))
            }
            Err(Error::NotAllowed(_)) if self.state().granted.is_none() => Ok(None),
            Err(Error::NotAllowed(text)) => {
                // It was revoked: the user can be asked again.
                self.state().granted = None;
                Err(Error::NotAllowed(text))
            }
            Err(error) => Err(error),
        }
    }

    /// The list before the user's answer.
    fn unnamed(&self) -> Result<Vec<Camera>, Error> {
        let is_present = portal::is_camera_present(self.options.call_limit)?;
        Ok(is_present.then(|| Camera::new("", "")).into_iter().collect())
    }
}

/// Connects, and waits for the list of cameras.
fn connect(remote: Remote, limit: Duration) -> Result<(Connection, Registry), Error> {
    let is_portal = matches!(remote, Remote::Portal(_));
    let (connection, registry) = Registry::connect(remote, Instant::now() + limit)?;
    if is_portal && is_in_sandbox() && registry.ids().is_empty() && portal::is_camera_present(limit)? {
        return Err(Error::Failed(
            "the portal gives access to the cameras, and shows none of them: restart the session manager \
             (wireplumber), see xdg-desktop-portal#2143"
                .into(),
        ));
    }
    Ok((connection, registry))
}

/// Whether this program runs in a sandbox of Flatpak or Snap, which hides the user's own PipeWire.
pub(super) fn is_in_sandbox() -> bool {
    Path::new("/.flatpak-info").exists() || env::var_os("SNAP").is_some_and(|path| !path.is_empty())
}
