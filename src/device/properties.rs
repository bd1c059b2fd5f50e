//! The table of constrainable properties, one entry for each.
//!
//! Everything that lists the properties is made from it: [`Control`](super::Control) and its names, and the members,
//! builders, checks and names of [`VideoConstraintSet`](crate::constraint::VideoConstraintSet).

/// Passes the table of properties to a macro. An entry is:
///
/// ```text
/// /// documentation
/// member: type of its constraint = Variant "name in the standard" (from least number)?;
/// ```
///
/// `selection` has the properties that devices and their modes are selected by, in the order in which an error looks
/// for the one to name: the identity of a device before its abilities. `controls` has the controls of an open device,
/// in the order in which they are set: modes before the values that they enable.
macro_rules! properties {
    ($made:ident) => {
        $made! {
            selection {
                /// `deviceId`: the identifier of the device.
                device_id: ConstrainList<DeviceId> = DeviceId "deviceId";
                /// `groupId`: the identifier of the hardware that the device is part of.
                group_id: ConstrainList<String> = GroupId "groupId";
                /// `facingMode`: the direction that the device faces.
                facing_mode: ConstrainList<FacingMode> = FacingMode "facingMode";
                /// `resizeMode`: whether frames may be cropped, scaled down and left out.
                resize_mode: ConstrainList<ResizeMode> = ResizeMode "resizeMode";
                /// `width`: in pixels.
                width: ConstrainNumber<u32> = Width "width";
                /// `height`: in pixels.
                height: ConstrainNumber<u32> = Height "height";
                /// `aspectRatio`: width / height. Ratios that differ by at most 0.3 % are equal, so both 1.78 and
                /// 854 x 480 are 16:9.
                aspect_ratio: ConstrainNumber<f64> = AspectRatio "aspectRatio" from 0.0;
                /// `frameRate`: in Hz. Rates that differ by at most 0.001 % are equal: 29.97 and 30000 / 1001 are,
                /// 29.97 and 30 are not.
                frame_rate: ConstrainNumber<f64> = FrameRate "frameRate" from 0.0;
            }
            controls {
                /// `whiteBalanceMode`: how the white balance is found.
                white_balance_mode: ConstrainList<MeteringMode> = WhiteBalanceMode "whiteBalanceMode";
                /// `exposureMode`: how the exposure is found.
                exposure_mode: ConstrainList<MeteringMode> = ExposureMode "exposureMode";
                /// `focusMode`: how the focus is found.
                focus_mode: ConstrainList<MeteringMode> = FocusMode "focusMode";
                /// `pointsOfInterest`: the points to measure at, all of them together. Coordinates are 0 to 1, from
                /// the top left to the right and down.
                points_of_interest: ConstrainList<Vec2> = PointsOfInterest "pointsOfInterest";
                /// `exposureCompensation`: in EV, for automatic exposure.
                exposure_compensation: ConstrainNumber<f64> = ExposureCompensation "exposureCompensation";
                /// `exposureTime`: in units of 100 microseconds, for manual exposure.
                exposure_time: ConstrainNumber<f64> = ExposureTime "exposureTime" from 0.0;
                /// `colorTemperature`: in kelvin, for manual white balance.
                color_temperature: ConstrainNumber<f64> = ColorTemperature "colorTemperature" from 0.0;
                /// `iso`: the sensitivity of the sensor.
                iso: ConstrainNumber<f64> = Iso "iso" from 0.0;
                /// `brightness`: in the driver's own units, which may be negative.
                brightness: ConstrainNumber<f64> = Brightness "brightness";
                /// `contrast`: in the driver's own units, which may be negative.
                contrast: ConstrainNumber<f64> = Contrast "contrast";
                /// `saturation`: in the driver's own units, which may be negative.
                saturation: ConstrainNumber<f64> = Saturation "saturation";
                /// `sharpness`: in the driver's own units, which may be negative.
                sharpness: ConstrainNumber<f64> = Sharpness "sharpness";
                /// `focusDistance`: for manual focus. In meters if the driver knows them, else in its own units.
                focus_distance: ConstrainNumber<f64> = FocusDistance "focusDistance" from 0.0;
                /// `pan`: in arc seconds, -648000 to 648000. Clockwise, seen from above, is positive.
                pan: ConstrainNumber<f64> = Pan "pan";
                /// `tilt`: in arc seconds, -648000 to 648000. Up is positive.
                tilt: ConstrainNumber<f64> = Tilt "tilt";
                /// `zoom`: a ratio if the driver knows it, else in its own units.
                zoom: ConstrainNumber<f64> = Zoom "zoom" from 0.0;
                /// `torch`: whether the lamp is on.
                torch: ConstrainBool = Torch "torch";
            }
        }
    };
}

pub(crate) use properties;
