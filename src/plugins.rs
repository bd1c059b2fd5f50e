//! The plugin group, and the plugins in it.

use bevy::{app::PluginGroupBuilder, prelude::*};

#[cfg(feature = "audio")]
use crate::audio;
#[cfg(feature = "barcode")]
use crate::barcode;
#[cfg(feature = "effects")]
use crate::effect::builtin::BuiltinEffectsPlugin;
#[cfg(feature = "face")]
use crate::face;
#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
use crate::intrinsics;
#[cfg(any(feature = "face", feature = "person"))]
use crate::models;
#[cfg(feature = "person")]
use crate::person;
#[cfg(feature = "recorder")]
use crate::recorder;
#[cfg(feature = "virtual-camera")]
use crate::virtual_camera;
#[cfg(feature = "ar")]
use crate::{background, light, marker};
use crate::{
    effect, file_picker, image_input, media_devices, permission, photo, render, systems::ViewfinderSystems,
    tap, track,
};

/// All of this crate but the menus: tracks, microphones, effects, taps, photos, recordings, markers, virtual cameras,
/// and files from the user.
///
/// [`ViewfinderCorePlugin`] is always needed. An app can leave out any other plugin:
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{FilePickerPlugin, prelude::*};
///
/// # let mut app = App::new();
/// # let _ = || {
/// app.add_plugins((DefaultPlugins, ViewfinderPlugins.build().disable::<FilePickerPlugin>()));
/// # };
/// ```
///
/// The components of a plugin that is left out have no effect.
#[derive(Clone, Copy, Debug, Default)]
pub struct ViewfinderPlugins;

impl PluginGroup for ViewfinderPlugins {
    fn build(self) -> PluginGroupBuilder {
        let group = PluginGroupBuilder::start::<Self>()
            .add(ViewfinderCorePlugin)
            .add(MediaDevicesPlugin)
            .add(PermissionPlugin)
            .add(ImageInputPlugin)
            .add(TapPlugin)
            .add(PhotoPlugin)
            .add(FilePickerPlugin);
        #[cfg(feature = "ar")]
        let group = group.add(CameraBackgroundPlugin).add(MarkerPlugin).add(LightEstimationPlugin);
        #[cfg(feature = "audio")]
        let group = group.add(AudioPlugin);
        #[cfg(feature = "barcode")]
        let group = group.add(BarcodePlugin);
        #[cfg(feature = "effects")]
        let group = group.add(BuiltinEffectsPlugin);
        #[cfg(feature = "face")]
        let group = group.add(FacePlugin);
        #[cfg(feature = "person")]
        let group = group.add(PersonPlugin);
        #[cfg(feature = "recorder")]
        let group = group.add(RecorderPlugin);
        #[cfg(feature = "virtual-camera")]
        let group = group.add(VirtualCameraPlugin);
        group
    }
}

/// Tracks, their capture, the effect engine and the renderer. All other plugins of [`ViewfinderPlugins`] need it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ViewfinderCorePlugin;

impl Plugin for ViewfinderCorePlugin {
    fn build(&self, app: &mut App) {
        app.configure_sets(PostUpdate, (ViewfinderSystems::Request, ViewfinderSystems::Show).chain())
            .add_plugins((effect::plugin, track::plugin, render::plugin));
        #[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
        app.add_plugins(intrinsics::plugin);
        #[cfg(any(feature = "face", feature = "person"))]
        app.add_plugins(models::plugin);
    }
}

/// The list of devices and its changes: [`MediaDevices`](media_devices::MediaDevices). Without it
/// [`FlipCamera`](track::FlipCamera) works on devices that report their facing mode alone, and
/// [`MediaPermissions`](permission::MediaPermissions) learns from tracks alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct MediaDevicesPlugin;

impl Plugin for MediaDevicesPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(media_devices::plugin);
    }
}

/// The state of the user's permission: [`MediaPermissions`](permission::MediaPermissions). A
/// [`ConsentGate`](permission::ConsentGate) works without it.
#[derive(Clone, Copy, Debug, Default)]
pub struct PermissionPlugin;

impl Plugin for PermissionPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(permission::plugin);
    }
}

/// Effects on images in place of tracks: [`EffectInput`](image_input::EffectInput).
#[derive(Clone, Copy, Debug, Default)]
pub struct ImageInputPlugin;

impl Plugin for ImageInputPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(image_input::plugin);
    }
}

/// Frames on the CPU: [`PixelTap`](tap::PixelTap).
#[derive(Clone, Copy, Debug, Default)]
pub struct TapPlugin;

impl Plugin for TapPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(tap::plugin);
    }
}

/// Photos: [`TakePhoto`](photo::TakePhoto) and [`GrabFrame`](photo::GrabFrame).
#[derive(Clone, Copy, Debug, Default)]
pub struct PhotoPlugin;

impl Plugin for PhotoPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(photo::plugin);
    }
}

/// Tracks behind 3D scenes: [`CameraBackground`](background::CameraBackground).
#[cfg(feature = "ar")]
#[derive(Clone, Copy, Debug, Default)]
pub struct CameraBackgroundPlugin;

#[cfg(feature = "ar")]
impl Plugin for CameraBackgroundPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(background::plugin);
    }
}

/// Markers and their poses: [`MarkerTracker`](marker::MarkerTracker).
#[cfg(feature = "ar")]
#[derive(Clone, Copy, Debug, Default)]
pub struct MarkerPlugin;

#[cfg(feature = "ar")]
impl Plugin for MarkerPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(marker::plugin);
    }
}

/// Estimates of the light: [`LightEstimation`](light::LightEstimation).
#[cfg(feature = "ar")]
#[derive(Clone, Copy, Debug, Default)]
pub struct LightEstimationPlugin;

#[cfg(feature = "ar")]
impl Plugin for LightEstimationPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(light::plugin);
    }
}

/// Barcodes in frames: [`BarcodeDetector`](barcode::BarcodeDetector).
#[cfg(feature = "barcode")]
#[derive(Clone, Copy, Debug, Default)]
pub struct BarcodePlugin;

#[cfg(feature = "barcode")]
impl Plugin for BarcodePlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(barcode::plugin);
    }
}

/// The people in frames, and effects on their background: [`PersonSegmentation`](person::PersonSegmentation).
#[cfg(feature = "person")]
#[derive(Clone, Copy, Debug, Default)]
pub struct PersonPlugin;

#[cfg(feature = "person")]
impl Plugin for PersonPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(person::plugin);
    }
}

/// The faces in frames, and effects on them: [`FaceTracking`](face::FaceTracking).
#[cfg(feature = "face")]
#[derive(Clone, Copy, Debug, Default)]
pub struct FacePlugin;

#[cfg(feature = "face")]
impl Plugin for FacePlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(face::plugin);
    }
}

/// Microphones: [`AudioTrack`](audio::AudioTrack).
#[cfg(feature = "audio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct AudioPlugin;

#[cfg(feature = "audio")]
impl Plugin for AudioPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(audio::plugin);
    }
}

/// Recordings: [`MediaRecorder`](recorder::MediaRecorder).
#[cfg(feature = "recorder")]
#[derive(Clone, Copy, Debug, Default)]
pub struct RecorderPlugin;

#[cfg(feature = "recorder")]
impl Plugin for RecorderPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(recorder::plugin);
    }
}

/// Tracks as cameras of other programs: [`VirtualCamera`](virtual_camera::VirtualCamera). It needs [`TapPlugin`].
#[cfg(feature = "virtual-camera")]
#[derive(Clone, Copy, Debug, Default)]
pub struct VirtualCameraPlugin;

#[cfg(feature = "virtual-camera")]
impl Plugin for VirtualCameraPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(virtual_camera::plugin);
    }
}

/// Files from dialogs and drops: [`PickFile`](file_picker::PickFile) and [`AcceptDrops`](file_picker::AcceptDrops).
#[derive(Clone, Copy, Debug, Default)]
pub struct FilePickerPlugin;

impl Plugin for FilePickerPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(file_picker::plugin);
    }
}
