//! The microphones of the test.

use bevy::prelude::*;
use bevy_viewfinder::{constraint::AudioConstraintSet, device::DeviceId, prelude::*};
use serde::Deserialize;

/// A command that spawns a microphone. It replaces an older track of the same name.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Microphone {
    pub track: String,
    #[serde(default)]
    pub constraints: Constraints,
    /// The name of a camera's track that is spawned in the same frame, and requested with it.
    #[serde(default)]
    pub camera: Option<String>,
    /// Whether the camera goes on without the microphone.
    #[serde(default)]
    pub optional: bool,
}

#[derive(Deserialize, Debug, Default)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Constraints {
    device_id: Option<String>,
    channel_count: Option<u32>,
    echo_cancellation: Option<bool>,
}

/// Each constraint is required.
impl From<Constraints> for AudioConstraints {
    fn from(asked: Constraints) -> Self {
        let mut basic = AudioConstraintSet::new();
        basic.device_id.exact.extend(asked.device_id.map(DeviceId));
        basic.channel_count.exact = asked.channel_count;
        basic.echo_cancellation.exact = asked.echo_cancellation;
        Self { basic, advanced: Vec::new() }
    }
}
