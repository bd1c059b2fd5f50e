//! The controls of a synthetic device, and their effects on its image.

use bevy::math::{UVec2, Vec2, Vec3};

use super::canvas::Canvas;
use crate::device::{
    Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, MeteringMode,
    SettingsRange,
};

/// The color temperature of the scene's light, in kelvin.
const DAYLIGHT: f64 = 6500.0;

/// The current values of the controls.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Controls {
    settings: ControlSettings,
    /// A copy of the image before the torch and zoom.
    plain: bool,
}

/// The capabilities of a synthetic device.
pub(super) fn capabilities() -> ControlCapabilities {
    let range = |min, max, step| ControlCapability::Number(SettingsRange { min, max, step });
    let modes = vec![MeteringMode::Manual, MeteringMode::Continuous];
    ControlCapabilities::from([
        (Control::WhiteBalanceMode, ControlCapability::Modes(modes)),
        (Control::ColorTemperature, range(2500.0, 9500.0, 100.0)),
        (Control::Brightness, range(-100.0, 100.0, 1.0)),
        (Control::Contrast, range(0.0, 200.0, 1.0)),
        (Control::Saturation, range(0.0, 200.0, 1.0)),
        (Control::Zoom, range(1.0, 4.0, 0.1)),
        (Control::Torch, ControlCapability::Booleans(vec![false, true])),
    ])
}

impl Default for Controls {
    fn default() -> Self {
        let number = ControlValue::Number;
        let settings = ControlSettings::from([
            (Control::WhiteBalanceMode, ControlValue::Mode(MeteringMode::Continuous)),
            (Control::ColorTemperature, number(DAYLIGHT)),
            (Control::Brightness, number(0.0)),
            (Control::Contrast, number(100.0)),
            (Control::Saturation, number(100.0)),
            (Control::Zoom, number(1.0)),
            (Control::Torch, ControlValue::Boolean(false)),
        ]);
        Self { settings, plain: true }
    }
}

impl Controls {
    pub fn settings(&self) -> &ControlSettings {
        &self.settings
    }

    /// Sets a control. Returns whether the device has the control and it accepts the value.
    pub fn set(&mut self, control: Control, value: &ControlValue) -> bool {
        let temperature = control == Control::ColorTemperature;
        let accepted = capabilities().get(&control).and_then(|capability| capability.accept(value));
        let Some(value) = accepted else { return false };
        // The color temperature has an effect in manual white balance only.
        if !temperature || self.is_manual() {
            self.settings.insert(control, value);
        }
        self.plain = Self::default().settings == self.settings;
        true
    }

    /// Whether all controls have their defaults.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    fn is_manual(&self) -> bool {
        self.settings.get(&Control::WhiteBalanceMode) == Some(&ControlValue::Mode(MeteringMode::Manual))
    }

    fn number(&self, control: Control) -> f32 {
        self.settings.get(&control).and_then(ControlValue::as_number).unwrap_or_default() as f32
    }

    /// Applies the controls to the scene.
    pub fn apply(&self, scene: &Canvas, image: &mut Canvas) {
        let size = scene.size();
        let zoom = self.number(Control::Zoom).max(1.0);
        let brightness = self.number(Control::Brightness) / 200.0;
        let (contrast, saturation) =
            (self.number(Control::Contrast) / 100.0, self.number(Control::Saturation) / 100.0);
        let torch = self.settings.get(&Control::Torch).and_then(ControlValue::as_boolean).unwrap_or_default();
        // A balance for warmer light than the scene's makes the image colder.
        let balance = if self.is_manual() {
            (self.number(Control::ColorTemperature) / DAYLIGHT as f32).ln() * 0.25
        } else {
            0.0
        };
        let tint = Vec3::new(1.0 + balance, 1.0, 1.0 - balance);
        let (middle, half) = (size.as_vec2() / 2.0, size.max_element() as f32 / 2.0);
        let pixels = scene.pixels();
        image.develop(|point| {
            let from = (middle + (point - middle) / zoom).as_uvec2().min(size - UVec2::ONE);
            let seen = Vec3::from_array(pixels[(from.y * size.x + from.x) as usize].map(f32::from)) / 255.0;
            let grey = Vec3::splat(seen.dot(Vec3::new(0.299, 0.587, 0.114)));
            let mut color = (grey.lerp(seen, saturation) - 0.5) * contrast + 0.5 + brightness;
            if torch {
                // The torch lights the center more than the corners.
                color += 0.25 * (1.0 - Vec2::distance(point, middle) / half).max(0.0);
            }
            (color * tint).clamp(Vec3::ZERO, Vec3::ONE)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(controls: &Controls) -> [u8; 3] {
        let mut scene = Canvas::new(UVec2::new(8, 8));
        scene.fill(scene.whole(), [100, 120, 160]);
        let mut image = scene.clone();
        controls.apply(&scene, &mut image);
        image.pixels()[9]
    }

    fn with(control: Control, value: ControlValue) -> Controls {
        let mut controls = Controls::default();
        assert!(controls.set(control, &value), "{control}");
        controls
    }

    #[test]
    fn as_it_comes_it_changes_nothing() {
        assert!(Controls::default().is_plain());
        assert_eq!(seen(&Controls::default()), [100, 120, 160]);
    }

    #[test]
    fn each_control_does_what_its_name_says() {
        let number = |control, number| seen(&with(control, ControlValue::Number(number)));
        assert_eq!(number(Control::Brightness, 20.0), [126, 146, 186]);
        let [red, green, blue] = number(Control::Saturation, 0.0);
        assert!(red == green && green == blue);
        assert_eq!(number(Control::Contrast, 0.0), [128; 3]);
        let torch = seen(&with(Control::Torch, ControlValue::Boolean(true)));
        assert!(torch[1] > 120);
        let mut manual = with(Control::WhiteBalanceMode, ControlValue::Mode(MeteringMode::Manual));
        assert!(manual.set(Control::ColorTemperature, &ControlValue::Number(9000.0)));
        let [red, _, blue] = seen(&manual);
        assert!(red > 100 && blue < 160, "a balance for cold light makes it warm");
    }

    #[test]
    fn what_it_does_not_have_it_does_not_take() {
        let mut controls = Controls::default();
        assert!(!controls.set(Control::Pan, &ControlValue::Number(1.0)));
        assert!(!controls.set(Control::Zoom, &ControlValue::Boolean(true)));
        assert!(controls.set(Control::ColorTemperature, &ControlValue::Number(3000.0)));
        assert_eq!(controls, Controls::default(), "a temperature waits for manual white balance");
    }

    #[test]
    fn every_control_has_a_setting_that_it_can_have() {
        let settings = Controls::default().settings;
        assert!(capabilities().keys().eq(settings.keys()));
    }
}
