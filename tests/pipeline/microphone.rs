//! Microphones as tracks.

use std::{sync::Arc, time::Duration};

use bevy::{platform::time::Instant, prelude::*};
use bevy_viewfinder::{
    audio::{AudioOutput, AudioSamples, DefaultAudioSource},
    constraint::AudioConstraintSet,
    media_devices::MediaDevices,
    prelude::*,
    source::{
        DefaultSource, SyntheticSource,
        audio::scripted::{MicrophoneScript, ScriptedMicrophone},
    },
};

use crate::stage::{Event, Stage};

/// A stage whose default microphone is a scripted one, and whose default camera is synthetic.
fn stage_with(add: impl FnOnce(&mut App)) -> (Stage, MicrophoneScript) {
    let (source, script) = ScriptedMicrophone::new();
    let stage = Stage::with(|app| {
        app.insert_resource(DefaultAudioSource(Arc::new(source)))
            .insert_resource(DefaultSource(Arc::new(SyntheticSource::new())));
        add(app);
    });
    (stage, script)
}

/// A stage with a live audio track.
fn live(more: impl Bundle) -> (Stage, MicrophoneScript, Entity) {
    let (mut stage, script) = stage_with(|_| {});
    let track = stage.spawn((AudioTrack, more));
    stage.until_live(track);
    (stage, script, track)
}

/// A block of 10 ms with this value.
fn block(value: f32) -> AudioSamples {
    AudioSamples { samples: [value; 480].into(), channels: 1, sample_rate: 48_000, captured: Instant::now() }
}

fn failure(stage: &mut Stage, track: Entity) -> MediaError {
    stage.until_event("the failure", |event| match event {
        Event::Failed(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    })
}

fn end(stage: &mut Stage, track: Entity) -> Option<MediaError> {
    stage.until_event("the end", |event| match event {
        Event::Ended(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    })
}

#[test]
fn a_microphone_becomes_live_with_settings_and_passes_its_sound_on() {
    let (mut stage, script, track) = live(AudioConstraints::new().sample_rate(16_000).channel_count(2));
    let settings = stage.get::<AudioSettings>(track).expect("it is live");
    assert_eq!(
        (settings.sample_rate, settings.channel_count, &settings.label[..]),
        (16_000, 2, "Scripted microphone")
    );
    let capabilities = stage.get::<AudioCapabilities>(track).expect("it is live");
    assert!(capabilities.sample_rate.contains(48_000));
    assert_eq!(capabilities.echo_cancellation, [false]);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    let in_use = stage.app.world().resource::<DevicesInUse>();
    assert_eq!((in_use.camera, in_use.microphone), (DeviceUse::None, DeviceUse::InUse));

    let reader = stage.get::<AudioOutput>(track).expect("each track has one").reader(4);
    script.push(block(0.5));
    assert_eq!(reader.read(Duration::ZERO).map(|block| block.samples[0]), Some(0.5));
    stage.step();
    assert_eq!(stage.get::<AudioLevel>(track), Some(AudioLevel { rms: 0.5, peak: 0.5 }));

    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(false));
    stage.step();
    script.push(block(0.5));
    assert_eq!(reader.read(Duration::ZERO).map(|block| block.samples[0]), Some(0.0), "it is disabled");
    stage.step();
    assert_eq!(stage.get::<AudioLevel>(track), Some(AudioLevel::default()));
}

#[test]
fn a_microphone_is_released_when_its_track_is_removed() {
    let (mut stage, script, track) = live(());
    let reader = stage.get::<AudioOutput>(track).expect("each track has one").reader(4);
    stage.app.world_mut().entity_mut(track).remove::<AudioTrack>();
    script.push(block(0.5));
    assert_eq!(reader.read(Duration::ZERO), None, "no sound passes after the stop");
    stage.until("the release", |_| (script.closed() == 1).then_some(()));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));
    assert_eq!(stage.get::<AudioSettings>(track), None);

    let track = stage.spawn(AudioTrack);
    stage.until_live(track);
    stage.app.world_mut().despawn(track);
    stage.until("the release", |_| (script.closed() == 2).then_some(()));
    assert!(!stage.diary().iter().any(|event| matches!(event, Event::Ended(..) | Event::Failed(..))));
}

#[test]
fn unplugging_a_microphone_ends_its_track_once() {
    let (mut stage, script, track) = live(());
    script.unplug();
    let error = end(&mut stage, track).expect("it was unplugged");
    assert_eq!(error.name, ErrorName::NotFound);
    script.fail(MediaError::not_readable("it is gone anyway"));
    stage.steps(5);
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!((ends, script.closed()), (1, 1));

    stage.app.world_mut().entity_mut(track).insert(AudioTrack);
    assert_eq!(failure(&mut stage, track).name, ErrorName::NotFound, "there is no other");
    script.plug_in();
    stage.app.world_mut().entity_mut(track).insert(AudioTrack);
    stage.until("a live track", |stage| {
        (stage.get::<TrackState>(track) == Some(TrackState::Live)).then_some(())
    });
}

#[test]
fn a_microphone_that_cannot_be_opened_fails_by_name() {
    let (mut stage, script) = stage_with(|_| {});
    for error in
        [MediaError::not_readable("busy"), MediaError::not_allowed("no"), MediaError::abort("why not")]
    {
        script.refuse(Some(error.clone()));
        let track = stage.spawn(AudioTrack);
        assert_eq!(failure(&mut stage, track), error);
        let microphone = stage.app.world().resource::<MediaPermissions>().microphone;
        assert_eq!(
            microphone == PermissionState::Denied,
            error.name == ErrorName::NotAllowed || error.name == ErrorName::Abort
        );
    }
    for (constraints, name) in [
        (AudioConstraints::new().sample_rate(exact(96_000)), "sampleRate"),
        (AudioConstraints::new().device_id(exact("another")), "deviceId"),
        (AudioConstraints::new().noise_suppression(exact(true)), "noiseSuppression"),
    ] {
        let track = stage.spawn((AudioTrack, constraints));
        assert_eq!(failure(&mut stage, track).constraint.as_deref(), Some(name));
    }
    let track = stage.spawn((AudioTrack, AudioConstraints::new().latency(f64::NAN)));
    assert_eq!(failure(&mut stage, track).name, ErrorName::Type);
}

#[test]
fn a_microphone_waits_for_the_consent_of_the_user() {
    let gate = ConsentGate::default();
    let resource = gate.clone();
    let (mut stage, script) = stage_with(|app| {
        app.insert_resource(resource);
    });
    let track = stage.spawn(AudioTrack);
    stage.until_event("the question", |event| {
        matches!(event, Event::Asked(asked) if *asked == track).then_some(())
    });
    stage.steps(5);
    assert_eq!(script.opened(), 0);
    assert_eq!(stage.app.world().resource::<MediaPermissions>().microphone, PermissionState::Prompt);
    gate.grant();
    stage.until_live(track);
    gate.deny();
    assert_eq!(end(&mut stage, track).map(|error| error.name), Some(ErrorName::NotAllowed));
    let track = stage.spawn(AudioTrack);
    assert_eq!(failure(&mut stage, track).name, ErrorName::NotAllowed);
}

#[test]
fn constraints_of_a_live_microphone_change_its_settings_or_are_rejected() {
    let (mut stage, script, track) = live(());
    let change = |stage: &mut Stage, constraints: AudioConstraints| {
        stage.app.world_mut().entity_mut(track).insert(constraints);
    };
    change(&mut stage, AudioConstraints::new().sample_rate(exact(16_000)));
    stage.until_event("the answer", |event| matches!(event, Event::Applied(_)).then_some(()));
    stage.step();
    assert_eq!(stage.get::<AudioSettings>(track).map(|settings| settings.sample_rate), Some(16_000));
    assert_eq!(script.asked_format().map(|format| format.sample_rate), Some(16_000));
    let absurd = AudioConstraintSet::new().channel_count(99);
    let held = AudioConstraints::new().sample_rate(exact(16_000)).advanced(absurd);
    change(&mut stage, held.clone());
    stage.until("another answer", |stage| {
        let answers = stage.diary().iter().filter(|event| matches!(event, Event::Applied(_))).count();
        (answers == 2).then_some(())
    });
    assert_eq!(script.opened(), 2, "the format is the same");
    change(&mut stage, AudioConstraints::new().sample_rate(exact(44_100)));
    let error = stage.until_event("the refusal", |event| match event {
        Event::Refused(_, error) => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.constraint.as_deref(), Some("sampleRate"));
    stage.step();
    assert_eq!(stage.get::<AudioConstraints>(track), Some(held));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
}

#[test]
fn a_microphone_is_muted_by_its_switch_and_opened_again_on_request() {
    let (mut stage, script, track) = live(());
    script.push(block(0.5));
    script.mute(true);
    stage.until_event("muted", |event| matches!(event, Event::Muted(_)).then_some(()));
    stage.step();
    assert_eq!(stage.get::<Muted>(track).map(|muted| muted.reason), Some(MuteReason::Source));
    assert_eq!(stage.get::<AudioLevel>(track), Some(AudioLevel::default()));
    script.mute(false);
    stage.until_event("unmuted", |event| matches!(event, Event::Unmuted(_)).then_some(()));
    script.invalidate();
    stage.until("the second stream", |_| (script.opened() == 2 && script.closed() == 1).then_some(()));
    script.end();
    assert_eq!(end(&mut stage, track), None, "it ended without an error");
}

#[test]
fn microphones_are_in_the_list_of_devices() {
    let (mut stage, _script) = stage_with(|_| {});
    stage.app.world_mut().trigger(EnumerateDevices);
    stage.until("the list", |stage| stage.app.world().resource::<MediaDevices>().is_ready().then_some(()));
    let devices = stage.app.world().resource::<MediaDevices>();
    let ids = |kind| devices.of_kind(kind).map(|device| device.id.0.clone()).collect::<Vec<_>>();
    assert_eq!(ids(DeviceKind::VideoInput), ["synthetic-1"]);
    assert_eq!(ids(DeviceKind::AudioInput), ["scripted-microphone-1"]);
}
