//! A device's controls as the kernel has them: integers with ids, ranges and flags.

use std::{collections::BTreeMap, io, path::Path, sync::Arc};

use linuxvideo::controls::{Cid, ControlDesc, ControlFlags, CtrlType};
use v4l::control::{Control, Flags, MenuItem, Value};

use super::super::error::guarded;

/// `V4L2_CID_USER_BASE` of the kernel's interface.
const USER: u32 = 0x0098_0900;
/// `V4L2_CID_CAMERA_CLASS_BASE` of the kernel's interface.
const CAMERA: u32 = 0x009a_0900;
/// `V4L2_CID_FLASH_CLASS_BASE` of the kernel's interface.
const FLASH: u32 = 0x009c_0900;

/// The controls that constraints need. Each is named as its `V4L2_CID_` constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ControlId {
    AutoWhiteBalance,
    DoWhiteBalance,
    WhiteBalanceTemperature,
    ExposureAuto,
    ExposureAbsolute,
    AutoExposureBias,
    IsoSensitivityAuto,
    IsoSensitivity,
    Brightness,
    Contrast,
    Saturation,
    Sharpness,
    FocusAuto,
    AutoFocusStart,
    FocusAbsolute,
    PanAbsolute,
    TiltAbsolute,
    ZoomAbsolute,
    FlashLedMode,
    Privacy,
}

/// A driver's description of a control.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    pub min: i64,
    pub max: i64,
    pub step: i64,
    /// The entries of a menu. Empty for other controls.
    pub items: Vec<Item>,
    /// It has no effect because of the present values of other controls.
    pub inactive: bool,
    pub read_only: bool,
    pub write_only: bool,
}

/// An entry of a menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The control's value for this entry.
    pub index: i64,
    /// The integer of an entry in a menu of integers, else the same as `index`.
    pub value: i64,
}

/// A device with controls.
pub trait ControlDevice {
    /// The device's controls, with their present flags.
    fn controls(&self) -> BTreeMap<ControlId, Description>;

    /// The value of a control.
    fn read(&self, id: ControlId) -> io::Result<i64>;

    /// Sets a control, or presses it if it is a button.
    fn set(&mut self, id: ControlId, value: i64) -> io::Result<()>;
}

/// The controls of a video node.
///
/// `v4l` lists them. If it panics because it doesn't know the type of one, `linuxvideo` lists them, without the very
/// first one (brightness) and the values of integer menus. `linuxvideo` reads and sets them, because `v4l` can't read
/// such menus.
pub struct NodeControls {
    node: Arc<v4l::Device>,
    device: linuxvideo::Device,
    /// Whether `v4l` can list them. It is tried once, because the panic hook prints each panic.
    whole: bool,
}

impl NodeControls {
    /// Opens a node a second time, for its controls.
    ///
    /// # Errors
    /// The system's error if it can't be opened.
    pub fn open(path: &Path, node: Arc<v4l::Device>) -> io::Result<Self> {
        let device = guarded(|| linuxvideo::Device::open(path))?;
        // A driver without controls refuses the call.
        let whole = guarded(|| node.query_controls()).is_ok();
        Ok(Self { node, device, whole })
    }

    /// The listed controls up to the first that the driver fails to describe, without integer menus.
    fn list_plainly(&self) -> BTreeMap<ControlId, Description> {
        let listed: Vec<ControlDesc> =
            guarded(|| Ok(self.device.controls().map_while(Result::ok).collect())).unwrap_or_default();
        let menu = |listed: &ControlDesc| {
            let items = self.device.enumerate_menu(listed).map_while(Result::ok);
            Ok(items.map(|item| Item::plain(item.index().into())).collect())
        };
        listed
            .iter()
            .filter(|listed| listed.control_type() != CtrlType::INTEGER_MENU)
            .filter_map(|listed| {
                let id = ControlId::ALL.into_iter().find(|id| id.plain_id() == Some(listed.id()))?;
                let is_menu = listed.control_type() == CtrlType::MENU;
                let items = if is_menu { guarded(|| menu(listed)).unwrap_or_default() } else { Vec::new() };
                let flags = listed.flags();
                let description = Description {
                    min: listed.minimum().into(),
                    max: listed.maximum().into(),
                    step: listed.step().into(),
                    items,
                    inactive: flags.contains(ControlFlags::INACTIVE),
                    read_only: flags.contains(ControlFlags::READ_ONLY),
                    write_only: flags.contains(ControlFlags::WRITE_ONLY),
                };
                Some((id, description))
            })
            .collect()
    }
}

impl ControlDevice for NodeControls {
    fn controls(&self) -> BTreeMap<ControlId, Description> {
        if !self.whole {
            return self.list_plainly();
        }
        let listed = guarded(|| self.node.query_controls()).unwrap_or_default();
        listed
            .into_iter()
            .filter(|listed| !listed.flags.contains(Flags::DISABLED))
            .filter_map(|listed| {
                let id = ControlId::ALL.into_iter().find(|id| id.id() == listed.id)?;
                let items = listed.items.unwrap_or_default().into_iter().map(|(index, item)| match item {
                    MenuItem::Name(_) => Item::plain(index.into()),
                    MenuItem::Value(value) => Item { index: index.into(), value },
                });
                let description = Description {
                    min: listed.minimum,
                    max: listed.maximum,
                    step: i64::try_from(listed.step).unwrap_or(i64::MAX),
                    items: items.collect(),
                    inactive: listed.flags.contains(Flags::INACTIVE),
                    read_only: listed.flags.contains(Flags::READ_ONLY),
                    write_only: listed.flags.contains(Flags::WRITE_ONLY),
                };
                Some((id, description))
            })
            .collect()
    }

    fn read(&self, id: ControlId) -> io::Result<i64> {
        match id.plain_id() {
            Some(id) => guarded(|| self.device.read_control_raw(id)).map(i64::from),
            None => match guarded(|| self.node.control(id.id()))?.value {
                Value::Integer(value) => Ok(value),
                _ => Err(io::ErrorKind::InvalidData.into()),
            },
        }
    }

    fn set(&mut self, id: ControlId, value: i64) -> io::Result<()> {
        match id.plain_id() {
            Some(id) => {
                let value = i32::try_from(value).map_err(|_| io::ErrorKind::InvalidInput)?;
                guarded(|| self.device.write_control_raw(id, value))
            }
            None => {
                let control = Control { id: id.id(), value: Value::Integer(value) };
                guarded(|| self.node.set_control(control))
            }
        }
    }
}

impl Item {
    /// An entry without an integer of its own.
    const fn plain(index: i64) -> Self {
        Self { index, value: index }
    }
}

impl ControlId {
    const ALL: [Self; 20] = [
        Self::AutoWhiteBalance,
        Self::DoWhiteBalance,
        Self::WhiteBalanceTemperature,
        Self::ExposureAuto,
        Self::ExposureAbsolute,
        Self::AutoExposureBias,
        Self::IsoSensitivityAuto,
        Self::IsoSensitivity,
        Self::Brightness,
        Self::Contrast,
        Self::Saturation,
        Self::Sharpness,
        Self::FocusAuto,
        Self::AutoFocusStart,
        Self::FocusAbsolute,
        Self::PanAbsolute,
        Self::TiltAbsolute,
        Self::ZoomAbsolute,
        Self::FlashLedMode,
        Self::Privacy,
    ];

    /// The kernel's id.
    const fn id(self) -> u32 {
        match self {
            Self::Brightness => USER,
            Self::Contrast => USER + 1,
            Self::Saturation => USER + 2,
            Self::AutoWhiteBalance => USER + 12,
            Self::DoWhiteBalance => USER + 13,
            Self::WhiteBalanceTemperature => USER + 26,
            Self::Sharpness => USER + 27,
            Self::ExposureAuto => CAMERA + 1,
            Self::ExposureAbsolute => CAMERA + 2,
            Self::PanAbsolute => CAMERA + 8,
            Self::TiltAbsolute => CAMERA + 9,
            Self::FocusAbsolute => CAMERA + 10,
            Self::FocusAuto => CAMERA + 12,
            Self::ZoomAbsolute => CAMERA + 13,
            Self::Privacy => CAMERA + 16,
            Self::AutoExposureBias => CAMERA + 19,
            Self::IsoSensitivity => CAMERA + 23,
            Self::IsoSensitivityAuto => CAMERA + 24,
            Self::AutoFocusStart => CAMERA + 28,
            Self::FlashLedMode => FLASH + 1,
        }
    }

    /// The id in `linuxvideo`. `None` if it doesn't have it.
    const fn plain_id(self) -> Option<Cid> {
        Some(match self {
            Self::Brightness => Cid::BRIGHTNESS,
            Self::Contrast => Cid::CONTRAST,
            Self::Saturation => Cid::SATURATION,
            Self::AutoWhiteBalance => Cid::AUTO_WHITE_BALANCE,
            Self::DoWhiteBalance => Cid::DO_WHITE_BALANCE,
            Self::WhiteBalanceTemperature => Cid::WHITE_BALANCE_TEMPERATURE,
            Self::Sharpness => Cid::SHARPNESS,
            Self::ExposureAuto => Cid::EXPOSURE_AUTO,
            Self::ExposureAbsolute => Cid::EXPOSURE_ABSOLUTE,
            Self::PanAbsolute => Cid::PAN_ABSOLUTE,
            Self::TiltAbsolute => Cid::TILT_ABSOLUTE,
            Self::FocusAbsolute => Cid::FOCUS_ABSOLUTE,
            Self::FocusAuto => Cid::FOCUS_AUTO,
            Self::ZoomAbsolute => Cid::ZOOM_ABSOLUTE,
            Self::Privacy => Cid::PRIVACY,
            Self::AutoExposureBias => Cid::AUTO_EXPOSURE_BIAS,
            Self::IsoSensitivity => Cid::ISO_SENSITIVITY,
            Self::IsoSensitivityAuto => Cid::ISO_SENSITIVITY_AUTO,
            Self::AutoFocusStart => Cid::AUTO_FOCUS_START,
            Self::FlashLedMode => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_kernels() {
        for id in ControlId::ALL {
            let name = id.plain_id().map(|id| format!("{id:?}").replace('_', "").to_lowercase());
            assert_eq!(name.unwrap_or_else(|| "flashledmode".into()), format!("{id:?}").to_lowercase());
            assert_eq!(ControlId::ALL.into_iter().filter(|other| other.id() == id.id()).count(), 1, "{id:?}");
        }
    }
}
