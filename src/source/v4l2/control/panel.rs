//! A camera's knobs as the kernel has them: integers under names, and what may be done with each.

use std::{collections::BTreeMap, io, path::Path, sync::Arc};

use linuxvideo::controls::{Cid, ControlDesc, ControlFlags, CtrlType};
use v4l::control::{Control, MenuItem, Value};

use super::super::guarded;

/// `V4L2_CID_FLASH_LED_MODE` of the kernel's interface.
const FLASH_LED_MODE: u32 = 0x009c_0901;
/// `V4L2_CID_AUTO_EXPOSURE_BIAS` of the kernel's interface.
const AUTO_EXPOSURE_BIAS: u32 = 0x009a_0913;
/// `V4L2_CID_ISO_SENSITIVITY` of the kernel's interface.
const ISO_SENSITIVITY: u32 = 0x009a_0917;

/// The knobs that constraints have a name for, and those behind them. Each is `V4L2_CID_` of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Knob {
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

/// What a driver says of a knob.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Description {
    pub min: i64,
    pub max: i64,
    pub step: i64,
    /// What there is in a menu. Only a menu has any.
    pub items: Vec<Item>,
    /// It has no effect as other knobs stand now.
    pub inactive: bool,
    pub read_only: bool,
    pub write_only: bool,
}

/// An entry of a menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// What the knob is set to for it.
    pub index: i64,
    /// What that means: the same number again, but in a menu of integers.
    pub value: i64,
}

/// A set of knobs.
pub trait Panel {
    /// Those that there are, as they stand now.
    fn knobs(&self) -> BTreeMap<Knob, Description>;

    /// What a knob is set to.
    fn read(&self, knob: Knob) -> io::Result<i64>;

    /// Sets a knob; presses it, where it is a button.
    fn turn(&mut self, knob: Knob, value: i64) -> io::Result<()>;
}

/// The knobs of a video node. `linuxvideo` lists, reads and turns them. It can't read menus of integers and doesn't know
/// the lamp: those are `v4l`'s, which in turn can't list the knobs of a driver that has one of a type unknown to it.
pub struct NodePanel {
    device: linuxvideo::Device,
    node: Arc<v4l::Device>,
    /// The menus of integers, and that of the lamp, where the device has one.
    menus: BTreeMap<Knob, Vec<Item>>,
}

impl NodePanel {
    /// The knobs of a node, opened once more beside the one that streams.
    ///
    /// # Errors
    /// Those of the system, when it is opened.
    pub fn open(path: &Path, node: Arc<v4l::Device>) -> io::Result<Self> {
        let device = guarded(|| linuxvideo::Device::open(path))?;
        let mut panel = Self { device, node, menus: BTreeMap::new() };
        let has_lamp = guarded(|| panel.node.control(FLASH_LED_MODE)).is_ok();
        let has_integers = panel.list().iter().any(|knob| knob.control_type() == CtrlType::INTEGER_MENU);
        if has_lamp || has_integers {
            panel.menus = menus(&panel.node);
        }
        Ok(panel)
    }

    /// What the driver lists, up to the first that it fails to describe.
    fn list(&self) -> Vec<ControlDesc> {
        guarded(|| Ok(self.device.controls().map_while(Result::ok).collect())).unwrap_or_default()
    }

    fn description(&self, knob: Knob, listed: &ControlDesc) -> Description {
        let flags = listed.flags();
        let items = match listed.control_type() {
            CtrlType::MENU => guarded(|| {
                let items = self.device.enumerate_menu(listed).map_while(Result::ok);
                Ok(items
                    .map(|item| i64::from(item.index()))
                    .map(|index| Item { index, value: index })
                    .collect())
            })
            .unwrap_or_default(),
            CtrlType::INTEGER_MENU => self.menus.get(&knob).cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        Description {
            min: listed.minimum().into(),
            max: listed.maximum().into(),
            step: listed.step().into(),
            items,
            inactive: flags.contains(ControlFlags::INACTIVE),
            read_only: flags.contains(ControlFlags::READ_ONLY),
            write_only: flags.contains(ControlFlags::WRITE_ONLY),
        }
    }
}

impl Panel for NodePanel {
    fn knobs(&self) -> BTreeMap<Knob, Description> {
        let mut knobs: BTreeMap<_, _> = self
            .list()
            .iter()
            .filter_map(|listed| {
                let knob = Knob::of(listed.id())?;
                let description = self.description(knob, listed);
                // The entries of a menu that can't be read can't be chosen either.
                let blank = listed.control_type() == CtrlType::INTEGER_MENU && description.items.is_empty();
                (!blank).then_some((knob, description))
            })
            .collect();
        if let Some(items) = self.menus.get(&Knob::FlashLedMode) {
            let items = items.clone();
            knobs.insert(Knob::FlashLedMode, Description { items, ..Default::default() });
        }
        knobs
    }

    fn read(&self, knob: Knob) -> io::Result<i64> {
        match knob.id() {
            Some(id) => guarded(|| self.device.read_control_raw(id)).map(i64::from),
            None => match guarded(|| self.node.control(FLASH_LED_MODE))?.value {
                Value::Integer(value) => Ok(value),
                _ => Err(io::ErrorKind::InvalidData.into()),
            },
        }
    }

    fn turn(&mut self, knob: Knob, value: i64) -> io::Result<()> {
        match knob.id() {
            Some(id) => {
                let value = i32::try_from(value).map_err(|_| io::ErrorKind::InvalidInput)?;
                guarded(|| self.device.write_control_raw(id, value))
            }
            None => {
                let control = Control { id: FLASH_LED_MODE, value: Value::Integer(value) };
                guarded(|| self.node.set_control(control))
            }
        }
    }
}

/// The entries of the menus that only `v4l` can read; none where it can't read the driver's list.
fn menus(node: &v4l::Device) -> BTreeMap<Knob, Vec<Item>> {
    let listed = guarded(|| node.query_controls()).unwrap_or_default();
    listed
        .into_iter()
        .filter_map(|control| {
            let knob = match control.id {
                FLASH_LED_MODE => Knob::FlashLedMode,
                AUTO_EXPOSURE_BIAS => Knob::AutoExposureBias,
                ISO_SENSITIVITY => Knob::IsoSensitivity,
                _ => return None,
            };
            let items = control.items?.into_iter().map(|(index, item)| {
                let index = i64::from(index);
                let value = if let MenuItem::Value(value) = item { value } else { index };
                Item { index, value }
            });
            Some((knob, items.collect()))
        })
        .collect()
}

impl Knob {
    /// The knob of an id.
    fn of(id: Cid) -> Option<Self> {
        Self::LISTED.into_iter().find_map(|(knob, listed)| (listed == id).then_some(knob))
    }

    /// The id of a knob, where `linuxvideo` has it.
    fn id(self) -> Option<Cid> {
        Self::LISTED.into_iter().find_map(|(knob, id)| (knob == self).then_some(id))
    }

    const LISTED: [(Self, Cid); 19] = [
        (Self::AutoWhiteBalance, Cid::AUTO_WHITE_BALANCE),
        (Self::DoWhiteBalance, Cid::DO_WHITE_BALANCE),
        (Self::WhiteBalanceTemperature, Cid::WHITE_BALANCE_TEMPERATURE),
        (Self::ExposureAuto, Cid::EXPOSURE_AUTO),
        (Self::ExposureAbsolute, Cid::EXPOSURE_ABSOLUTE),
        (Self::AutoExposureBias, Cid::AUTO_EXPOSURE_BIAS),
        (Self::IsoSensitivityAuto, Cid::ISO_SENSITIVITY_AUTO),
        (Self::IsoSensitivity, Cid::ISO_SENSITIVITY),
        (Self::Brightness, Cid::BRIGHTNESS),
        (Self::Contrast, Cid::CONTRAST),
        (Self::Saturation, Cid::SATURATION),
        (Self::Sharpness, Cid::SHARPNESS),
        (Self::FocusAuto, Cid::FOCUS_AUTO),
        (Self::AutoFocusStart, Cid::AUTO_FOCUS_START),
        (Self::FocusAbsolute, Cid::FOCUS_ABSOLUTE),
        (Self::PanAbsolute, Cid::PAN_ABSOLUTE),
        (Self::TiltAbsolute, Cid::TILT_ABSOLUTE),
        (Self::ZoomAbsolute, Cid::ZOOM_ABSOLUTE),
        (Self::Privacy, Cid::PRIVACY),
    ];
}
