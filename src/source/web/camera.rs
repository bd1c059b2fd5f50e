//! A device of the browser: requested or cloned, played, observed and stopped.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::{Rc, Weak},
};

use bevy::{math::UVec2, platform::time::Instant};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStreamTrack;

use super::{
    capabilities::{capabilities, control_settings},
    change,
    devices::{facing_of, refresh},
    granted::Granted,
    photo,
    refusal::{CAMERA, refusal},
    request::Promised,
    sound_part::{SoundPart, SoundRequest},
    track::{PageTrack, TrackReporter},
    video::Video,
};
use crate::{
    constraint::{ResizeMode, VideoConstraints, VideoSettings},
    device::{DeviceId, NativeMode},
    error::{ErrorName, MediaError},
    frame::PixelFormat,
    report::MuteReason,
    source::{
        StillRequest,
        silence::{SilenceAction, SilenceWatch, silence_limit},
    },
    web::{self, Listener, number, page, string},
};

/// A requested device. Dropping it stops the device, or, during the browser's prompt, stops it as soon as it is
/// granted.
#[derive(Debug)]
pub(super) struct RequestedCamera(Rc<Camera>);

#[derive(Debug)]
struct Camera {
    reporter: TrackReporter,
    playing: RefCell<Option<Playing>>,
    /// Whether the track is enabled.
    enabled: Cell<bool>,
    /// The applied constraints.
    held: RefCell<VideoConstraints>,
    /// The constraints to apply, in order, and whether the browser is applying the first.
    changes: RefCell<VecDeque<VideoConstraints>>,
    changing: Cell<bool>,
    /// Whether it was reported that the track is live.
    live: Cell<bool>,
    mute: RefCell<Mute>,
    /// The device that is being opened again, if any.
    reopening: Cell<bool>,
    device: RefCell<Option<DeviceId>>,
}

/// The state of missing frames.
#[derive(Debug)]
struct Mute {
    /// Whether the browser reports the track as muted.
    by_browser: bool,
    silence: SilenceWatch,
    /// The number of frames at the last check.
    frames: u64,
    /// The last reported reason.
    reported: Option<MuteReason>,
}

impl Default for Mute {
    fn default() -> Self {
        Self {
            by_browser: false,
            silence: SilenceWatch::new(None, Instant::now()),
            frames: 0,
            reported: None,
        }
    }
}

/// A camera that was granted. Dropping it stops it.
#[derive(Debug)]
struct Playing {
    track: MediaStreamTrack,
    video: Video,
    /// Whether the browser reported the permission as granted at the start. Some never do for a one-time permission.
    permitted: bool,
    _listeners: Vec<Listener>,
    // Last, so that the device stops after its users.
    _granted: Granted,
}

/// The state of a source.
#[derive(Debug, Default)]
pub(super) struct Cameras {
    /// Live devices available for cloning. It may contain dead references.
    asked: RefCell<Vec<Weak<Camera>>>,
}

impl Cameras {
    /// Requests a device from the browser, which asks the user, or clones a live track of the device `only`. With a
    /// `sound` the same call requests a microphone too.
    ///
    /// # Errors
    /// Errors that need no request: invalid constraints, and pages without access to devices.
    pub fn ask(
        self: &Rc<Self>,
        constraints: &VideoConstraints,
        only: Option<&DeviceId>,
        sound: Option<&SoundPart>,
        reporter: TrackReporter,
    ) -> Result<RequestedCamera, MediaError> {
        constraints.validate()?;
        constraints.validate_bounds()?;
        let sound = sound.and_then(SoundPart::take);
        let answer = match only.and_then(|only| self.clone_of(only, constraints)) {
            Some(clone) => {
                if let Some(SoundRequest { answer, .. }) = sound {
                    answer(None);
                }
                Answer::Clone(clone)
            }
            None => Answer::Promised(Promised::ask(constraints, only, sound)?),
        };
        let camera = Rc::new(Camera {
            reporter,
            playing: RefCell::default(),
            enabled: Cell::new(true),
            held: RefCell::new(constraints.clone()),
            changes: RefCell::default(),
            changing: Cell::new(false),
            live: Cell::new(false),
            mute: RefCell::default(),
            reopening: Cell::new(false),
            device: RefCell::default(),
        });
        {
            let mut asked = self.asked.borrow_mut();
            asked.retain(|camera| camera.strong_count() > 0);
            asked.push(Rc::downgrade(&camera));
        }
        let waiting = Rc::downgrade(&camera);
        spawn_local(async move {
            let granted = match answer {
                Answer::Clone(clone) => Ok(clone),
                Answer::Promised(promised) => {
                    let granted = promised.granted(|| waiting.strong_count() > 0).await;
                    if granted.is_ok() {
                        // Labels are available now. Refresh them before the track is reported as live.
                        refresh().await;
                    }
                    granted
                }
            };
            let permitted = is_granted().await;
            // If the request was dropped, this drops and so stops the granted stream.
            let Some(camera) = waiting.upgrade() else { return };
            match granted.and_then(|granted| Playing::new(&camera, granted, permitted)) {
                Ok(playing) => {
                    playing.track.set_enabled(camera.enabled.get());
                    camera.playing.replace(Some(playing));
                    camera.tell_settings();
                }
                Err(error) => camera.reporter.failed(error),
            }
        });
        Ok(RequestedCamera(camera))
    }

    /// A clone of a live track of this device with exactly these constraints
    /// ([`clone()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-clone)), which needs no
    /// prompt.
    fn clone_of(&self, device: &DeviceId, constraints: &VideoConstraints) -> Option<Granted> {
        let cameras: Vec<_> = self.asked.borrow().iter().filter_map(Weak::upgrade).collect();
        cameras.iter().find_map(|camera| {
            let playing = camera.playing.borrow();
            let playing = playing.as_ref().filter(|_| *camera.held.borrow() == *constraints)?;
            let reported = |object: &JsValue, name| string(object, name).unwrap_or_default();
            let is_live = reported(&playing.track, "readyState") == "live";
            if !is_live || reported(&playing.track.get_settings(), "deviceId") != device.0 {
                return None;
            }
            Some(Granted::track(&MediaStreamTrack::clone(&playing.track)))
        })
    }
}

/// The source of a stream.
enum Answer {
    Clone(Granted),
    Promised(Promised),
}

/// Whether the page is hidden, so that the browser may send no frames.
fn is_hidden() -> bool {
    page().is_ok_and(|(_, document)| document.hidden())
}

/// Whether the browser reports the permission as granted.
async fn is_granted() -> bool {
    web::is_granted("camera").await
}

impl PageTrack for RequestedCamera {
    fn poll(&self) {
        if let Some(playing) = &*self.0.playing.borrow() {
            playing.video.poll();
        }
        self.0.check_silence();
    }

    fn change(&self, constraints: VideoConstraints) {
        self.0.changes.borrow_mut().push_back(constraints);
        self.0.go_on_changing();
    }

    fn enable(&self, enabled: bool) {
        self.0.enabled.set(enabled);
        if let Some(playing) = &*self.0.playing.borrow() {
            playing.track.set_enabled(enabled);
        }
    }

    #[cfg(feature = "recorder")]
    fn stream_track(&self) -> Option<MediaStreamTrack> {
        // `Clone::clone` copies the reference.
        self.0.playing.borrow().as_ref().map(|playing| Clone::clone(&playing.track))
    }

    fn take_stills(&self, request: StillRequest) {
        match &*self.0.playing.borrow() {
            Some(playing) => photo::take(&playing.track, request),
            None => request.answer_without_photos(),
        }
    }
}

fn gone() -> MediaError {
    MediaError::not_found("the camera is gone; plug it in again, and start the track again")
}

impl Camera {
    /// Reports the track's settings, and at first that it is live.
    fn tell_settings(self: &Rc<Self>) {
        if let Some(playing) = &*self.playing.borrow()
            && let Some(settings) = playing.settings()
        {
            let limit = silence_limit(settings.frame_rate);
            self.mute.borrow_mut().silence.set_limit(limit);
            let first = !self.live.replace(true);
            if !first {
                self.reporter.settings(settings);
                return;
            }
            self.reporter.live(settings, capabilities(&playing.track));
            self.mute.borrow_mut().by_browser = playing.track.muted();
            self.report_mute();
            self.go_on_changing();
            // Not the browser's `clone()`, which makes another track.
            let (reporter, track) = (self.reporter.clone(), Clone::clone(&playing.track));
            spawn_local(async move {
                if let Some((capabilities, settings)) = photo::capabilities(track).await {
                    reporter.photo(capabilities, settings);
                }
            });
        }
    }

    /// Mutes the track if its element shows no new frames although the browser reports it as live and not muted, and
    /// opens its device again when that is due.
    fn check_silence(self: &Rc<Self>) {
        let action = {
            let mute = &mut *self.mute.borrow_mut();
            let frames = self.reporter.frame_count();
            if std::mem::replace(&mut mute.frames, frames) != frames {
                mute.silence.frame(Instant::now());
                None
            } else if self.live.get() && self.enabled.get() && !mute.by_browser && !is_hidden() {
                mute.silence.check(Instant::now())
            } else {
                None
            }
        };
        self.report_mute();
        if action == Some(SilenceAction::Reopen) {
            self.reopen();
        }
    }

    /// Closes the silent device and requests it again, if the browser needs no prompt for that.
    fn reopen(self: &Rc<Self>) {
        let device = match &*self.playing.borrow() {
            Some(playing) => string(&playing.track.get_settings(), "deviceId").map(DeviceId),
            None => self.device.borrow().clone(),
        };
        let Some(device) = device.filter(|device| !device.0.is_empty()) else { return };
        if self.reopening.replace(true) {
            return;
        }
        self.device.replace(Some(device.clone()));
        // Weak references during the wait, so that a dropped track stops immediately.
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            let permitted = is_granted().await;
            let Some(camera) = weak.upgrade() else { return };
            if !permitted || !camera.mute.borrow().silence.is_silent() {
                camera.reopening.set(false);
                return;
            }
            // A page shares devices: a new track would be silent too while the silent one is open.
            drop(camera.playing.take());
            let asked = Promised::ask(&camera.held.borrow(), Some(&device), None);
            drop(camera);
            let granted = match asked {
                Ok(promised) => promised.granted(|| true).await,
                Err(error) => Err(error),
            };
            let Some(camera) = weak.upgrade() else { return };
            camera.reopening.set(false);
            let played = granted.and_then(|granted| Playing::new(&camera, granted, permitted));
            match played {
                Ok(playing) => {
                    playing.track.set_enabled(camera.enabled.get());
                    camera.mute.borrow_mut().by_browser = playing.track.muted();
                    camera.playing.replace(Some(playing));
                    camera.reporter.reopened();
                    camera.tell_settings();
                    camera.go_on_changing();
                }
                // The device met the constraints before. If it doesn't any more, it is gone.
                Err(error) if matches!(error.name, ErrorName::NotFound | ErrorName::Overconstrained) => {
                    camera.reporter.ended(Some(gone()));
                }
                Err(error) if error.name == ErrorName::NotAllowed => camera.reporter.ended(Some(error)),
                Err(error) => camera.reporter.reopen_failed(error),
            }
        });
    }

    /// Applies the next change, unless one is in progress or the track is not live yet.
    fn go_on_changing(self: &Rc<Self>) {
        let track = match &*self.playing.borrow() {
            // `Clone::clone` copies the reference. `MediaStreamTrack::clone` would make another track.
            Some(playing) if self.live.get() && !self.changing.get() => Clone::clone(&playing.track),
            _ => return,
        };
        let Some(constraints) = self.changes.borrow_mut().pop_front() else { return };
        self.changing.set(true);
        let (camera, held) = (Rc::downgrade(self), self.held.borrow().clone());
        spawn_local(async move {
            let applied = change::apply(&track, &constraints, &held).await;
            let Some(camera) = camera.upgrade() else { return };
            match applied {
                Ok(()) => {
                    camera.held.replace(constraints.clone());
                    camera.tell_settings();
                    camera.reporter.applied(constraints);
                }
                Err(error) => camera.reporter.rejected(constraints, error),
            }
            camera.changing.set(false);
            camera.go_on_changing();
        });
    }

    /// Handles the browser's `mute` and `unmute` events.
    fn set_muted(&self, muted: bool) {
        self.mute.borrow_mut().by_browser = muted;
        self.report_mute();
    }

    /// Reports the reason of a live track's muting, if it has changed.
    fn report_mute(&self) {
        let mute = &mut *self.mute.borrow_mut();
        let reason = if mute.by_browser {
            Some(MuteReason::Source)
        } else if mute.silence.is_silent() {
            Some(MuteReason::Silence)
        } else {
            None
        };
        if self.live.get() && std::mem::replace(&mut mute.reported, reason) != reason {
            self.reporter.muted(reason);
        }
    }

    /// Reports that the track ended by itself. The permission may reveal why.
    fn tell_ended(self: &Rc<Self>) {
        let camera = Rc::downgrade(self);
        spawn_local(async move {
            let granted = is_granted().await;
            let Some(camera) = camera.upgrade() else { return };
            let live = camera.live.get();
            let permitted = camera.playing.borrow().as_ref().is_some_and(|playing| playing.permitted);
            let error = if permitted && !granted {
                MediaError::not_allowed(
                    "the page's permission to use the camera was revoked; allow it in the browser's settings \
                     for this page, and ask again",
                )
            } else {
                gone()
            };
            if live { camera.reporter.ended(Some(error)) } else { camera.reporter.failed(error) }
        });
    }
}

impl Playing {
    fn new(camera: &Rc<Camera>, granted: Granted, permitted: bool) -> Result<Self, MediaError> {
        let track = granted.first().ok_or_else(|| {
            MediaError::abort(
                "the browser's stream has no video track; request it again, or use another browser",
            )
        })?;
        if string(&track, "readyState").is_some_and(|state| state == "ended") {
            return Err(gone());
        }
        let weak = Rc::downgrade(camera);
        let resized = weak.clone();
        let video = Video::new(camera.reporter.clone(), move |_| {
            if let Some(camera) = resized.upgrade() {
                camera.tell_settings();
            }
        })?;
        let stream = granted.stream().map_err(|thrown| refusal(&thrown, CAMERA))?;
        video.element().set_src_object(Some(&stream));
        video.play();
        let on = |event, hear: fn(&Rc<Camera>)| {
            let camera = weak.clone();
            Listener::new(&track, event, move |_| {
                if let Some(camera) = camera.upgrade() {
                    hear(&camera);
                }
            })
        };
        let listeners = vec![
            on("ended", |camera| camera.tell_ended()),
            on("mute", |camera| camera.set_muted(true)),
            on("unmute", |camera| camera.set_muted(false)),
        ];
        Ok(Self { track, video, permitted, _listeners: listeners, _granted: granted })
    }

    /// The track's [settings](https://www.w3.org/TR/mediacapture-streams/#dom-mediatracksettings), with the size that
    /// the element shows. `None` while that is unknown.
    fn settings(&self) -> Option<VideoSettings> {
        let settings = JsValue::from(self.track.get_settings());
        let whole = |name| number(&settings, name).unwrap_or_default() as u32;
        let reported = UVec2::new(whole("width"), whole("height"));
        let size = self.video.size().or((reported.min_element() > 0).then_some(reported))?;
        let frame_rate = number(&settings, "frameRate").unwrap_or_default();
        let resized =
            string(&settings, "resizeMode").is_some_and(|mode| mode == ResizeMode::CropAndScale.as_str());
        Some(VideoSettings {
            device_id: DeviceId(string(&settings, "deviceId").unwrap_or_default()),
            group_id: string(&settings, "groupId").unwrap_or_default(),
            label: self.track.label(),
            size,
            frame_rate,
            resize_mode: if resized { ResizeMode::CropAndScale } else { ResizeMode::None },
            facing_mode: facing_of(&settings),
            // The browser has cropped and scaled already.
            native: NativeMode { size, frame_rate, format: PixelFormat::Rgba32 },
            controls: control_settings(&settings),
        })
    }
}
