//! Controls of devices. Those that a version of macOS lacks aren't called: each is asked for first.

use objc2::{
    runtime::{NSObjectProtocol, Sel},
    sel,
};
use objc2_av_foundation::{
    AVCaptureDevice, AVCaptureExposureMode, AVCaptureFocusMode, AVCaptureTorchMode, AVCaptureWhiteBalanceMode,
};

use crate::{
    Control, ControlChange, ControlInfo, ControlMode, ControlRange, ControlState, Error,
    control::avfoundation::{mode, modes, number},
};

/// Whether the device has these methods.
fn has<const N: usize>(device: &AVCaptureDevice, selectors: [Sel; N]) -> bool {
    selectors.into_iter().all(|selector| device.respondsToSelector(selector))
}

pub(super) fn info(device: &AVCaptureDevice, control: Control) -> Option<ControlInfo> {
    match control {
        Control::Focus | Control::Exposure | Control::WhiteBalance => {
            let supported: Vec<ControlMode> = modes()
                .into_iter()
                .filter(|(_, number)| supports(device, control, *number))
                .map(|(mode, _)| mode)
                .collect();
            (!supported.is_empty()).then_some(ControlInfo { range: None, modes: supported })
        }
        Control::Torch => has_torch(device).then(|| ControlInfo {
            range: Some(ControlRange { min: 0.0, max: 1.0, step: 1.0, default: Some(0.0) }),
            modes: Vec::new(),
        }),
        Control::Zoom => zoom_range(device).filter(|(min, max)| min < max).map(|(min, max)| ControlInfo {
            range: Some(ControlRange { min, max, step: 0.0, default: Some(1.0) }),
            modes: Vec::new(),
        }),
        _ => None,
    }
}

pub(super) fn state(device: &AVCaptureDevice, control: Control) -> Option<ControlState> {
    info(device, control)?;
    Some(match control {
        // SAFETY: `info` found that the device has the control.
        Control::Focus => ControlState { value: None, mode: mode(unsafe { device.focusMode() }.0) },
        // SAFETY: As above.
        Control::Exposure => ControlState { value: None, mode: mode(unsafe { device.exposureMode() }.0) },
        Control::WhiteBalance => {
            // SAFETY: As above.
            ControlState { value: None, mode: mode(unsafe { device.whiteBalanceMode() }.0) }
        }
        Control::Torch => {
            // SAFETY: As above.
            let on = unsafe { device.torchMode() } == AVCaptureTorchMode::On;
            ControlState { value: Some(f64::from(u8::from(on))), mode: None }
        }
        // SAFETY: As above.
        Control::Zoom => ControlState { value: Some(unsafe { device.videoZoomFactor() }), mode: None },
        _ => return None,
    })
}

/// Sets a control of a device that is locked for configuration.
pub(super) fn set(device: &AVCaptureDevice, control: Control, change: ControlChange) -> Result<(), Error> {
    let refused = || Error::NotSupported(format!("{control:?} can't be set to {change:?}"));
    let info = info(device, control).ok_or_else(refused)?;
    match (control, change) {
        (_, ControlChange::Mode(mode)) if info.modes.contains(&mode) => {
            let number = number(mode);
            // SAFETY: The device is locked, and supports the mode.
            unsafe {
                match control {
                    Control::Focus => device.setFocusMode(AVCaptureFocusMode(number)),
                    Control::Exposure => device.setExposureMode(AVCaptureExposureMode(number)),
                    _ => device.setWhiteBalanceMode(AVCaptureWhiteBalanceMode(number)),
                }
            }
        }
        (Control::Torch, ControlChange::Value(value)) if value.is_finite() => {
            let mode = if value >= 0.5 { AVCaptureTorchMode::On } else { AVCaptureTorchMode::Off };
            // SAFETY: The device is locked, and has a torch with both modes.
            unsafe { device.setTorchMode(mode) };
        }
        (Control::Zoom, ControlChange::Value(value)) if value.is_finite() => {
            let (min, max) = zoom_range(device).ok_or_else(refused)?;
            // SAFETY: The device is locked, and the factor is in its range.
            unsafe { device.setVideoZoomFactor(value.min(max).max(min)) };
        }
        _ => return Err(refused()),
    }
    Ok(())
}

fn supports(device: &AVCaptureDevice, control: Control, number: isize) -> bool {
    // SAFETY: The device has the methods, and they accept the modes that every version knows.
    unsafe {
        match control {
            Control::Focus => {
                has(device, [sel!(isFocusModeSupported:), sel!(setFocusMode:)])
                    && device.isFocusModeSupported(AVCaptureFocusMode(number))
            }
            Control::Exposure => {
                has(device, [sel!(isExposureModeSupported:), sel!(setExposureMode:)])
                    && device.isExposureModeSupported(AVCaptureExposureMode(number))
            }
            Control::WhiteBalance => {
                has(device, [sel!(isWhiteBalanceModeSupported:), sel!(setWhiteBalanceMode:)])
                    && device.isWhiteBalanceModeSupported(AVCaptureWhiteBalanceMode(number))
            }
            _ => false,
        }
    }
}

fn has_torch(device: &AVCaptureDevice) -> bool {
    // SAFETY: The device has the methods.
    has(device, [sel!(hasTorch), sel!(isTorchModeSupported:), sel!(setTorchMode:)])
        && unsafe {
            device.hasTorch()
                && device.isTorchModeSupported(AVCaptureTorchMode::On)
                && device.isTorchModeSupported(AVCaptureTorchMode::Off)
        }
}

/// The least and the greatest zoom. `None` where macOS has no zoom.
fn zoom_range(device: &AVCaptureDevice) -> Option<(f64, f64)> {
    let has_zoom = has(
        device,
        [
            sel!(videoZoomFactor),
            sel!(setVideoZoomFactor:),
            sel!(minAvailableVideoZoomFactor),
            sel!(maxAvailableVideoZoomFactor),
        ],
    );
    // SAFETY: The device has the methods.
    has_zoom.then(|| unsafe { (device.minAvailableVideoZoomFactor(), device.maxAvailableVideoZoomFactor()) })
}
