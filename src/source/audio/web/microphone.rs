//! A microphone of the browser: requested, observed and stopped.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::{Rc, Weak},
    sync::Arc,
};

use crossbeam_channel::Sender;
use js_sys::Promise;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MediaStreamConstraints, MediaStreamTrack, MediaStreamTrackState};

use super::{
    meter::{Meter, MeterContext},
    settings::{capabilities, settings},
};
use crate::{
    constraint::AudioConstraints,
    error::MediaError,
    report::{AudioReport, MuteReason},
    source::{
        Source,
        web::{
            CAMERA_OR_MICROPHONE, Granted, MICROPHONE, SoundPart, SoundRequest, WebSource, apply_constraints,
            refresh, refusal, to_object,
        },
    },
    web::{Listener, is_granted, media_devices},
};

/// A microphone. Dropping it closes it, or, during the browser's prompt, closes it as soon as it is granted.
#[derive(Debug)]
pub(crate) struct PageMicrophone(Rc<Microphone>);

#[derive(Debug)]
struct Microphone {
    reports: Sender<AudioReport>,
    context: Rc<MeterContext>,
    /// The constraints of the request.
    constraints: AudioConstraints,
    request: RefCell<RequestState>,
    open: RefCell<Option<Open>>,
    /// Whether the track is enabled.
    enabled: Cell<bool>,
    /// The constraints to apply, in order, and whether the browser is applying the first.
    changes: RefCell<VecDeque<AudioConstraints>>,
    changing: Cell<bool>,
}

/// The state of the request.
#[derive(Debug)]
enum RequestState {
    /// It wasn't made.
    New,
    /// It is to be made together with that of a camera.
    Joint(SoundPart),
    /// It was made.
    Made,
}

/// A microphone that is open. Dropping it closes it.
#[derive(Debug)]
struct Open {
    track: MediaStreamTrack,
    /// `None` if the browser can't measure.
    meter: Option<Meter>,
    /// Whether the browser reported the permission as granted at the start. Some never do for a one-time permission.
    permitted: bool,
    _listeners: Vec<Listener>,
    // Last, so that the microphone closes after its users.
    _granted: Granted,
}

impl PageMicrophone {
    pub(super) fn new(
        constraints: &AudioConstraints,
        reports: Sender<AudioReport>,
        context: Rc<MeterContext>,
    ) -> Result<Self, MediaError> {
        constraints.validate()?;
        constraints.validate_bounds()?;
        Ok(Self(Rc::new(Microphone {
            reports,
            context,
            constraints: constraints.clone(),
            request: RefCell::new(RequestState::New),
            open: RefCell::default(),
            enabled: Cell::new(true),
            changes: RefCell::default(),
            changing: Cell::new(false),
        })))
    }

    /// Whether a request for a camera is still to request the microphone.
    pub fn is_joint(&self) -> bool {
        matches!(&*self.0.request.borrow(), RequestState::Joint(part) if part.is_awaited())
    }

    /// Requests the microphone from the browser, which asks the user. If that was done before, it has no effect.
    pub fn request(&self) {
        self.0.request_alone();
    }

    /// A source like this one, whose next request for a camera requests the microphone too. `None` if this source isn't
    /// the browser's, or if the microphone was requested before. With `optional` the camera goes on without the
    /// microphone.
    pub fn joint_source(&self, cameras: &dyn Source, optional: bool) -> Option<Arc<dyn Source>> {
        let cameras: &dyn std::any::Any = cameras;
        let cameras: &WebSource = cameras.downcast_ref()?;
        if matches!(&*self.0.request.borrow(), RequestState::Made) {
            return None;
        }
        let microphone = Rc::downgrade(&self.0);
        let part = SoundPart::new(SoundRequest {
            constraints: self.0.constraints.to_dictionary(),
            is_optional: optional,
            answer: Box::new(move |promise| {
                let Some(microphone) = microphone.upgrade() else { return };
                match promise {
                    Some(promise) => microphone.wait_for(promise, CAMERA_OR_MICROPHONE),
                    None => microphone.request_alone(),
                }
            }),
        });
        self.0.request.replace(RequestState::Joint(part.clone()));
        Some(Arc::new(cameras.with_sound(part)))
    }

    /// Requests a change of the constraints. The result is reported: applied or rejected. Changes are applied in order,
    /// also those that come during the request of the microphone.
    pub fn change(&self, constraints: AudioConstraints) {
        self.0.changes.borrow_mut().push_back(constraints);
        self.0.go_on_changing();
    }

    /// Enables the track, or makes it silent.
    pub fn enable(&self, enabled: bool) {
        self.0.enabled.set(enabled);
        if let Some(open) = &*self.0.open.borrow() {
            open.track.set_enabled(enabled);
        }
    }

    /// Passes on the samples since the last call, for a meter: at most the newest 4096, mixed down to one channel.
    pub fn read_samples(&self, receive: impl FnOnce(&[f32])) {
        if let Some(meter) = self.0.open.borrow().as_ref().and_then(|open| open.meter.as_ref()) {
            meter.read(receive);
        }
    }

    /// The browser's own track. `None` while there is none.
    #[cfg(feature = "recorder")]
    pub fn stream_track(&self) -> Option<MediaStreamTrack> {
        // `Clone::clone` copies the reference. `MediaStreamTrack::clone` would make another track.
        self.0.open.borrow().as_ref().map(|open| Clone::clone(&open.track))
    }
}

impl Drop for PageMicrophone {
    fn drop(&mut self) {
        // A camera that waits for the user's consent requests no microphone any more.
        if let RequestState::Joint(part) = self.0.request.replace(RequestState::Made) {
            part.take();
        }
    }
}

fn gone() -> MediaError {
    MediaError::not_found("the microphone is gone; plug it in again, and start the track again")
}

impl Microphone {
    fn report(&self, report: AudioReport) {
        // The track may have been dropped meanwhile.
        let _ = self.reports.send(report);
    }

    fn request_alone(self: &Rc<Self>) {
        match self.request.replace(RequestState::Made) {
            RequestState::Made => return,
            RequestState::Joint(part) => _ = part.take(),
            RequestState::New => {}
        }
        match ask_browser(&self.constraints) {
            Ok(promise) => self.wait_for(promise, MICROPHONE),
            Err(error) => self.report(AudioReport::Failed(error)),
        }
    }

    /// Opens the microphone once the browser grants a stream. `devices` are those that were requested, for people.
    fn wait_for(self: &Rc<Self>, promise: Promise, devices: &'static str) {
        self.request.replace(RequestState::Made);
        // A weak reference during the wait, so that a dropped track stops immediately.
        let waiting = Rc::downgrade(self);
        spawn_local(async move {
            let granted = JsFuture::from(promise).await.map(|stream| Granted::audio(&stream));
            if granted.is_ok() {
                // Labels are available now. Refresh them before the track is reported as live.
                refresh().await;
            }
            let permitted = is_granted("microphone").await;
            // If the request was dropped, this drops and so closes the granted microphone.
            let Some(microphone) = waiting.upgrade() else { return };
            let opened = granted
                .map_err(|thrown| refusal(&thrown, devices))
                .and_then(|granted| Open::new(&microphone, granted, permitted));
            match opened {
                Ok(open) => microphone.start(open),
                Err(error) => microphone.report(AudioReport::Failed(error)),
            }
        });
    }

    fn start(self: &Rc<Self>, open: Open) {
        open.track.set_enabled(self.enabled.get());
        let reported = Box::new((settings(&open.track), capabilities(&open.track)));
        let is_muted = open.track.muted();
        self.open.replace(Some(open));
        self.report(AudioReport::Opened(reported));
        if is_muted {
            self.set_muted(true);
        }
        self.go_on_changing();
    }

    /// Applies the next change, unless one is in progress or the microphone isn't open yet.
    fn go_on_changing(self: &Rc<Self>) {
        let track = match &*self.open.borrow() {
            Some(open) if !self.changing.get() => Clone::clone(&open.track),
            _ => return,
        };
        let Some(constraints) = self.changes.borrow_mut().pop_front() else { return };
        self.changing.set(true);
        let microphone = Rc::downgrade(self);
        spawn_local(async move {
            let applied = change(&track, &constraints).await;
            let Some(microphone) = microphone.upgrade() else { return };
            match applied {
                Ok(()) => {
                    microphone.report(AudioReport::SettingsChanged(Box::new(settings(&track))));
                    microphone.report(AudioReport::ConstraintsApplied(Box::new(constraints)));
                }
                Err(error) => {
                    microphone.report(AudioReport::ConstraintsRejected(Box::new((constraints, error))));
                }
            }
            microphone.changing.set(false);
            microphone.go_on_changing();
        });
    }

    /// Handles the browser's `mute` and `unmute` events.
    fn set_muted(&self, muted: bool) {
        self.report(AudioReport::Muted(muted.then_some(MuteReason::Source)));
    }

    /// Reports that the track ended by itself. The permission may reveal why.
    fn tell_ended(self: &Rc<Self>) {
        let microphone = Rc::downgrade(self);
        spawn_local(async move {
            let granted = is_granted("microphone").await;
            let Some(microphone) = microphone.upgrade() else { return };
            let permitted = microphone.open.borrow().as_ref().is_some_and(|open| open.permitted);
            let error = if permitted && !granted {
                MediaError::not_allowed(
                    "the page's permission to use the microphone was revoked; allow it in the browser's settings for \
                     this page, and ask again",
                )
            } else {
                gone()
            };
            microphone.report(AudioReport::Ended(Some(error)));
        });
    }
}

fn ask_browser(constraints: &AudioConstraints) -> Result<Promise, MediaError> {
    let asked = MediaStreamConstraints::new();
    asked.set_audio(&to_object(constraints.to_dictionary()));
    media_devices()?.get_user_media_with_constraints(&asked).map_err(|thrown| refusal(&thrown, MICROPHONE))
}

/// Applies these constraints in place of the previous ones.
///
/// # Errors
/// [`ErrorName::Overconstrained`](crate::error::ErrorName::Overconstrained), or another error of the browser. The
/// previous constraints then stay.
async fn change(track: &MediaStreamTrack, constraints: &AudioConstraints) -> Result<(), MediaError> {
    constraints.validate()?;
    constraints.validate_bounds()?;
    let applied = apply_constraints(track, constraints.to_dictionary()).await;
    applied.map_err(|thrown| refusal(&thrown, MICROPHONE))
}

impl Open {
    fn new(microphone: &Rc<Microphone>, granted: Granted, permitted: bool) -> Result<Self, MediaError> {
        let track = granted.first().ok_or_else(|| {
            MediaError::abort(
                "the browser's stream has no audio track; request it again, or use another browser",
            )
        })?;
        if track.ready_state() == MediaStreamTrackState::Ended {
            return Err(gone());
        }
        let meter = granted.stream().and_then(|stream| Meter::new(&microphone.context, &stream)).ok();
        let weak = Rc::downgrade(microphone);
        let on = |event, hear: fn(&Rc<Microphone>)| {
            let microphone: Weak<Microphone> = weak.clone();
            Listener::new(&track, event, move |_| {
                if let Some(microphone) = microphone.upgrade() {
                    hear(&microphone);
                }
            })
        };
        let listeners = vec![
            on("ended", |microphone| microphone.tell_ended()),
            on("mute", |microphone| microphone.set_muted(true)),
            on("unmute", |microphone| microphone.set_muted(false)),
        ];
        Ok(Self { track, meter, permitted, _listeners: listeners, _granted: granted })
    }
}
