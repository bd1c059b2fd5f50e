//! Requests for cameras, alone or together with a microphone.

use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStreamConstraints;

use super::{
    dictionary::to_object,
    granted::Granted,
    refusal::{CAMERA, CAMERA_OR_MICROPHONE, refusal},
    sound_part::SoundRequest,
};
use crate::{
    constraint::{VideoConstraints, dictionary::Dictionary, exact},
    device::DeviceId,
    error::MediaError,
    web::media_devices,
};

/// A promise of a camera's stream.
pub(super) struct Promised {
    promise: Promise,
    /// The devices that were requested, for people.
    devices: &'static str,
    /// The constraints of a request for the camera alone, if the microphone is optional.
    alone: Option<Dictionary>,
}

impl Promised {
    /// Asks the browser for a camera, or for a camera and a microphone.
    ///
    /// # Errors
    /// Pages without access to devices.
    pub fn ask(
        constraints: &VideoConstraints,
        only: Option<&DeviceId>,
        sound: Option<SoundRequest>,
    ) -> Result<Self, MediaError> {
        let video = match only {
            Some(device) => constraints.clone().device_id(exact(device)).to_dictionary(),
            None => constraints.to_dictionary(),
        };
        let Some(SoundRequest { constraints: audio, is_optional, answer }) = sound else {
            return Ok(Self { promise: ask_browser(video, None)?, devices: CAMERA, alone: None });
        };
        let alone = is_optional.then(|| video.clone());
        let promise = ask_browser(video, Some(audio))?;
        answer(Some(promise.clone()));
        Ok(Self { promise, devices: CAMERA_OR_MICROPHONE, alone })
    }

    /// The camera, once it is granted.
    ///
    /// # Errors
    /// Those of the browser. If the microphone is optional, the camera is requested alone first, unless it isn't wanted
    /// any more.
    pub async fn granted(self, is_wanted: impl FnOnce() -> bool) -> Result<Granted, MediaError> {
        let Self { promise, devices, alone } = self;
        let thrown = match JsFuture::from(promise).await {
            Ok(stream) => return Ok(Granted::video(&stream)),
            Err(thrown) => thrown,
        };
        let Some(alone) = alone.filter(|_| is_wanted()) else { return Err(refusal(&thrown, devices)) };
        let stream = JsFuture::from(ask_browser(alone, None)?).await;
        stream.map(|stream| Granted::video(&stream)).map_err(|thrown| refusal(&thrown, CAMERA))
    }
}

fn ask_browser(video: Dictionary, audio: Option<Dictionary>) -> Result<Promise, MediaError> {
    let devices = media_devices()?;
    let asked = MediaStreamConstraints::new();
    asked.set_video(&to_object(video));
    if let Some(audio) = audio {
        asked.set_audio(&to_object(audio));
    }
    devices.get_user_media_with_constraints(&asked).map_err(|thrown| refusal(&thrown, CAMERA))
}
