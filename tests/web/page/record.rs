//! The recorders of the test.

use std::time::Duration;

use bevy::{platform::collections::HashMap, prelude::*};
use bevy_viewfinder::recorder::{
    MediaRecorder, PauseRecording, RecordingFile, RequestData, ResumeRecording, StartRecording, StopRecording,
};
use serde::Deserialize;

use crate::report::Report;

/// A command that spawns a recorder and starts it. It replaces an older recorder of the same name.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub track: String,
    /// The name of a microphone.
    #[serde(default)]
    pub audio: Option<String>,
    recorder: String,
    #[serde(default)]
    raw: bool,
    #[serde(default)]
    size: Option<(u32, u32)>,
    #[serde(default)]
    media_type: String,
    /// The time slice, in seconds.
    #[serde(default)]
    slice: Option<f32>,
    /// The name of a download.
    #[serde(default)]
    file: Option<String>,
    /// The browser stores its data while it is made.
    #[serde(default)]
    recoverable: bool,
}

/// A command to a recorder.
#[derive(Deserialize, Debug, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Pause,
    Resume,
    RequestData,
    Stop,
    Despawn,
}

/// The recorders, by name.
#[derive(Resource, Default)]
pub struct Recorders(HashMap<String, Entity>);

impl Recorders {
    pub fn iter(&self) -> impl Iterator<Item = (&str, Entity)> {
        self.0.iter().map(|(name, recorder)| (name.as_str(), *recorder))
    }

    pub fn start(
        &mut self,
        command: Record,
        track: Entity,
        audio: Option<Entity>,
        commands: &mut Commands,
        report: &mut Report,
    ) {
        let Record { recorder: name, raw, size, media_type, slice, file, recoverable, .. } = command;
        let mut recorder = MediaRecorder::new(track).media_type(media_type).effects(!raw);
        recorder.audio = audio;
        recorder.size = size.map(UVec2::from);
        let mut spawned = commands.spawn_empty();
        report.watch_recorder(&mut spawned, &name);
        if let Some(file) = file {
            let file = RecordingFile::new(file);
            spawned.insert(if recoverable { file.recoverable() } else { file });
        }
        let spawned = spawned.insert(recorder).id();
        let mut start = StartRecording::new(spawned);
        start.time_slice = slice.map(Duration::from_secs_f32);
        commands.trigger(start);
        if let Some(older) = self.0.insert(name, spawned) {
            commands.entity(older).despawn();
        }
    }

    pub fn order(&mut self, name: &str, order: Order, commands: &mut Commands) -> Result<(), String> {
        let recorder = *self.0.get(name).ok_or_else(|| format!("there is no recorder {name}"))?;
        match order {
            Order::Pause => commands.trigger(PauseRecording::new(recorder)),
            Order::Resume => commands.trigger(ResumeRecording::new(recorder)),
            Order::RequestData => commands.trigger(RequestData::new(recorder)),
            Order::Stop => commands.trigger(StopRecording::new(recorder)),
            Order::Despawn => {
                self.0.remove(name);
                commands.entity(recorder).despawn();
            }
        }
        Ok(())
    }
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Recorders>();
}
