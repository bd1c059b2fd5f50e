//! Live camera input and real-time effects for [Bevy](https://bevy.org).
//!
//! The model is the browser's: [Media Capture and Streams](https://www.w3.org/TR/mediacapture-streams/) (getUserMedia),
//! [MediaStream Image Capture](https://www.w3.org/TR/image-capture/) and
//! [MediaStream Recording](https://www.w3.org/TR/mediastream-recording/), as entities, components and events, on desktops
//! and in browsers alike.
//!
//! - [Getting started](#getting-started)
//! - [Which type for which task](#which-type-for-which-task)
//! - [Glossary](#glossary)
//! - [How it behaves](#how-it-behaves)
//! - [Features](#features)
//! - [Platforms](#platforms)
//! - [Troubleshooting](#troubleshooting)
//!
//! # Getting started
//!
//! ```no_run
//! use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn main() {
//!     App::new().add_plugins((DefaultPlugins, ViewfinderPlugins)).add_systems(Startup, setup).run();
//! }
//!
//! fn setup(mut commands: Commands) {
//!     commands.spawn(Camera2d);
//!     let track = commands
//!         .spawn((VideoTrack, VideoConstraints::new().width(1280)))
//!         .observe(|failed: On<TrackFailed>| warn!("no webcam: {}", failed.error))
//!         .id();
//!     commands.spawn((Sprite::default(), ShowTrack(track)));
//! }
//! ```
//!
//! Spawning [`VideoTrack`](track::VideoTrack) requests a device. Despawning it releases the device. The
//! [examples](https://github.com/bevy-viewfinder/bevy_viewfinder/tree/main/examples) show one idea each.
//!
//! # Which type for which task
//!
//! | task | types |
//! |---|---|
//! | show a webcam | [`VideoTrack`](track::VideoTrack) with [`ShowTrack`](track::ShowTrack) on a sprite or UI node; [`TrackImage`](track::TrackImage) for everything else, [`TrackMaterialPlugin`](track::TrackMaterialPlugin) for materials |
//! | list and choose devices | [`EnumerateDevices`](media_devices::EnumerateDevices) and [`MediaDevices`](media_devices::MediaDevices), [`VideoConstraints::device_id`](constraint::VideoConstraints::device_id), [`FlipCamera`](track::FlipCamera) |
//! | ask for a size, a rate, zoom, focus | [`VideoConstraints`](constraint::VideoConstraints); the result is in [`VideoSettings`](constraint::VideoSettings), the limits are in [`VideoCapabilities`](constraint::VideoCapabilities) |
//! | react to what happens | [`TrackLive`](track::TrackLive), [`TrackFailed`](track::TrackFailed), [`TrackEnded`](track::TrackEnded), [`Muted`](track::Muted); each failure has a [`MediaError`](error::MediaError) |
//! | take a photo, or a burst | [`TakePhoto`](photo::TakePhoto) with [`PhotoSettings`](photo::PhotoSettings), [`GrabFrame`](photo::GrabFrame), [`PhotoOptions`](photo::PhotoOptions), [`save_to_disk`](photo::save_to_disk) |
//! | use a microphone | `audio::AudioTrack` with `AudioConstraints`, `AudioLevel` for a meter, `RequestedWith` for one request with a camera (feature `audio`) |
//! | find printed markers, and place entities on them | `marker::MarkerTracker` with `Marker` and `MarkerBoard`, `intrinsics::CameraIntrinsics` (feature `ar`) |
//! | light a scene as the real one is | `light::LightEstimation` with `LightEstimate` and `FollowLight` (feature `ar`) |
//! | remove, blur or replace the background of people | `effects::PersonCutout` and `PersonOverlay`, `person::PRESETS`, `person::PersonMask` for the mask itself (feature `person`); `models::ModelDownload` for the progress of a page that fetches models |
//! | read QR codes and other barcodes | `barcode::BarcodeDetector` and its events (feature `barcode`) |
//! | follow faces, put entities and masks on them, hide or change them | `face::FaceTracking` with `Face`, `FaceMesh` and `FaceDetections`; `effects::FaceBlur`, `BigEyes` and `BigHead` (feature `face`) |
//! | record a track, or a view of the game | `recorder::MediaRecorder` with `RecordingFile`, `StartRecording`, `StopRecording` (feature `recorder`) |
//! | be a camera of other programs, such as video calls | `virtual_camera::VirtualCamera` (feature `virtual-camera`, Linux) |
//! | keep the device's mode during photos | [`HoldMode`](track::HoldMode) |
//! | save, download, share, upload or copy it | [`PhotoFile`](photo::PhotoFile), [`download`](photo::download), [`share`](photo::share), `photo::upload` and `photo::copy_to_clipboard` (features of their names); [`DeliverPhoto`](photo::DeliverPhoto) for photos that the app has |
//! | read frames on the CPU, scaled, as color or luma | [`PixelTap`](tap::PixelTap), [`TapFrames`](tap::TapFrames), and [`TapReader`](tap::TapReader) on other threads |
//! | apply effects | [`EffectStack`](effect::EffectStack) with the built-in `effects`; [`ShowPreset`](effect::ShowPreset) for stacks from files |
//! | write an effect | [`Effect`](effect::Effect), [`EffectPlugin`](effect::EffectPlugin), and a WGSL file |
//! | show a track behind a 3D scene | `background::CameraBackground`, with `intrinsics::CameraIntrinsics` for the projection of the device (feature `ar`) |
//! | apply effects to an image or a render target | [`EffectInput`](image_input::EffectInput) |
//! | read a file in place of a device | [`TrackSource`](source::TrackSource) with a `FileSource`; [`PickFile`](file_picker::PickFile) and [`AcceptDrops`](file_picker::AcceptDrops) for files from users |
//! | show a camera of the network | `source::NetworkSource` (feature `http-camera`), `source::RtspSource` (feature `rtsp`) |
//! | pause a file, seek in it | [`FilePlayer`](source::FilePlayer) |
//! | push frames of your own | [`CustomSource`](source::CustomSource) |
//! | use one device twice | [`CloneOf`](track::CloneOf) |
//! | pause, resume, survive an unplugged or silent device | [`TrackEnabled`](track::TrackEnabled), [`AutoReconnect`](track::AutoReconnect), [`WhileMuted`](track::WhileMuted) |
//! | ask for consent, show an indicator | [`ConsentGate`](permission::ConsentGate), [`MediaPermissions`](permission::MediaPermissions), [`DevicesInUse`](track::DevicesInUse) |
//! | leave out or order parts of this crate | [`ViewfinderPlugins`], [`ViewfinderSystems`] |
//! | measure | [`TrackStatistics`](track::TrackStatistics), [`TrackDiagnosticsPlugin`](track::TrackDiagnosticsPlugin) |
//! | test without a device | [`SyntheticSource`](source::SyntheticSource), `source::scripted::ScriptedSource` |
//! | run in a browser | the same code, built for `wasm32-unknown-unknown`: see [Platforms](#platforms) |
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | device | hardware, or a stand-in for it, that delivers frames or sound: a webcam, a capture card, a file, a microphone |
//! | source | a kind of device: [`Source`](source::Source) lists devices and opens them |
//! | track | one stream of video or sound for the app: the entity with [`VideoTrack`](track::VideoTrack) or `AudioTrack`. Several tracks can share a device |
//! | constraints | the app's wishes for a track; *settings* are what the track has, *capabilities* what its device can do |
//! | frame | one image from a source, in the device's pixel format: [`Frame`](frame::Frame) |
//! | output | the texture that a track is drawn into, after its effects: [`TrackImage`](track::TrackImage) |
//! | tap | a reader of a track's frames on the CPU: [`PixelTap`](tap::PixelTap) |
//! | photo | an output that was read back from the GPU, or a still that the device took: [`Photo`](photo::Photo) |
//! | recorder | a writer of a track's frames to a file or to chunks: `recorder::MediaRecorder` |
//! | camera | Bevy's render camera |
//!
//! # How it behaves
//!
//! - No device is opened and no user is asked before the app spawns a track.
//! - The main thread never waits for a device, an encoder or a disk.
//! - A track's [`TrackImage`](track::TrackImage) keeps its handle from frame to frame.
//! - The newest frame wins. Older frames are dropped and counted, never queued.
//! - Edited constraints apply to a live track, all or none of them.
//! - A command that needs no answer is an event (`FlipCamera`). A request with an answer is an entity (`TakePhoto`):
//!   the answer is an event for that entity.
//!
//! # Features
//!
#![doc = document_features::document_features!()]
//!
//! # Platforms
//!
//! | platform | devices through | graphics | checked by |
//! |---|---|---|---|
//! | Linux | V4L2 (the package `libclang-dev` is needed to build) | Vulkan, in software too | tests on V4L2 devices |
//! | macOS | AVFoundation, by nokhwa or our own bindings | Metal | type checks |
//! | Windows | Media Foundation, by nokhwa or our own bindings | DirectX 12, Vulkan | type checks |
//! | browsers | getUserMedia | WebGL2 or WebGPU | tests in Chromium and Firefox |
//! | Android, iOS | browsers only | | |
//!
//! Pages need WebAssembly SIMD (Chrome 91, Firefox 89, Safari 16.4), and https or localhost.
//!
//! # Troubleshooting
//!
//! **[`TrackFailed`](track::TrackFailed) with `NotAllowedError`.** The user or the system denied the device. On
//! Linux, add the user to the group `video`. On macOS, the app's bundle needs `NSCameraUsageDescription` in its
//! `Info.plist`, and `NSMicrophoneUsageDescription` for microphones. In a browser, the user can change the permission
//! in the page's settings; [`MediaPermissions`](permission::MediaPermissions) follows. A
//! [`ConsentGate`](permission::ConsentGate) that denies gives the same error.
//!
//! **`NotSupportedError` from every track.** This build has no source for devices: enable the feature `native`. In a
//! browser, the page isn't served over https or from localhost, so the browser hides its devices. Before
//! `DefaultPlugins` are added, [`require_gpu`] reports a missing GPU in the same way.
//!
//! **`NotFoundError`.** No device is connected, or none has the `exact` device id or facing mode of the constraints.
//! For development without a device, insert [`TrackSource::synthetic()`](source::TrackSource::synthetic) beside the
//! track.
//!
//! **`NotReadableError`.** Another program uses the device. Close it, then insert `VideoTrack` again. A camera in a
//! network can't be reached, or serves another viewer: the error says which.
//!
//! **The output is black.** The track is pending, disabled ([`TrackEnabled`](track::TrackEnabled)) or
//! [`Muted`](track::Muted): a closed shutter mutes it, and so does a system that paused the device. Or its effects are
//! still compiling, in the first frames. If an effect is broken, [`EffectFailed`](effect::EffectFailed) names the line.
//!
//! **Nothing appears.** A sprite needs a `Camera2d`, a UI node needs any camera, and the features `bevy_sprite` and
//! `bevy_ui` make `ShowTrack` work on them.
//!
//! **The output stands still.** The device fell silent: the track is [`Muted`](track::Muted), holds its last frame, and
//! opens the device again after growing pauses. Cables, hubs and power saving are the usual causes.
//!
//! **The output is mirrored, or isn't.** Devices that face the user are shown mirrored, as people expect:
//! [`Mirroring`](track::Mirroring).
//!
//! **A page stays empty.** WebGL2 is the default of Bevy's builds for the web. A build for WebGPU needs a browser that
//! has it: build for WebGL2 to reach the others. Without WebAssembly SIMD the module doesn't compile: the browser's
//! console says so.
//!
//! **Frames are late.** Look at [`TrackStatistics`](track::TrackStatistics): a high `decode_time` means that the
//! device sends JPEG (ask for a smaller size), and many `discarded_frames` that the app draws fewer frames than the
//! device sends.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "audio")]
pub mod audio;
#[cfg(feature = "ar")]
pub mod background;
#[cfg(feature = "barcode")]
pub mod barcode;
mod capture;
mod consent;
pub mod constraint;
pub mod device;
#[cfg(not(target_family = "wasm"))]
mod disk;
pub mod effect;
pub mod error;
#[cfg(feature = "face")]
pub mod face;
pub mod file_picker;
pub mod frame;
mod gpu;
#[cfg(any(feature = "upload", all(feature = "http-camera", not(target_family = "wasm"))))]
mod http;
pub mod image_input;
#[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
pub mod intrinsics;
#[cfg(feature = "ar")]
pub mod light;
#[cfg(feature = "ar")]
pub mod marker;
pub mod media_devices;
mod media_type;
#[cfg(feature = "menus")]
pub mod menus;
#[cfg(any(feature = "face", feature = "person"))]
pub mod models;
pub mod permission;
#[cfg(feature = "person")]
pub mod person;
pub mod photo;
#[cfg(any(feature = "ar", feature = "face"))]
mod placement;
mod plugins;
#[cfg(any(feature = "face", feature = "person"))]
mod provided;
#[cfg(feature = "recorder")]
pub mod recorder;
mod render;
mod report;
pub mod source;
mod systems;
pub mod tap;
pub mod track;
#[cfg(feature = "virtual-camera")]
pub mod virtual_camera;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(feature = "effects")]
pub use effect::builtin::BuiltinEffectsPlugin;
pub use gpu::require_gpu;
#[cfg(feature = "audio")]
pub use plugins::AudioPlugin;
#[cfg(feature = "barcode")]
pub use plugins::BarcodePlugin;
#[cfg(feature = "face")]
pub use plugins::FacePlugin;
#[cfg(feature = "person")]
pub use plugins::PersonPlugin;
#[cfg(feature = "recorder")]
pub use plugins::RecorderPlugin;
#[cfg(feature = "virtual-camera")]
pub use plugins::VirtualCameraPlugin;
#[cfg(feature = "ar")]
pub use plugins::{CameraBackgroundPlugin, LightEstimationPlugin, MarkerPlugin};
pub use plugins::{
    FilePickerPlugin, ImageInputPlugin, MediaDevicesPlugin, PermissionPlugin, PhotoPlugin, TapPlugin,
    ViewfinderCorePlugin, ViewfinderPlugins,
};
pub use systems::ViewfinderSystems;

/// The built-in effects: plain structs that go into an [`EffectStack`](effect::EffectStack).
#[cfg(any(feature = "effects", feature = "face", feature = "person"))]
pub mod effects {
    #[cfg(feature = "effects")]
    pub use crate::effect::{blend_mode::BlendMode, builtin::*, presets::PRESETS};
    #[cfg(feature = "face")]
    pub use crate::face::{BigEyes, BigHead, FaceBlur, FaceBlurKind, UnsearchedFrames};
    #[cfg(feature = "person")]
    pub use crate::person::{PersonCutout, PersonOverlay};
}

/// For the tests, benches and fuzz targets of this crate: not part of the API.
#[doc(hidden)]
pub mod internal {
    pub use crate::{
        effect::plan::{Operation, Pass, PassInput, plan},
        effect::wgsl::{
            Fault as WgslFault, Linker, Module as WgslModule, Parameters as WgslParameters,
            check as check_wgsl, read_effect,
        },
        frame::slot::{FrameReader, FrameWriter, frame_slot},
    };
    #[cfg(not(target_family = "wasm"))]
    pub use crate::{
        file_picker::native::identify::identify,
        source::file::packets::{FilePacket, FilePackets, reader_of},
    };

    /// The longest side of a frame, in pixels.
    pub const MAX_FRAME_SIDE: u32 = crate::frame::MAX_FRAME_SIDE;

    /// The writers of recordings' files.
    #[cfg(all(feature = "recorder", not(target_family = "wasm")))]
    pub mod recorder {
        pub use crate::recorder::{
            codec::VideoCodec,
            color::Color,
            container::{
                AudioCodec, AudioTrack, ContainerError, Description, Finish, Muxer, Sample, TrackKind,
                VideoTrack, open,
            },
            format::Container,
        };
    }
}

/// The items that most apps use. The built-in effects are in `bevy_viewfinder::effects`.
pub mod prelude {
    #[cfg(feature = "barcode")]
    pub use crate::barcode::{
        BarcodeDetectionFailed, BarcodeDetector, BarcodeFound, BarcodeLost, DetectedBarcodes,
    };
    #[cfg(feature = "face")]
    pub use crate::face::{
        Face, FaceDetections, FaceExpressions, FaceFound, FaceLost, FaceMesh, FacePose, FaceTracking,
        FaceTrackingFailed,
    };
    #[cfg(any(feature = "ar", feature = "barcode", feature = "face"))]
    pub use crate::intrinsics::{CameraIntrinsics, IntrinsicsRejected};
    #[cfg(any(feature = "face", feature = "person"))]
    pub use crate::models::ModelDownload;
    #[cfg(feature = "person")]
    pub use crate::person::{PersonMask, PersonSegmentation, PersonSegmentationFailed};
    #[cfg(feature = "recorder")]
    pub use crate::recorder::{
        MediaRecorder, PauseRecording, RecorderState, RecordingFailed, RecordingFile, RecordingSaved,
        ResumeRecording, StartRecording, StopRecording,
    };
    #[cfg(feature = "virtual-camera")]
    pub use crate::virtual_camera::{VirtualCamera, VirtualCameraFailed, VirtualCameraOutput};
    pub use crate::{
        ViewfinderPlugins, ViewfinderSystems,
        constraint::{
            VideoCapabilities, VideoConstraints, VideoSettings, at_least, at_most, between, exact, ideal,
        },
        device::{DeviceKind, FacingMode},
        effect::{Effect, EffectFailed, EffectKind, EffectPlugin, EffectStack},
        error::{ErrorName, MediaError},
        file_picker::{AcceptDrops, FileKind, FilePickCanceled, FilePickFailed, FilePicked, PickFile},
        gpu::require_gpu,
        image_input::EffectInput,
        media_devices::{DevicesChanged, EnumerateDevices, MediaDevices},
        permission::{ConsentGate, MediaPermissions, PermissionRequested, PermissionState},
        photo::{
            GrabFrame, PhotoCapabilities, PhotoFailed, PhotoOptions, PhotoSaved, PhotoSettings, PhotoTaken,
            TakePhoto, save_to_disk,
        },
        source::TrackSource,
        tap::{PixelTap, TapFailed, TapFrames},
        track::{
            AutoReconnect, CloneOf, ConstraintsApplied, ConstraintsRejected, DeviceReopenFailed,
            DeviceReopened, DeviceUse, DevicesInUse, FlipCamera, HoldMode, Mirroring, MuteReason, Muted,
            ShowTrack, TrackEnabled, TrackEnded, TrackFailed, TrackImage, TrackLive, TrackMaterialPlugin,
            TrackState, TrackStatistics, VideoTrack, WhileMuted,
        },
    };
    #[cfg(feature = "audio")]
    pub use crate::{
        audio::{AudioLevel, AudioTrack, RequestedWith},
        constraint::{AudioCapabilities, AudioConstraints, AudioSettings},
        source::audio::AudioTrackSource,
    };
    #[cfg(feature = "ar")]
    pub use crate::{
        background::{BackgroundOccluder, CameraBackground, CameraBackgroundFailed},
        light::{FollowLight, LightEstimate, LightEstimation, LightEstimationFailed},
        marker::{Marker, MarkerBoard, MarkerFailed, MarkerFound, MarkerLost, MarkerPose, MarkerTracker},
    };
}

/// Compiles the Rust blocks of README.md as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// Compiles the Rust blocks of the guide as documentation tests.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../docs/guide/augmented_reality.md")]
    pub struct AugmentedReality;
    #[doc = include_str!("../docs/guide/concepts.md")]
    pub struct Concepts;
    #[doc = include_str!("../docs/guide/effects.md")]
    pub struct Effects;
    #[doc = include_str!("../docs/guide/getting_started.md")]
    pub struct GettingStarted;
    #[doc = include_str!("../docs/guide/people.md")]
    pub struct People;
    #[doc = include_str!("../docs/guide/phones.md")]
    pub struct Phones;
    #[doc = include_str!("../docs/guide/photos.md")]
    pub struct Photos;
    #[doc = include_str!("../docs/guide/platforms.md")]
    pub struct Platforms;
    #[doc = include_str!("../docs/guide/recording.md")]
    pub struct Recording;
    #[doc = include_str!("../docs/guide/testing.md")]
    pub struct Testing;
}
