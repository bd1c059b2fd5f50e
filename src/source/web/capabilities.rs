//! The capabilities and control settings of the browser's tracks.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStreamTrack;

use crate::{
    constraint::{Bounds, ResizeMode, VideoCapabilities},
    device::{
        Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, DeviceId, FacingMode,
        MeteringMode, SettingsRange,
    },
    web::{call, get, number, string},
};
use bevy::math::Vec2;

/// The capabilities of a track
/// ([`getCapabilities()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-getcapabilities)), as far as
/// the browser reports them.
pub(super) fn capabilities(track: &MediaStreamTrack) -> VideoCapabilities {
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
    VideoCapabilities {
        device_id: DeviceId(string(&reported, "deviceId").unwrap_or_default()),
        group_id: string(&reported, "groupId").unwrap_or_default(),
        width: whole("width"),
        height: whole("height"),
        aspect_ratio: range("aspectRatio"),
        frame_rate: range("frameRate"),
        facing_mode: texts(&get(&reported, "facingMode"))
            .filter_map(|name| FacingMode::from_name(&name))
            .collect(),
        resize_mode: texts(&get(&reported, "resizeMode"))
            .filter_map(|name| ResizeMode::from_name(&name))
            .collect(),
        controls: control_capabilities(&reported),
    }
}

fn control_capabilities(reported: &JsValue) -> ControlCapabilities {
    let capability = |control: Control| {
        let reported = get(reported, control.as_str());
        match control {
            Control::WhiteBalanceMode | Control::ExposureMode | Control::FocusMode => {
                let modes: Vec<_> =
                    texts(&reported).filter_map(|name| MeteringMode::from_name(&name)).collect();
                (!modes.is_empty()).then_some(ControlCapability::Modes(modes))
            }
            Control::PointsOfInterest => reported.is_truthy().then_some(ControlCapability::Points),
            // Some browsers report a boolean, others the list of values.
            Control::Torch => match reported.as_bool() {
                Some(there) => there.then(|| ControlCapability::Booleans(vec![false, true])),
                None => {
                    let can: Vec<_> = values(&reported).filter_map(|value| value.as_bool()).collect();
                    (!can.is_empty()).then_some(ControlCapability::Booleans(can))
                }
            },
            _ => Some(ControlCapability::Number(SettingsRange {
                min: number(&reported, "min")?,
                max: number(&reported, "max")?,
                step: number(&reported, "step").unwrap_or_default(),
            })),
        }
    };
    Control::ALL.into_iter().filter_map(|control| Some((control, capability(control)?))).collect()
}

/// The values of the controls in a track's
/// [settings](https://www.w3.org/TR/mediacapture-streams/#dom-mediatracksettings).
pub(super) fn control_settings(reported: &JsValue) -> ControlSettings {
    let setting = |control: Control| {
        let reported = get(reported, control.as_str());
        match control {
            Control::WhiteBalanceMode | Control::ExposureMode | Control::FocusMode => {
                MeteringMode::from_name(&reported.as_string()?).map(ControlValue::Mode)
            }
            Control::PointsOfInterest => {
                let coordinate = |point: &JsValue, name| Some(number(point, name)? as f32);
                let point =
                    |point: JsValue| Some(Vec2::new(coordinate(&point, "x")?, coordinate(&point, "y")?));
                reported
                    .is_truthy()
                    .then(|| ControlValue::Points(values(&reported).filter_map(point).collect()))
            }
            Control::Torch => reported.as_bool().map(ControlValue::Boolean),
            _ => reported.as_f64().map(ControlValue::Number),
        }
    };
    Control::ALL.into_iter().filter_map(|control| Some((control, setting(control)?))).collect()
}

fn values(sequence: &JsValue) -> impl Iterator<Item = JsValue> + use<> {
    let sequence = sequence.dyn_ref::<Array>().cloned().unwrap_or_default();
    (0..sequence.length()).map(move |index| sequence.get(index))
}

fn texts(sequence: &JsValue) -> impl Iterator<Item = String> + use<> {
    values(sequence).filter_map(|value| value.as_string())
}
