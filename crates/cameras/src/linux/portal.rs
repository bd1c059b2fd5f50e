//! The camera portal: whether there is a camera, the user's answer, and a connection to PipeWire.
//!
//! Each call has a connection to the bus of its own. When it is closed, the portal closes a dialog that is still open.

use std::{fmt::Display, future::Future, os::fd::OwnedFd, time::Duration};

use ashpd::{
    PortalError,
    desktop::ResponseError,
    desktop::camera::{Camera, CameraAccessOptions, OpenPipeWireRemoteOptions},
    zbus::{self, DBusError, fdo, names::BusName},
};
use futures_lite::{StreamExt, future};

use crate::Error;

/// The reason why the portal gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no bus, no portal, or none for cameras.
    Absent(String),
    /// Any other, by its name.
    Named(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Absent(text) => Self::NotSupported(format!("there is no camera portal: {text}")),
            Failure::Named(error) => error,
        }
    }
}

/// Whether the portal knows a camera.
pub(super) fn is_camera_present(limit: Duration) -> Result<bool, Failure> {
    let call = "IsCameraPresent";
    within(limit, call, async {
        let (_, camera) = connect().await?;
        camera.is_present().await.map_err(|error| failure(call, &error))
    })
}

/// Asks the user, and waits for the answer. The portal answers by itself where it knows the answer already.
pub(super) fn ask(call_limit: Duration, answer_limit: Duration) -> Result<(), Failure> {
    let call = "AccessCamera";
    let (connection, camera) = within(call_limit, call, connect())?;
    within(answer_limit, "the user's answer (AccessCamera)", async {
        let answer = async {
            let request = camera.request_access(CameraAccessOptions::default()).await;
            request.and_then(|request| request.response()).map_err(|error| failure(call, &error))
        };
        future::or(answer, vanished(&connection, call)).await
    })
}

/// A connection to PipeWire that shows the cameras.
pub(super) fn open_remote(limit: Duration) -> Result<OwnedFd, Failure> {
    let call = "OpenPipeWireRemote";
    within(limit, call, async {
        let (connection, camera) = connect().await?;
        let remote = async {
            let options = OpenPipeWireRemoteOptions::default();
            camera.open_pipe_wire_remote(options).await.map_err(|error| failure(call, &error))
        };
        future::or(remote, vanished(&connection, call)).await
    })
}

/// The result of a call, or an error after this long.
fn within<T>(
    limit: Duration,
    call: &str,
    result: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let too_late = async {
        async_io::Timer::after(limit).await;
        Err(Failure::Named(Error::Failed(format!(
            "the camera portal didn't answer within {limit:?}: {call}"
        ))))
    };
    async_io::block_on(future::or(result, too_late))
}

async fn connect() -> Result<(zbus::Connection, Camera), Failure> {
    let absent = |error: zbus::Error| Failure::Absent(format!("no session bus: {error}"));
    let connection = zbus::Connection::session().await.map_err(absent)?;
    let camera = Camera::with_connection(connection.clone()).await;
    Ok((connection, camera.map_err(|error| failure("the portal's version", &error))?))
}

/// Ends when the portal leaves the bus.
async fn vanished<T>(connection: &zbus::Connection, call: &str) -> Result<T, Failure> {
    let failed =
        |error: &dyn Display| Failure::Named(Error::Failed(format!("watch the camera portal: {error}")));
    let bus = fdo::DBusProxy::new(connection).await.map_err(|error| failed(&error))?;
    let mut changes = bus.receive_name_owner_changed().await.map_err(|error| failed(&error))?;
    while let Some(change) = changes.next().await {
        let Ok(change) = change.args() else { continue };
        let is_portal =
            matches!(change.name(), BusName::WellKnown(name) if name == "org.freedesktop.portal.Desktop");
        // It gets its first owner when the bus starts it.
        if is_portal && change.old_owner().is_some() {
            break;
        }
    }
    Err(Failure::Named(Error::Failed(format!("the camera portal has ended: {call}"))))
}

fn failure(call: &str, error: &ashpd::Error) -> Failure {
    use ashpd::Error as Portal;
    let text = format!("{call}: {error}");
    match error {
        Portal::Response(ResponseError::Cancelled) => Failure::Named(Error::NotAllowed(
            "the user, or an earlier answer, denies this program the camera".into(),
        )),
        Portal::Response(ResponseError::Other) => {
            Failure::Named(Error::Failed(format!("{call}: the dialog ended without an answer")))
        }
        Portal::PortalNotFound(_) => Failure::Absent(text),
        Portal::Zbus(error) | Portal::Portal(PortalError::ZBus(error)) => of_bus(error, text),
        Portal::Portal(PortalError::NotAllowed(_)) => Failure::Named(Error::NotAllowed(text)),
        Portal::Portal(PortalError::NotFound(_)) => Failure::Named(Error::NotFound(text)),
        Portal::Portal(error) => of_name(error.name().as_str(), text),
        _ => Failure::Named(Error::Failed(text)),
    }
}

fn of_bus(error: &zbus::Error, text: String) -> Failure {
    match error {
        zbus::Error::MethodError(name, ..) => of_name(name.as_str(), text),
        zbus::Error::FDO(error) => match &**error {
            fdo::Error::ZBus(error) => of_bus(error, text),
            error => of_name(error.name().as_str(), text),
        },
        zbus::Error::InterfaceNotFound => Failure::Absent(text),
        _ => Failure::Named(Error::Failed(text)),
    }
}

/// The meaning of an error's name on the bus.
fn of_name(name: &str, text: String) -> Failure {
    const BUS: &str = "org.freedesktop.DBus.Error.";
    match name.strip_prefix(BUS).unwrap_or(name) {
        "ServiceUnknown" | "NameHasNoOwner" | "UnknownInterface" | "UnknownMethod" | "UnknownObject"
        | "UnknownProperty" => Failure::Absent(text),
        spawn if spawn.starts_with("Spawn.") => Failure::Absent(text),
        // GLib says so of a property of an interface that isn't there.
        "InvalidArgs" if text.contains("No such interface") => Failure::Absent(text),
        "AccessDenied" | "org.freedesktop.portal.Error.NotAllowed" => Failure::Named(Error::NotAllowed(text)),
        _ => Failure::Named(Error::Failed(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_bus_have_their_meaning() {
        let of = |name: &str| of_name(&format!("org.freedesktop.DBus.Error.{name}"), "text".into());
        for absent in
            ["ServiceUnknown", "NameHasNoOwner", "UnknownInterface", "UnknownMethod", "Spawn.ExecFailed"]
        {
            assert_eq!(of(absent), Failure::Absent("text".into()), "{absent}");
        }
        assert_eq!(of("AccessDenied"), Failure::Named(Error::NotAllowed("text".into())));
        for failed in ["NoReply", "Failed", "InvalidArgs", "Timeout"] {
            assert_eq!(of(failed), Failure::Named(Error::Failed("text".into())), "{failed}");
        }
        let missing = "No such interface “org.freedesktop.portal.Camera”";
        assert_eq!(
            of_name("org.freedesktop.DBus.Error.InvalidArgs", missing.into()),
            Failure::Absent(missing.into())
        );
        let denied = of_name("org.freedesktop.portal.Error.NotAllowed", "text".into());
        assert_eq!(denied, Failure::Named(Error::NotAllowed("text".into())));
    }

    #[test]
    fn the_answer_no_is_a_denial() {
        let denied = failure("AccessCamera", &ashpd::Error::Response(ResponseError::Cancelled));
        assert!(matches!(denied, Failure::Named(Error::NotAllowed(_))));
        let ended = failure("AccessCamera", &ashpd::Error::Response(ResponseError::Other));
        assert!(matches!(ended, Failure::Named(Error::Failed(_))));
        assert!(matches!(Error::from(Failure::Absent(String::new())), Error::NotSupported(_)));
    }

    #[test]
    fn a_call_without_an_answer_ends_in_time() {
        let never = within::<()>(Duration::from_millis(10), "a call", future::pending());
        assert!(matches!(never, Err(Failure::Named(Error::Failed(text))) if text.contains("a call")));
    }
}
