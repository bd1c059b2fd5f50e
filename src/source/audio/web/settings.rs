//! The settings and capabilities of the browser's microphones.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStreamTrack;

use crate::{
    constraint::{AudioCapabilities, AudioSettings, Bounds},
    device::DeviceId,
    web::{call, get, number, string},
};

/// The settings of a track
/// ([`getSettings()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-getsettings)), as far as the
/// browser reports them.
pub(super) fn settings(track: &MediaStreamTrack) -> AudioSettings {
    let reported = call(track, "getSettings").unwrap_or_default();
    let whole = |name| number(&reported, name).unwrap_or_default() as u32;
    AudioSettings {
        device_id: DeviceId(string(&reported, "deviceId").unwrap_or_default()),
        group_id: string(&reported, "groupId").unwrap_or_default(),
        label: track.label(),
        sample_rate: whole("sampleRate"),
        sample_size: whole("sampleSize"),
        channel_count: whole("channelCount"),
        latency: number(&reported, "latency").unwrap_or_default(),
        echo_cancellation: is_on(&get(&reported, "echoCancellation")),
        auto_gain_control: is_on(&get(&reported, "autoGainControl")),
        noise_suppression: is_on(&get(&reported, "noiseSuppression")),
    }
}

/// The capabilities of a track
/// ([`getCapabilities()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-getcapabilities)), as far as
/// the browser reports them.
pub(super) fn capabilities(track: &MediaStreamTrack) -> AudioCapabilities {
    let reported = call(track, "getCapabilities").unwrap_or_default();
    let range = |name| {
        let range = get(&reported, name);
        let bound = |name| number(&range, name).unwrap_or_default();
        Bounds::new(bound("min"), bound("max"))
    };
    let whole = |name| {
        let Bounds { min, max } = range(name);
        Bounds::new(min as u32, max as u32)
    };
    let values = |name| {
        let list: Array = get(&reported, name).dyn_into().unwrap_or_default();
        let mut values: Vec<bool> = list.iter().map(|value| is_on(&value)).collect();
        values.sort_unstable();
        values.dedup();
        values
    };
    AudioCapabilities {
        device_id: DeviceId(string(&reported, "deviceId").unwrap_or_default()),
        group_id: string(&reported, "groupId").unwrap_or_default(),
        sample_rate: whole("sampleRate"),
        sample_size: whole("sampleSize"),
        channel_count: whole("channelCount"),
        latency: range("latency"),
        echo_cancellation: values("echoCancellation"),
        auto_gain_control: values("autoGainControl"),
        noise_suppression: values("noiseSuppression"),
    }
}

/// Whether processing is on. Some kinds of echo cancellation are named by a string.
fn is_on(value: &JsValue) -> bool {
    value.as_bool().unwrap_or_else(|| value.is_string())
}
