//! Tracks from request to end, on a real GPU API and scripted sources: one behavior a file.

mod background;
mod bad_input;
#[cfg(feature = "barcode")]
mod barcodes;
#[allow(dead_code)]
#[path = "../sources/camera.rs"]
mod camera;
mod change;
mod clones;
mod consent;
mod constraints;
mod controls;
mod custom_effect;
#[cfg(any(feature = "face", feature = "person"))]
mod cutout;
mod devices;
mod enabled;
#[cfg(feature = "face")]
mod face_clip;
#[cfg(feature = "face")]
mod face_scenes;
#[cfg(feature = "face")]
mod faces;
mod faults;
mod ffmpeg;
mod files;
mod flip;
mod formats;
mod joint_request;
mod kinds;
mod leaks;
#[cfg(feature = "ar")]
mod lens;
mod life;
#[cfg(feature = "ar")]
mod light;
#[cfg(feature = "ar")]
mod marker_frames;
#[cfg(feature = "ar")]
mod markers;
#[cfg(feature = "person")]
mod mask_truth;
mod menus;
mod microphone;
mod network;
mod order;
#[cfg(feature = "person")]
mod people;
mod photo;
mod photo_files;
mod photo_saving;
mod picker;
mod pinhole;
mod plugins;
#[cfg(target_os = "linux")]
mod privacy;
#[cfg(all(feature = "audio", target_os = "linux"))]
#[expect(dead_code, reason = "the sound of files is for the other tests")]
#[path = "../sources/pulse.rs"]
mod pulse;
mod readback;
#[cfg(feature = "audio")]
mod recorded_sound;
#[cfg(all(feature = "audio", target_os = "linux"))]
mod recorded_speakers;
mod recorder;
mod recording;
mod recording_upload;
mod reduction;
mod registered;
mod rendering;
mod scene;
#[allow(dead_code)]
#[path = "../uploads/server.rs"]
mod server;
mod share;
mod silence;
mod soak;
mod stage;
mod statistics;
mod take_photo;
mod tap;
mod tap_life;
mod trap;
#[cfg(feature = "virtual-camera")]
mod virtual_camera;
