//! Components, resources, events and messages are in the type registry, for inspectors, scenes and scripts.

use std::any::{TypeId, type_name};

use bevy::{
    ecs::reflect::{ReflectComponent, ReflectEvent, ReflectMessage, ReflectResource},
    prelude::*,
    reflect::{TypeData, TypeRegistry},
};
use bevy_viewfinder::{
    audio::AudioOutput,
    effect::ShowPreset,
    file_picker::PickedFile,
    marker::MarkerDetections,
    photo::{
        DeliverPhoto, Photo, PhotoFormat, PhotoShareCanceled, PhotoShared, UploadFailed, UploadFile,
        UploadProgress, Uploaded,
    },
    prelude::*,
    recorder::{
        CommandRejected, FindInterruptedRecordings, FindInterruptedRecordingsFailed,
        InterruptedRecordingsFound, RecorderStatistics, RecordingChunk, RecordingNotRecoverable,
        RecordingPaused, RecordingResumed, RecordingStarted, RecordingStopped, RequestData,
    },
    source::FilePlayer,
    track::{FrameCorrupted, ShownBy},
};

use crate::stage::Stage;

/// Fails unless these types are registered with this type data.
macro_rules! assert_registered {
    ($registry:expr, $data:ty: $($type:ty),+ $(,)?) => {
        $(assert_registered_with::<$type, $data>($registry);)+
    };
}

#[track_caller]
fn assert_registered_with<T: 'static, D: TypeData>(registry: &TypeRegistry) {
    let registration = registry.get(TypeId::of::<T>());
    let registration = registration.unwrap_or_else(|| panic!("{} isn't registered", type_name::<T>()));
    let data = type_name::<D>();
    assert!(registration.data::<D>().is_some(), "{} has no {data}", type_name::<T>());
}

#[test]
fn public_types_are_registered() {
    let stage = Stage::new();
    let registry = stage.app.world().resource::<AppTypeRegistry>().read();
    assert_registered!(
        &registry, ReflectComponent:
        AcceptDrops, AudioCapabilities, AudioConstraints, AudioLevel, AudioOutput, AudioSettings, AudioTrack, AutoReconnect, BarcodeDetector, CameraBackground, DetectedBarcodes, CameraIntrinsics, FollowLight, LightEstimate, LightEstimation, Marker, MarkerBoard, MarkerDetections, MarkerPose, MarkerTracker, Face, FaceDetections, FaceExpressions, FaceMesh, FacePose, FaceTracking, FilePlayer, ShowPreset, CloneOf, DeliverPhoto, EffectInput, FindInterruptedRecordings, GrabFrame, HoldMode, MediaRecorder, ModelDownload, RecorderState, RecorderStatistics, RecordingFile, Mirroring, Muted, PhotoCapabilities, PhotoOptions, PhotoSettings, PickFile, PixelTap, RequestedWith, ShowTrack,
        ShownBy, TakePhoto, TapFrames, UploadFile, TrackEnabled, TrackImage, TrackState, TrackStatistics, VideoCapabilities, VideoConstraints, WhileMuted,
        VideoSettings, VideoTrack, VirtualCamera, VirtualCameraOutput,
    );
    assert_registered!(&registry, ReflectResource: ConsentGate, DevicesInUse, MediaDevices, MediaPermissions);
    assert_registered!(&registry, ReflectMessage: DevicesChanged);
    assert_registered!(
        &registry, ReflectEvent:
        BarcodeDetectionFailed, BarcodeFound, BarcodeLost, CameraBackgroundFailed, ConstraintsApplied, ConstraintsRejected, DeviceReopenFailed, EffectFailed, DeviceReopened, EnumerateDevices, FilePickCanceled, FilePickFailed, FilePicked,
        FaceFound, FaceLost, FaceTrackingFailed, FlipCamera, IntrinsicsRejected, MarkerFailed, MarkerFound, MarkerLost, CommandRejected, PauseRecording, RecordingChunk, RecordingFailed, RecordingNotRecoverable, FindInterruptedRecordingsFailed, InterruptedRecordingsFound, RecordingPaused, RecordingResumed, RecordingSaved, RecordingStarted, RecordingStopped, RequestData, ResumeRecording, StartRecording, StopRecording, FrameCorrupted, PermissionRequested, PhotoFailed, PhotoSaved, PhotoShareCanceled, PhotoShared, PhotoTaken, TapFailed, UploadFailed, UploadProgress, Uploaded, TrackEnded, TrackFailed,
        TrackLive, VirtualCameraFailed,
    );
    for value in [TypeId::of::<Photo>(), TypeId::of::<PickedFile>(), TypeId::of::<PhotoFormat>()] {
        assert!(registry.contains(value), "values of events are registered with them");
    }
}
