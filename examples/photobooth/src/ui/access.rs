//! Screen readers: a name for each node, and announcements of what happens.
//!
//! Bevy hands the nodes to the system's screen reader. A page has no such tree: its announcements alone are in the
//! document.

mod announcement;
#[cfg(not(target_family = "wasm"))]
mod name;
#[cfg(target_family = "wasm")]
mod page;
mod picture;
#[cfg(not(target_family = "wasm"))]
mod reader;

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use photobooth::words::Words;

use super::mirror::status_of;
use crate::{
    booth::{Advanced, Booth, Layouts},
    feed::{Feed, Viewfinder},
    host::Host,
    settings::Settings,
};
use announcement::{Announcement, announcement};

pub use picture::Shows;

/// The last announcement.
#[derive(Resource, Debug, Default)]
struct Announced(Announcement);

pub fn plugin(app: &mut App) {
    app.init_resource::<Announced>().add_systems(Update, announce.after(Advanced));
    #[cfg(not(target_family = "wasm"))]
    app.add_plugins(reader::plugin);
    #[cfg(target_family = "wasm")]
    app.add_plugins(page::plugin);
}

fn announce(
    mut announced: ResMut<Announced>,
    booth: Res<Booth>,
    host: Res<Host>,
    feed: Res<Feed>,
    words: Res<Words>,
    settings: Res<Settings>,
    layouts: Res<Layouts>,
    track: Query<&TrackState, With<Viewfinder>>,
) {
    let status = status_of(&booth, &words, booth.shots(&layouts, &settings), track.single().ok());
    let now = announcement(&booth, &host, feed.trouble, &status, &words, &settings);
    if announced.0 != now {
        announced.0 = now;
    }
}
