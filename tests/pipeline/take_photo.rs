//! Photos in a mode of their own: the device is brought into its largest mode and back.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::{
    device::{Device, DeviceId, NativeMode, SettingsRange},
    frame::FramePool,
    photo::{PhotoCapabilities, PhotoOrigin, PhotoSettings},
    prelude::*,
    source::{
        Source, Stream,
        scripted::{Script, ScriptedSource},
    },
};

use crate::stage::{Event, Stage, mode};

const SMALL: UVec2 = UVec2::new(320, 240);
const LARGE: UVec2 = UVec2::new(640, 480);
const GRAY: [u8; 3] = [128; 3];
const DARK: [u8; 3] = [4; 3];

/// A live track of 320x240 whose device also has 640x480, after its first frame.
fn live(stage: &mut Stage, more: impl Bundle) -> (Entity, Script) {
    let constraints = VideoConstraints::new().width(exact(320)).height(exact(240));
    let (track, script) = stage.live((constraints, more));
    script.frame();
    stage.until_delivered(track, 1);
    (track, script)
}

/// Waits until the device has been opened this many times.
#[track_caller]
fn until_opened(stage: &mut Stage, script: &Script, times: usize) {
    stage.until("the device to be opened", |_| (script.opened() >= times).then_some(()));
}

/// Waits until the device has read all frames of the script.
#[track_caller]
fn until_read(stage: &mut Stage, script: &Script, frames: usize) {
    stage.until("the frames to be read", |_| (script.delivered() >= frames).then_some(()));
}

/// The answer to this request.
#[track_caller]
fn taken(stage: &mut Stage, request: Entity) -> PhotoTaken {
    stage.until_event("a photo", |event| match event {
        Event::Taken(entity, taken) if *entity == request => Some(taken.clone()),
        Event::PhotoFailed(entity, error) if *entity == request => panic!("{error}"),
        _ => None,
    })
}

#[track_caller]
fn failed(stage: &mut Stage, request: Entity) -> MediaError {
    stage.until_event("a refusal", |event| match event {
        Event::PhotoFailed(entity, error) if *entity == request => Some(error.clone()),
        Event::Taken(entity, _) if *entity == request => panic!("a photo was taken"),
        _ => None,
    })
}

fn answers(stage: &Stage, request: Entity) -> usize {
    let is_answer = |event: &&Event| matches!(event, Event::Taken(entity, _) | Event::PhotoFailed(entity, _) if *entity == request);
    stage.diary().iter().filter(is_answer).count()
}

fn mute_reason(stage: &Stage, track: Entity) -> Option<MuteReason> {
    stage.get::<Muted>(track).map(|muted| muted.reason)
}

/// Waits until the track is muted for this reason, or not muted.
#[track_caller]
fn until_muted(stage: &mut Stage, track: Entity, reason: Option<MuteReason>) {
    stage.until("the mute", |stage| (mute_reason(stage, track) == reason).then_some(()));
}

/// Requests a photo, and sends the frame by which the device measures the scene. Returns once the device is open in the
/// photo's mode.
fn begin(stage: &mut Stage, script: &Script, request: impl Bundle) -> Entity {
    let request = stage.spawn(request);
    stage.steps(3);
    let before = script.opened();
    script.frame();
    until_opened(stage, script, before + 1);
    request
}

/// Ends the photo: sends a frame in the track's own mode.
fn end(stage: &mut Stage, script: &Script, track: Entity, opened: usize) {
    until_opened(stage, script, opened);
    script.frame();
    until_muted(stage, track, None);
}

#[test]
fn a_photo_has_the_largest_size_and_the_track_its_own_again() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let settings = stage.get::<VideoSettings>(track);
    let request = begin(&mut stage, &script, TakePhoto(track));
    until_muted(&mut stage, track, Some(MuteReason::Photo));
    script.frames(3);
    let photo = taken(&mut stage, request);
    assert_eq!((photo.photo.size, photo.origin, photo.index), (LARGE, PhotoOrigin::Still, 0));
    until_opened(&mut stage, &script, 3);
    assert_eq!(mute_reason(&stage, track), Some(MuteReason::Photo), "until a frame arrives");
    end(&mut stage, &script, track, 3);
    assert_eq!((script.opened(), script.closed()), (3, 2));
    assert_eq!(stage.get::<VideoSettings>(track), settings);
    let grabbed = stage.spawn(GrabFrame(track));
    let grabbed = taken(&mut stage, grabbed);
    assert_eq!((grabbed.photo.size, grabbed.origin), (SMALL, PhotoOrigin::Frame));
    assert_eq!(answers(&stage, request), 1);
}

#[test]
fn dark_frames_after_the_switch_are_dropped() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let request = begin(&mut stage, &script, TakePhoto(track));
    let before = script.delivered();
    script.solid(DARK);
    script.frames(8);
    until_read(&mut stage, &script, before + 8);
    stage.steps(5);
    assert_eq!(answers(&stage, request), 0, "the device is still adjusting its exposure");
    script.solid(GRAY);
    script.frames(3);
    let photo = taken(&mut stage, request).photo;
    assert_eq!(photo.pixel(10, 10), Some([128, 128, 128, 255]));
    end(&mut stage, &script, track, 3);
}

#[test]
fn an_exposure_that_never_settles_takes_a_second() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let request = begin(&mut stage, &script, TakePhoto(track));
    let before = script.delivered();
    for frame in 0..30 {
        script.solid(if frame % 2 == 0 { DARK } else { GRAY });
        script.frame();
    }
    until_read(&mut stage, &script, before + 30);
    stage.steps(5);
    assert_eq!(answers(&stage, request), 0);
    script.frame();
    assert_eq!(taken(&mut stage, request).photo.size, LARGE);
    end(&mut stage, &script, track, 3);
}

#[test]
fn the_preview_holds_its_last_frame_meanwhile() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let request = begin(&mut stage, &script, TakePhoto(track));
    until_muted(&mut stage, track, Some(MuteReason::Photo));
    script.solid([200, 30, 30]);
    script.frame();
    stage.steps(5);
    assert_eq!(answers(&stage, request), 0);
    let shown = stage.shoot(GrabFrame(track));
    assert_eq!((shown.size, shown.pixel(10, 10)), (SMALL, Some([128, 128, 128, 255])));
    script.frames(3);
    taken(&mut stage, request);
    end(&mut stage, &script, track, 3);
}

#[test]
fn no_mode_is_switched_while_others_use_the_device() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let other = stage.spawn((VideoTrack, CloneOf(track)));
    stage.until_live(other);
    let request = stage.spawn(TakePhoto(track));
    let photo = taken(&mut stage, request);
    assert_eq!((photo.photo.size, photo.origin), (SMALL, PhotoOrigin::SharedFrame));
    stage.app.world_mut().despawn(other);
    stage.steps(3);

    stage.app.world_mut().entity_mut(track).insert(HoldMode);
    let request = stage.spawn(TakePhoto(track));
    assert_eq!(taken(&mut stage, request).origin, PhotoOrigin::SharedFrame);
    assert_eq!(script.opened(), 1);
}

#[test]
fn a_photo_of_the_size_that_the_device_runs_in_is_its_frame() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let request = stage.spawn((TakePhoto(track), PhotoSettings::new().image_width(330)));
    let photo = taken(&mut stage, request);
    assert_eq!((photo.photo.size, photo.origin, script.opened()), (SMALL, PhotoOrigin::Frame, 1));
}

#[test]
fn settings_outside_of_the_capabilities_are_refused() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let capabilities = stage.get::<PhotoCapabilities>(track).expect("a live track has them");
    assert_eq!(capabilities.image_width, Some(SettingsRange { min: 320.0, max: 640.0, step: 320.0 }));
    assert_eq!(capabilities.image_height, Some(SettingsRange { min: 240.0, max: 480.0, step: 240.0 }));
    assert_eq!(stage.get::<PhotoSettings>(track), Some(PhotoSettings::default()));
    for settings in [
        PhotoSettings::new().image_width(641),
        PhotoSettings::new().image_height(0),
        PhotoSettings::new().fill_light_mode(bevy_viewfinder::photo::FillLightMode::Flash),
        PhotoSettings::new().red_eye_reduction(true),
    ] {
        assert_eq!(stage.refused((TakePhoto(track), settings)).name, ErrorName::NotSupported, "{settings:?}");
    }
    for burst in [0, PhotoOptions::LONGEST_BURST + 1, u32::MAX] {
        let options = PhotoOptions::new().burst(burst);
        assert_eq!(stage.refused((GrabFrame(track), options)).name, ErrorName::NotSupported, "{burst}");
    }
    assert_eq!(script.opened(), 1);
}

#[test]
fn a_hundred_requests_share_an_exposure_and_each_is_answered_once() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let small = PhotoOptions::new().canvas(UVec2::splat(16), bevy_viewfinder::photo::Fit::Stretch);
    let requests: Vec<_> = (0..100).map(|_| stage.spawn((TakePhoto(track), small))).collect();
    stage.steps(3);
    script.frame();
    until_opened(&mut stage, &script, 2);
    script.frames(3);
    for request in &requests {
        assert_eq!(taken(&mut stage, *request).origin, PhotoOrigin::Still);
    }
    end(&mut stage, &script, track, 3);
    stage.steps(10);
    assert!(requests.iter().all(|request| answers(&stage, *request) == 1));
    assert_eq!(script.opened(), 3);
}

#[test]
fn a_request_during_an_exposure_waits_for_its_own() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let first = begin(&mut stage, &script, TakePhoto(track));
    let second = stage.spawn(TakePhoto(track));
    stage.steps(3);
    script.frames(3);
    taken(&mut stage, first);
    until_opened(&mut stage, &script, 3);
    assert_eq!(answers(&stage, second), 0);
    script.frame();
    until_opened(&mut stage, &script, 4);
    script.frames(3);
    assert_eq!(taken(&mut stage, second).photo.size, LARGE);
    end(&mut stage, &script, track, 5);
}

#[test]
fn a_track_that_ends_during_a_photo_is_an_operation_error() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let request = begin(&mut stage, &script, TakePhoto(track));
    script.frame();
    script.unplug();
    assert_eq!(failed(&mut stage, request).name, ErrorName::Operation);
    stage.steps(5);
    assert_eq!(answers(&stage, request), 1);
    assert_eq!(script.closed(), script.opened());
}

#[test]
fn a_track_that_is_despawned_during_a_photo_releases_its_device() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let request = begin(&mut stage, &script, TakePhoto(track));
    stage.app.world_mut().despawn(track);
    assert_eq!(failed(&mut stage, request).name, ErrorName::Operation);
    stage.until("the device to be closed", |_| (script.closed() == script.opened()).then_some(()));
}

#[test]
fn a_device_that_sends_nothing_in_the_photos_mode_fails_the_photo_alone() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    script.silence_limit(Duration::from_millis(100));
    let request = begin(&mut stage, &script, TakePhoto(track));
    let error = failed(&mut stage, request);
    assert_eq!(error.name, ErrorName::Unknown, "{error}");
    end(&mut stage, &script, track, 3);
    // The track goes on, and so do photos.
    let request = begin(&mut stage, &script, TakePhoto(track));
    script.frames(3);
    taken(&mut stage, request);
    end(&mut stage, &script, track, 5);
}

/// A scripted source that can't be opened in its large mode.
#[derive(Debug)]
struct Refusing(ScriptedSource);

impl Source for Refusing {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        self.0.devices()
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        if mode.size == LARGE {
            return Err(MediaError::not_readable("the bus is full; use a smaller size"));
        }
        self.0.open(device, mode, pool)
    }
}

/// A live track of a device that can't be opened in its large mode.
fn refusing(stage: &mut Stage) -> (Entity, Script) {
    let (source, script) = ScriptedSource::new();
    let constraints = VideoConstraints::new().width(exact(320)).height(exact(240));
    let track = stage.spawn((VideoTrack, TrackSource::new(Refusing(source)), constraints));
    stage.until_live(track);
    script.frame();
    stage.until_delivered(track, 1);
    (track, script)
}

#[test]
fn a_photo_that_the_device_cannot_take_has_failed() {
    let mut stage = Stage::new();
    let (track, script) = refusing(&mut stage);
    let request = begin(&mut stage, &script, TakePhoto(track));
    let error = failed(&mut stage, request);
    assert_eq!(error.name, ErrorName::Unknown, "{error}");
    assert!(error.message.contains("the bus is full"), "{error}");
    end(&mut stage, &script, track, 2);
}

#[test]
fn a_frame_takes_its_place_only_if_the_app_asks_for_that() {
    let mut stage = Stage::new();
    let (track, script) = refusing(&mut stage);
    let options = PhotoOptions::new().or_frame(true);
    let request = begin(&mut stage, &script, (TakePhoto(track), options));
    let photo = taken(&mut stage, request);
    assert_eq!((photo.photo.size, photo.origin), (SMALL, PhotoOrigin::Frame));
    end(&mut stage, &script, track, 2);
}

#[test]
fn a_burst_has_a_photo_of_each_frame() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let burst = PhotoOptions::new().burst(3);
    let request = stage.spawn((GrabFrame(track), burst));
    let colors = [[128, 128, 128, 255], [250, 250, 250, 255], [60, 60, 60, 255]];
    for (index, color) in colors.iter().enumerate() {
        if index > 0 {
            script.solid([color[0], color[1], color[2]]);
            script.frame();
        }
        stage.until("the next photo", |stage| (answers(stage, request) == index + 1).then_some(()));
        stage.steps(3);
        assert_eq!(answers(&stage, request), index + 1, "each photo is of a frame of its own");
    }
    let photos: Vec<_> = stage
        .diary()
        .iter()
        .filter_map(|event| match event {
            Event::Taken(entity, taken) if *entity == request => {
                Some((taken.index, taken.photo.pixel(10, 10)))
            }
            _ => None,
        })
        .collect();
    let near = |a: [u8; 4], b: [u8; 4]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 2);
    for ((index, pixel), expected) in photos.into_iter().zip(colors) {
        assert!(near(pixel.expect("a pixel"), expected), "{index}: {pixel:?}");
    }

    script.solid(GRAY);
    script.frame();
    stage.steps(5);
    let request = begin(&mut stage, &script, (TakePhoto(track), burst));
    script.frames(5);
    stage.until("three stills", |stage| (answers(stage, request) == 3).then_some(()));
    assert_eq!(taken(&mut stage, request).photo.size, LARGE);
    end(&mut stage, &script, track, 3);
}

#[test]
fn the_sharpest_of_a_burst_is_one_photo() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let request = stage.spawn((GrabFrame(track), PhotoOptions::new().burst(3).sharpest(true)));
    for _ in 0..2 {
        stage.steps(3);
        script.frame();
        stage.steps(3);
    }
    let photo = taken(&mut stage, request);
    assert!(photo.index < 3);
    stage.steps(5);
    assert_eq!(answers(&stage, request), 1);
}

#[test]
fn a_track_cannot_be_cloned_into_an_exposure_but_after_it() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, ());
    let request = begin(&mut stage, &script, TakePhoto(track));
    let clone = stage.spawn((VideoTrack, CloneOf(track)));
    stage.steps(5);
    assert_eq!(stage.get::<TrackState>(clone), Some(TrackState::Pending));
    script.frames(3);
    assert_eq!(taken(&mut stage, request).photo.size, LARGE);
    stage.until_live(clone);
    end(&mut stage, &script, track, 3);
}

#[test]
fn modes_that_no_texture_can_hold_are_no_photo_modes() {
    let mut stage = Stage::new();
    let (source, script) = ScriptedSource::from_devices([Device {
        id: "huge".into(),
        modes: vec![mode(320, 240, 30.0), mode(40_000, 30_000, 30.0)],
        ..default()
    }]);
    let constraints = VideoConstraints::new().width(exact(320)).height(exact(240));
    let track = stage.spawn((VideoTrack, TrackSource::new(source), constraints));
    stage.until_live(track);
    script.frame();
    stage.until_delivered(track, 1);
    let request = stage.spawn(TakePhoto(track));
    assert_eq!(taken(&mut stage, request).photo.size, SMALL);
}
