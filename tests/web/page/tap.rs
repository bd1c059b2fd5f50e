//! The taps of the test.

use bevy::{platform::collections::HashMap, prelude::*};
use bevy_viewfinder::prelude::*;
use serde::Deserialize;

use crate::{browser, report::Report};

/// A command for a tap. It replaces an older tap of the same name.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Tap {
    pub track: String,
    tap: String,
    #[serde(default)]
    luma: bool,
    #[serde(default)]
    raw: bool,
    #[serde(default)]
    size: Option<(u32, u32)>,
}

/// The taps, by name.
#[derive(Resource, Default)]
pub struct Taps(HashMap<String, Entity>);

impl Taps {
    pub fn iter(&self) -> impl Iterator<Item = (&str, Entity)> {
        self.0.iter().map(|(name, tap)| (name.as_str(), *tap))
    }

    pub fn spawn(&mut self, command: Tap, track: Entity, commands: &mut Commands, report: &mut Report) {
        let Tap { tap: name, luma, raw, size, .. } = command;
        let mut tap = if luma { PixelTap::luma(track) } else { PixelTap::rgba(track) }.effects(!raw);
        tap.size = size.map(UVec2::from);
        let mut spawned = commands.spawn(tap);
        report.watch_tap(&mut spawned, &name);
        let spawned = spawned.id();
        if let Some(older) = self.0.insert(name, spawned) {
            commands.entity(older).despawn();
        }
    }

    pub fn remove(&mut self, name: &str) -> Result<Entity, String> {
        self.0.remove(name).ok_or_else(|| format!("there is no tap {name}"))
    }

    /// Writes the newest frame of a tap to the pixels of photos, under the tap's name.
    pub fn publish(&self, name: String, commands: &mut Commands) -> Result<(), String> {
        let tap = *self.0.get(&name).ok_or_else(|| format!("there is no tap {name}"))?;
        commands.queue(move |world: &mut World| {
            let frame = world.get::<TapFrames>(tap).and_then(TapFrames::latest);
            match frame.map(|frame| (frame.size, frame.to_rgba())) {
                Some((size, Ok(rgba))) => browser::publish_pixels(&name, size, &rgba),
                Some((_, Err(error))) => world.resource_mut::<Report>().refuse(&name, error.to_string()),
                None => world.resource_mut::<Report>().refuse(&name, "there is no frame yet".to_owned()),
            }
        });
        Ok(())
    }
}

pub fn plugin(app: &mut App) {
    app.init_resource::<Taps>();
}
