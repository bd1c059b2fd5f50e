//! One request for a camera and a microphone.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_viewfinder::{
    audio::DefaultAudioSource,
    prelude::*,
    source::{
        DefaultSource,
        audio::scripted::{MicrophoneScript, ScriptedMicrophone},
        scripted::{Script, ScriptedSource},
    },
};

use crate::stage::{Event, Stage};

/// A stage with a scripted camera and a scripted microphone, the entities of a request for both, and the scripts.
struct Request {
    stage: Stage,
    camera: Entity,
    microphone: Entity,
    camera_script: Script,
    microphone_script: MicrophoneScript,
}

impl Request {
    fn new(prepare: impl FnOnce(&mut App, &Script, &MicrophoneScript)) -> Self {
        let (camera_source, camera_script) = ScriptedSource::new();
        let (microphone_source, microphone_script) = ScriptedMicrophone::new();
        let stage = Stage::with(|app| {
            app.insert_resource(DefaultSource(Arc::new(camera_source)))
                .insert_resource(DefaultAudioSource(Arc::new(microphone_source)));
            prepare(app, &camera_script, &microphone_script);
        });
        let nobody = Entity::PLACEHOLDER;
        Self { stage, camera: nobody, microphone: nobody, camera_script, microphone_script }
    }

    fn send(&mut self, camera: impl Bundle, microphone: impl Bundle, optional: bool) {
        self.camera = self.stage.spawn((VideoTrack, camera));
        let with = RequestedWith { optional, ..RequestedWith::new(self.camera) };
        self.microphone = self.stage.spawn((AudioTrack, with, microphone));
    }

    fn states(&self) -> [Option<TrackState>; 2] {
        [self.camera, self.microphone].map(|track| self.stage.get::<TrackState>(track))
    }

    fn errors(&self) -> Vec<(Entity, ErrorName)> {
        let error = |event: &Event| match event {
            Event::Failed(track, error) => Some((*track, error.name)),
            _ => None,
        };
        self.stage.diary().iter().filter_map(error).collect()
    }

    /// Waits until both have failed, and checks that each did so once, with an error of this name.
    fn fails(&mut self, name: ErrorName) {
        let (camera, microphone) = (self.camera, self.microphone);
        self.stage.until("the failures", |stage| {
            let failed =
                |track| stage.diary().iter().any(|event| matches!(event, Event::Failed(t, _) if *t == track));
            (failed(camera) && failed(microphone)).then_some(())
        });
        self.stage.steps(5);
        let mut errors = self.errors();
        errors.sort_by_key(|(track, _)| *track);
        let mut expected = vec![(camera, name), (microphone, name)];
        expected.sort_by_key(|(track, _)| *track);
        assert_eq!(errors, expected);
        assert_eq!(self.states(), [Some(TrackState::Ended); 2]);
        assert!(!self.stage.diary().iter().any(|event| matches!(event, Event::Live(_))));
    }
}

#[test]
fn a_camera_and_a_microphone_become_live_together() {
    let mut request = Request::new(|_, _, _| {});
    request.send((), (), false);
    request.stage.until("both", |stage| {
        let live = stage.diary().iter().filter(|event| matches!(event, Event::Live(_))).count();
        // Never one alone.
        assert_ne!(live, 1);
        (live == 2).then_some(())
    });
    assert_eq!(request.states(), [Some(TrackState::Live); 2]);
    let camera = request.camera;
    assert!(request.stage.get::<VideoSettings>(camera).is_some());
    request.microphone_script.unplug();
    let microphone = request.microphone;
    request.stage.until_event("the end", |event| {
        matches!(event, Event::Ended(track, _) if *track == microphone).then_some(())
    });
    assert_eq!(request.states(), [Some(TrackState::Live), Some(TrackState::Ended)], "each has its own life");
}

#[test]
fn without_a_microphone_neither_becomes_live() {
    let mut request = Request::new(|_, _, microphone| microphone.unplug());
    request.send((), (), false);
    request.fails(ErrorName::NotFound);
    assert_eq!(request.camera_script.opened(), 0);
}

#[test]
fn a_microphone_that_cannot_be_opened_fails_the_camera() {
    let mut request = Request::new(|_, _, microphone| {
        microphone.refuse(Some(MediaError::not_readable("another program has it")))
    });
    request.send((), (), false);
    request.fails(ErrorName::NotReadable);
    assert_eq!(request.microphone_script.opened(), 0);
}

#[test]
fn a_camera_that_cannot_be_opened_fails_the_microphone() {
    let mut request = Request::new(|_, camera, _| camera.deny());
    request.send((), (), false);
    request.fails(ErrorName::NotAllowed);
    let script = request.microphone_script.clone();
    request.stage.until("the release", |_| (script.opened() == script.closed()).then_some(()));
}

#[test]
fn impossible_constraints_of_either_fail_before_the_user_is_asked() {
    let gated = |app: &mut App, _: &Script, _: &MicrophoneScript| {
        app.init_resource::<ConsentGate>();
    };
    let mut request = Request::new(gated);
    request.send(VideoConstraints::new().width(exact(5_000)), (), false);
    request.fails(ErrorName::Overconstrained);
    let mut other = Request::new(gated);
    other.send((), AudioConstraints::new().channel_count(exact(64)), false);
    other.fails(ErrorName::Overconstrained);
    for Request { stage, camera_script, microphone_script, .. } in [request, other] {
        assert!(!stage.diary().iter().any(|event| matches!(event, Event::Asked(_))));
        assert_eq!((camera_script.opened(), microphone_script.opened()), (0, 0));
    }
}

#[test]
fn an_optional_microphone_is_no_condition() {
    let mut request = Request::new(|_, _, microphone| microphone.unplug());
    request.send((), (), true);
    let camera = request.camera;
    request.stage.until_live(camera);
    assert_eq!(request.errors(), [(request.microphone, ErrorName::NotFound)]);
    // The camera is one.
    let mut request = Request::new(|_, camera, _| camera.deny());
    request.send((), (), true);
    request.fails(ErrorName::NotAllowed);
}

#[test]
fn the_user_is_asked_once_for_both() {
    let gate = ConsentGate::default();
    let resource = gate.clone();
    let mut request = Request::new(|app, _, _| _ = app.insert_resource(resource));
    request.send((), (), false);
    request.stage.until_event("the question", |event| matches!(event, Event::Asked(_)).then_some(()));
    request.stage.steps(30);
    let questions = request.stage.diary().iter().filter(|event| matches!(event, Event::Asked(_))).count();
    assert_eq!(questions, 1);
    assert_eq!((request.camera_script.opened(), request.microphone_script.opened()), (0, 0));
    gate.grant();
    let microphone = request.microphone;
    request.stage.until_live(microphone);
    assert_eq!(request.states(), [Some(TrackState::Live); 2]);
}

#[test]
fn a_part_that_the_app_removes_lets_the_other_go_on() {
    let gate = ConsentGate::default();
    for remove_camera in [true, false] {
        gate.ask_again();
        let resource = gate.clone();
        let mut request = Request::new(|app, _, _| _ = app.insert_resource(resource));
        request.send((), (), false);
        request.stage.until_event("the question", |event| matches!(event, Event::Asked(_)).then_some(()));
        let (removed, left) = match remove_camera {
            true => (request.camera, request.microphone),
            false => (request.microphone, request.camera),
        };
        request.stage.app.world_mut().despawn(removed);
        gate.grant();
        request.stage.until_live(left);
        assert_eq!(request.errors(), []);
    }
}

#[test]
fn a_microphone_for_a_track_that_has_ended_is_an_invalid_state() {
    let mut request = Request::new(|_, _, _| {});
    let nothing = request.stage.spawn(());
    let microphone = request.stage.spawn((AudioTrack, RequestedWith::new(nothing)));
    request.stage.until_event("the failure", |event| match event {
        Event::Failed(track, error) => {
            assert_eq!((*track, error.name), (microphone, ErrorName::InvalidState));
            Some(())
        }
        _ => None,
    });
}
