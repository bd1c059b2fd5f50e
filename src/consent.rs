//! An app's own question to the user, before any camera is opened.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering::Relaxed},
};

use bevy::prelude::*;

use crate::error::MediaError;

/// An app's own gate before the cameras of the [`DefaultSource`](crate::source::DefaultSource): it plays the part of the
/// browser's prompt where the system asks nobody, or comes before it.
///
/// Insert it, and a track that has found its camera waits before it is opened: [`PermissionRequested`] tells the app to show
/// its question, and the user's answer is [`grant`](Self::grant) or [`deny`](Self::deny). Denied tracks fail with
/// [`NotAllowed`](crate::error::ErrorName::NotAllowed), and live ones end so. A question that is never answered holds up
/// nothing but the tracks that wait for it. [`CameraPermission`](crate::permission::CameraPermission) follows.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::prelude::*;
///
/// fn ask(asked: On<PermissionRequested>, gate: Res<ConsentGate>) {
///     // ... show a screen; when the user says yes:
///     gate.grant();
/// }
/// # App::new().init_resource::<ConsentGate>().add_observer(ask);
/// ```
#[derive(Resource, Debug, Clone, Default)]
pub struct ConsentGate(Arc<AtomicU8>);

/// A track would open a camera, and waits for the app's [`ConsentGate`].
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct PermissionRequested {
    /// The track.
    pub entity: Entity,
}

const ASK: u8 = 0;
const GRANTED: u8 = 1;
const DENIED: u8 = 2;

impl ConsentGate {
    /// The user agrees: tracks that wait go on, and later ones don't ask.
    pub fn grant(&self) {
        self.0.store(GRANTED, Relaxed);
    }

    /// The user doesn't agree: tracks that wait fail, live ones end, and later ones fail at once.
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
pub(crate) struct Consent(Option<ConsentGate>);

impl Consent {
    /// By this gate; without one nobody is asked.
    pub fn by(gate: Option<&ConsentGate>) -> Self {
        Self(gate.cloned())
    }

    pub fn is_given(&self) -> bool {
        self.0.as_ref().is_none_or(ConsentGate::is_granted)
    }

    /// Fails where the user doesn't agree.
    pub fn refusal(&self) -> Result<(), MediaError> {
        if self.0.as_ref().is_some_and(ConsentGate::is_denied) {
            return Err(refused());
        }
        Ok(())
    }
}

/// What a track hears whose user doesn't agree.
pub(crate) fn refused() -> MediaError {
    MediaError::not_allowed(
        "the user did not agree to the use of the camera; ask again when they want to use it",
    )
}
