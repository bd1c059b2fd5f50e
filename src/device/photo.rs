//! The settings of photos, and the settings that a device accepts
//! ([Image Capture](https://www.w3.org/TR/image-capture/#photosettings-section)).

use bevy::prelude::*;

use super::{NativeMode, SettingsRange};
use crate::error::MediaError;

/// The settings of a photo ([`PhotoSettings`](https://www.w3.org/TR/image-capture/#dictdef-photosettings)). A setting
/// that is `None` is the device's choice; its size is then the largest that the device has.
///
/// Beside a request it has the settings that are requested. On a live track it has the device's current ones
/// ([`getPhotoSettings()`](https://www.w3.org/TR/image-capture/#dom-imagecapture-getphotosettings)).
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{photo::PhotoSettings, prelude::*};
///
/// fn small(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
///     commands.spawn((TakePhoto(*track), PhotoSettings::new().image_width(1280)));
/// }
/// # bevy::ecs::system::assert_is_system(small);
/// ```
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub struct PhotoSettings {
    /// `fillLightMode`: whether the flash fires.
    pub fill_light_mode: Option<FillLightMode>,
    /// `imageHeight`: in pixels. The nearest height that the device has is taken.
    pub image_height: Option<u32>,
    /// `imageWidth`: in pixels. The nearest width that the device has is taken.
    pub image_width: Option<u32>,
    /// `redEyeReduction`: whether the device reduces red eyes.
    pub red_eye_reduction: Option<bool>,
}

/// Whether the flash fires ([`FillLightMode`](https://www.w3.org/TR/image-capture/#enumdef-filllightmode)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash)]
pub enum FillLightMode {
    /// It fires if the device finds that the scene is dark.
    Auto,
    /// It doesn't fire.
    Off,
    /// It fires.
    Flash,
}

/// Whether a device reduces red eyes
/// ([`RedEyeReduction`](https://www.w3.org/TR/image-capture/#enumdef-redeyereduction)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash)]
pub enum RedEyeReduction {
    /// It never does.
    Never,
    /// It always does.
    Always,
    /// [`PhotoSettings::red_eye_reduction`] decides.
    Controllable,
}

/// The settings that a device accepts for photos
/// ([`PhotoCapabilities`](https://www.w3.org/TR/image-capture/#dictdef-photocapabilities)): a component on a live track
/// whose source takes photos. A capability that the device doesn't have is `None` or empty.
#[derive(Component, Clone, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct PhotoCapabilities {
    /// `redEyeReduction`.
    pub red_eye_reduction: Option<RedEyeReduction>,
    /// `imageHeight`: in pixels.
    pub image_height: Option<SettingsRange>,
    /// `imageWidth`: in pixels.
    pub image_width: Option<SettingsRange>,
    /// `fillLightMode`: the modes that the device has.
    pub fill_light_mode: Vec<FillLightMode>,
}

impl PhotoSettings {
    /// The device's choice of everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether the flash fires.
    #[must_use]
    pub fn fill_light_mode(self, mode: FillLightMode) -> Self {
        Self { fill_light_mode: Some(mode), ..self }
    }

    /// Sets the width in pixels.
    #[must_use]
    pub fn image_width(self, width: u32) -> Self {
        Self { image_width: Some(width), ..self }
    }

    /// Sets the height in pixels.
    #[must_use]
    pub fn image_height(self, height: u32) -> Self {
        Self { image_height: Some(height), ..self }
    }

    /// Sets whether the device reduces red eyes.
    #[must_use]
    pub fn red_eye_reduction(self, reduces: bool) -> Self {
        Self { red_eye_reduction: Some(reduces), ..self }
    }

    /// The mode for a photo of these settings: of the nearest size, or of the largest if no size is set. Among modes of
    /// one size the fastest is first, because exposure settles within a number of frames. `None` without modes.
    pub(crate) fn choose_mode(&self, modes: &[NativeMode]) -> Option<NativeMode> {
        let away =
            |wanted: Option<u32>, size: u32| wanted.map_or(0, |wanted| u64::from(wanted.abs_diff(size)));
        let rank = |mode: &NativeMode| {
            let UVec2 { x: width, y: height } = mode.size;
            let distance = away(self.image_width, width) + away(self.image_height, height);
            (std::cmp::Reverse(distance), u64::from(width) * u64::from(height))
        };
        modes.iter().copied().reduce(|best, mode| {
            let order = rank(&mode).cmp(&rank(&best));
            if order.then(mode.frame_rate.total_cmp(&best.frame_rate)).is_gt() { mode } else { best }
        })
    }
}

impl FillLightMode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Off, Self::Flash];

    /// The standard's name: `flash`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::Flash => "flash",
        }
    }

    /// The mode of this name in the standard. `None` if the name is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

impl RedEyeReduction {
    /// The value of this name in the standard. `None` if the name is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "never" => Some(Self::Never),
            "always" => Some(Self::Always),
            "controllable" => Some(Self::Controllable),
            _ => None,
        }
    }
}

impl PhotoCapabilities {
    /// The capabilities of a device that takes photos in its own modes.
    pub(crate) fn of_modes(modes: &[NativeMode]) -> Self {
        Self {
            image_height: range(modes.iter().map(|mode| mode.size.y)),
            image_width: range(modes.iter().map(|mode| mode.size.x)),
            ..Self::default()
        }
    }

    /// Whether no photo of the device is larger than this size.
    pub(crate) fn none_exceeds(&self, size: UVec2) -> bool {
        let fits =
            |range: Option<SettingsRange>, side: u32| range.is_some_and(|range| range.max <= f64::from(side));
        fits(self.image_width, size.x) && fits(self.image_height, size.y)
    }

    /// Checks that a device with these capabilities can take a photo with these settings.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) with the setting that it doesn't have
    /// ([`takePhoto()`](https://www.w3.org/TR/image-capture/#dom-imagecapture-takephoto)).
    pub fn check(&self, settings: &PhotoSettings) -> Result<(), MediaError> {
        let sizes = [
            ("imageWidth", settings.image_width, self.image_width),
            ("imageHeight", settings.image_height, self.image_height),
        ];
        for (name, wanted, range) in sizes {
            let Some(wanted) = wanted else { continue };
            let range = range.ok_or_else(|| lacks(name))?;
            if !(range.min..=range.max).contains(&f64::from(wanted)) {
                return Err(MediaError::not_supported(format!(
                    "this device takes photos with an {name} of {} to {}, not {wanted}; read PhotoCapabilities first",
                    range.min, range.max
                )));
            }
        }
        if let Some(mode) = settings.fill_light_mode
            && !self.fill_light_mode.contains(&mode)
        {
            let name = mode.as_str();
            return Err(MediaError::not_supported(format!(
                "this device has no fillLightMode `{name}`; read PhotoCapabilities first"
            )));
        }
        let fixed = match self.red_eye_reduction {
            Some(RedEyeReduction::Controllable) => settings.red_eye_reduction,
            Some(RedEyeReduction::Always) => Some(true),
            Some(RedEyeReduction::Never) => Some(false),
            None => None,
        };
        if settings.red_eye_reduction.is_some() && settings.red_eye_reduction != fixed {
            return Err(lacks("redEyeReduction"));
        }
        Ok(())
    }
}

fn lacks(setting: &str) -> MediaError {
    MediaError::not_supported(format!(
        "this device has no photo setting {setting} of that value; leave it out, or read PhotoCapabilities first"
    ))
}

/// The range of these sizes. Its step is the largest at which every size is a step. `None` without sizes.
fn range(sizes: impl Iterator<Item = u32> + Clone) -> Option<SettingsRange> {
    let (min, max) = (sizes.clone().min()?, sizes.clone().max()?);
    let step = sizes.map(|size| size - min).fold(0, greatest_common_divisor);
    Some(SettingsRange { min: min.into(), max: max.into(), step: step.into() })
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ErrorName, frame::PixelFormat};

    fn modes() -> Vec<NativeMode> {
        let mode = |width, height, frame_rate, format| NativeMode {
            size: UVec2::new(width, height),
            frame_rate,
            format,
        };
        vec![
            mode(640, 480, 30.0, PixelFormat::Yuyv),
            mode(1920, 1080, 5.0, PixelFormat::Yuyv),
            mode(1920, 1080, 30.0, PixelFormat::Mjpeg),
            mode(1280, 720, 30.0, PixelFormat::Mjpeg),
        ]
    }

    #[test]
    fn a_photo_is_taken_in_the_largest_and_fastest_mode() {
        let chosen = |settings: PhotoSettings| settings.choose_mode(&modes()).expect("there are modes");
        assert_eq!(chosen(PhotoSettings::new()), modes()[2]);
        assert_eq!(chosen(PhotoSettings::new().image_width(1300)), modes()[3]);
        assert_eq!(chosen(PhotoSettings::new().image_height(500)), modes()[0]);
        assert_eq!(chosen(PhotoSettings::new().image_width(640).image_height(1080)), modes()[0]);
        assert_eq!(chosen(PhotoSettings::new().image_width(u32::MAX)), modes()[2]);
        assert_eq!(PhotoSettings::new().choose_mode(&[]), None);
    }

    #[test]
    fn capabilities_are_the_range_of_the_modes() {
        let capabilities = PhotoCapabilities::of_modes(&modes());
        assert_eq!(capabilities.image_width, Some(SettingsRange { min: 640.0, max: 1920.0, step: 640.0 }));
        assert_eq!(capabilities.image_height, Some(SettingsRange { min: 480.0, max: 1080.0, step: 120.0 }));
        assert_eq!(PhotoCapabilities::of_modes(&[]), PhotoCapabilities::default());
    }

    #[test]
    fn settings_outside_of_the_capabilities_are_not_supported() {
        let mut device = PhotoCapabilities::of_modes(&modes());
        assert_eq!(device.check(&PhotoSettings::new().image_width(700).image_height(480)), Ok(()));
        let refused = |device: &PhotoCapabilities, settings| {
            device.check(&settings).expect_err("the device doesn't have it").name
        };
        for settings in [
            PhotoSettings::new().image_width(639),
            PhotoSettings::new().image_height(1081),
            PhotoSettings::new().image_height(0),
            PhotoSettings::new().fill_light_mode(FillLightMode::Flash),
            PhotoSettings::new().red_eye_reduction(false),
        ] {
            assert_eq!(refused(&device, settings), ErrorName::NotSupported, "{settings:?}");
        }
        device.fill_light_mode = vec![FillLightMode::Off, FillLightMode::Flash];
        device.red_eye_reduction = Some(RedEyeReduction::Controllable);
        let flash = PhotoSettings::new().fill_light_mode(FillLightMode::Flash).red_eye_reduction(true);
        assert_eq!(device.check(&flash), Ok(()));
        device.red_eye_reduction = Some(RedEyeReduction::Never);
        assert_eq!(refused(&device, flash), ErrorName::NotSupported);
        assert_eq!(device.check(&PhotoSettings::new().red_eye_reduction(false)), Ok(()));
    }
}
