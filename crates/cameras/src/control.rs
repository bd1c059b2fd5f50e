//! Controls: what can be set of a camera besides its format.

#[cfg(any(target_os = "macos", test))]
pub(crate) mod avfoundation;
#[cfg(any(windows, test))]
pub(crate) mod directshow;

/// A control of a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Control {
    /// Brightness, in the camera's numbers.
    Brightness,
    /// Contrast, in the camera's numbers.
    Contrast,
    /// Saturation, in the camera's numbers.
    Saturation,
    /// Sharpness, in the camera's numbers.
    Sharpness,
    /// White balance, in kelvin.
    WhiteBalance,
    /// Exposure time, in seconds.
    Exposure,
    /// Focus, in the camera's numbers.
    Focus,
    /// Pan, in degrees.
    Pan,
    /// Tilt, in degrees.
    Tilt,
    /// Zoom, in the camera's numbers on Windows, as a factor on macOS.
    Zoom,
    /// A lamp: 0 is off, 1 is on.
    Torch,
}

impl Control {
    /// All controls.
    pub const ALL: [Self; 11] = [
        Self::Brightness,
        Self::Contrast,
        Self::Saturation,
        Self::Sharpness,
        Self::WhiteBalance,
        Self::Exposure,
        Self::Focus,
        Self::Pan,
        Self::Tilt,
        Self::Zoom,
        Self::Torch,
    ];
}

/// The values and modes that a control accepts.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlInfo {
    /// The numbers that can be set. `None` if the control has modes only.
    pub range: Option<ControlRange>,
    /// The modes. Empty if there is no choice.
    pub modes: Vec<ControlMode>,
}

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControlRange {
    /// The least number.
    pub min: f64,
    /// The greatest number.
    pub max: f64,
    /// The distance between two numbers, counted from `min`. 0 if it isn't always the same.
    pub step: f64,
    /// The number after the camera was connected. `None` if unknown.
    pub default: Option<f64>,
}

/// The way in which the value of a control is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ControlMode {
    /// It stays as it is set.
    Manual,
    /// The camera finds it once.
    Once,
    /// The camera finds it all the time.
    Continuous,
}

/// The present value and mode of a control.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ControlState {
    /// The number. `None` if the camera doesn't tell.
    pub value: Option<f64>,
    /// The mode. `None` if the control has none.
    pub mode: Option<ControlMode>,
}

/// A change of a control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ControlChange {
    /// Sets the number, which makes the control manual where it has modes.
    Value(f64),
    /// Sets the mode, and leaves the number.
    Mode(ControlMode),
}
