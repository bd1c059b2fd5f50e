//! The sets that this crate's systems run in.

use bevy::prelude::*;

/// The sets of this crate's systems, for apps to order their own systems by.
///
/// One frame of the app: [`Receive`](Self::Receive) in [`PreUpdate`], the app's own systems in [`Update`], then
/// [`Request`](Self::Request) and [`Show`](Self::Show) in [`PostUpdate`].
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{ViewfinderSystems, prelude::*};
///
/// fn count_live(tracks: Query<&TrackState>) {
///     let live = tracks.iter().filter(|state| **state == TrackState::Live).count();
/// }
/// # let mut app = App::new();
/// // Also sees the tracks that became live in this frame.
/// app.add_systems(PreUpdate, count_live.after(ViewfinderSystems::Receive));
/// ```
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViewfinderSystems {
    /// In [`PreUpdate`]: receives what devices, renderer, browser and dialogs report. Components such as
    /// [`VideoSettings`](crate::constraint::VideoSettings) are updated and events such as
    /// [`TrackLive`](crate::track::TrackLive) are triggered here.
    Receive,
    /// In [`PostUpdate`]: sends what the app asked for in this frame. Captures start, constraints change, photos and
    /// files are requested.
    Request,
    /// In [`PostUpdate`], after [`Request`](Self::Request): sprites, UI nodes and images receive what they show.
    Show,
}
