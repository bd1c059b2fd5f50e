//! The app's own question to the user, before a device is opened.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering::Relaxed},
};

use bevy::prelude::*;

use crate::{device::DeviceKind, error::MediaError};

/// The app's own gate before the devices of the [`DefaultSource`](crate::source::DefaultSource) and the microphones of
/// the `DefaultAudioSource`. It takes the part of the browser's prompt on systems that don't prompt, and otherwise
/// comes before the system's prompt.
///
/// While this resource exists, a track that has chosen its device waits before opening it: [`PermissionRequested`] is
/// triggered for the app to show its question, and the user's answer is [`grant`](Self::grant) or
/// [`deny`](Self::deny). Denied tracks fail, and live tracks end, with
/// [`NotAllowed`](crate::error::ErrorName::NotAllowed). A question without an answer blocks only the tracks that wait
/// for it. [`MediaPermissions`](crate::permission::MediaPermissions) follows.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::prelude::*;
///
/// fn ask(requested: On<PermissionRequested>, gate: Res<ConsentGate>) {
///     // ... show a screen; when the user says yes:
///     gate.grant();
/// }
/// # App::new().init_resource::<ConsentGate>().add_observer(ask);
/// ```
#[derive(Resource, Debug, Clone, Default, Reflect)]
#[reflect(opaque)]
#[reflect(Resource, Debug, Clone, Default)]
pub struct ConsentGate(Arc<AtomicU8>);

/// A track is about to open a device, and waits for the app's [`ConsentGate`].
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct PermissionRequested {
    /// The track.
    pub entity: Entity,
    /// The kind of the device.
    pub kind: DeviceKind,
}

const ASK: u8 = 0;
const GRANTED: u8 = 1;
const DENIED: u8 = 2;

impl ConsentGate {
    /// The user agrees: waiting tracks go on, and later tracks don't ask.
    pub fn grant(&self) {
        self.0.store(GRANTED, Relaxed);
    }

    /// The user doesn't agree: waiting tracks fail, live tracks end, and later tracks fail at once.
    pub fn deny(&self) {
        self.0.store(DENIED, Relaxed);
    }

    /// Forgets the answer: the next track asks again.
    pub fn ask_again(&self) {
        self.0.store(ASK, Relaxed);
    }

    /// Whether the user agreed.
    pub fn is_granted(&self) -> bool {
        self.0.load(Relaxed) == GRANTED
    }

    /// Whether the user didn't agree.
    pub fn is_denied(&self) -> bool {
        self.0.load(Relaxed) == DENIED
    }
}

/// The user's consent to one track, as its capture sees it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Consent {
    gate: Option<ConsentGate>,
    kind: DeviceKind,
}

impl Consent {
    /// Consent to a device of this kind by this gate. Without a gate it is given.
    pub fn by(gate: Option<&ConsentGate>, kind: DeviceKind) -> Self {
        Self { gate: gate.cloned(), kind }
    }

    pub fn is_given(&self) -> bool {
        self.gate.as_ref().is_none_or(ConsentGate::is_granted)
    }

    /// Fails if the user doesn't agree.
    pub fn refusal(&self) -> Result<(), MediaError> {
        if self.gate.as_ref().is_some_and(ConsentGate::is_denied) {
            return Err(refused(self.kind));
        }
        Ok(())
    }
}

/// The error of tracks whose user doesn't agree to the use of a device of this kind.
pub(crate) fn refused(kind: DeviceKind) -> MediaError {
    MediaError::not_allowed(format!(
        "the user did not agree to the use of the {kind}; ask again when they want to use it"
    ))
}
