//! The handle that pauses a file, seeks in it, and lets it be heard.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bevy::prelude::*;

use crate::error::MediaError;

/// Pauses a file that is played as a track, seeks in it, and lets it be heard.
///
/// `FileSource::player`, `WebFileSource::player` and [`PickedFile::player`](crate::file_picker::PickedFile::player)
/// return it. Clones control the same file. It is also a component, for apps that keep it on the track's entity:
///
/// ```no_run
/// # use std::time::Duration;
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{
///     prelude::*,
///     source::{FilePlayer, FileSource},
/// };
///
/// fn setup(mut commands: Commands) {
///     let source = FileSource::new("clip.webm");
///     let player = source.player();
///     commands.spawn((VideoTrack, TrackSource::new(source), player));
/// }
///
/// fn skip(player: Single<&FilePlayer>) {
///     player.seek(player.position() + Duration::from_secs(10));
/// }
/// # bevy::ecs::system::assert_is_system(setup);
/// # bevy::ecs::system::assert_is_system(skip);
/// ```
///
/// The calls return at once, and take effect when the file's next frame is due, at the latest after a twentieth of a
/// second. A track that is started anew, or enabled again after a second, plays from the start, and stays paused if the
/// player is. Its sound is heard once it has a [volume](Self::set_volume).
///
/// After [`TrackEnded`](crate::track::TrackEnded), insert [`VideoTrack`](crate::track::VideoTrack) again to play the
/// file once more. Still images ignore the player.
#[derive(Component, Clone, Debug, Default, Reflect)]
#[reflect(opaque, Component, Clone, Debug, Default)]
pub struct FilePlayer(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    paused: bool,
    /// The number of seeks so far, and of those that were carried out.
    seeks: u64,
    done: u64,
    /// The position of the frame that is shown, or the one that the last seek leads to.
    position: Duration,
    duration: Option<Duration>,
    /// 0 to 1.
    volume: f32,
    sound_error: Option<MediaError>,
}

/// The state that a file has to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orders {
    pub paused: bool,
    /// The position of a new seek.
    pub seek: Option<Duration>,
}

impl FilePlayer {
    /// Shows frames from now on ([`play`](https://html.spec.whatwg.org/multipage/media.html#dom-media-play)).
    pub fn play(&self) {
        self.state().paused = false;
    }

    /// Holds the frame that is shown ([`pause`](https://html.spec.whatwg.org/multipage/media.html#dom-media-pause)).
    pub fn pause(&self) {
        self.state().paused = true;
    }

    /// Whether it is paused ([`paused`](https://html.spec.whatwg.org/multipage/media.html#dom-media-paused)).
    pub fn paused(&self) -> bool {
        self.state().paused
    }

    /// Goes to the frame that is shown at this time from the file's start, also while it is paused. A time after the
    /// end leads to the last frame.
    pub fn seek(&self, position: Duration) {
        let mut state = self.state();
        state.seeks += 1;
        state.position = position;
    }

    /// The time of the frame that is shown, from the file's start, or the one that was sought last
    /// ([`currentTime`](https://html.spec.whatwg.org/multipage/media.html#dom-media-currenttime)).
    pub fn position(&self) -> Duration {
        self.state().position
    }

    /// The file's duration. `None` until it is known: not all formats tell it before the end
    /// ([`duration`](https://html.spec.whatwg.org/multipage/media.html#dom-media-duration)).
    pub fn duration(&self) -> Option<Duration> {
        self.state().duration
    }

    /// Sets the volume of the file's sound, 0 to 1
    /// ([`volume`](https://html.spec.whatwg.org/multipage/media.html#dom-media-volume)). It is 0 at first: a track is
    /// silent, as a camera is. Other values are clamped, and a value that isn't a number is 0.
    ///
    /// Natively the feature `audio` plays the sound of Matroska, WebM, MP4 and QuickTime files (Opus, AAC, MP3, Vorbis,
    /// PCM) on the default output, in step with the frames. A file that is played at another frame rate
    /// (`FileSource::frame_rate`), or without timing (`Playback::EveryFrame`), is silent.
    /// [`sound_error`](Self::sound_error) tells why sound is missing.
    ///
    /// In browsers it is the volume of the `<video>`. Most play sound only after the user has clicked, tapped or
    /// pressed a key in the page. Until then the file stays silent.
    pub fn set_volume(&self, volume: f32) {
        let mut state = self.state();
        state.volume = if volume.is_nan() { 0.0 } else { volume.clamp(0.0, 1.0) };
        state.sound_error = None;
    }

    /// The volume of the file's sound, 0 to 1.
    pub fn volume(&self) -> f32 {
        self.state().volume
    }

    /// The reason why the file isn't heard. `None` if it is, and before it was tried. Its name is
    /// - [`NotFound`](crate::error::ErrorName::NotFound): the file has no sound, or the machine no output;
    /// - [`NotSupported`](crate::error::ErrorName::NotSupported): the codec, or this build, which needs `audio`;
    /// - [`Data`](crate::error::ErrorName::Data): the sound is damaged;
    /// - [`NotReadable`](crate::error::ErrorName::NotReadable): another program has the output, or it failed.
    pub fn sound_error(&self) -> Option<MediaError> {
        self.state().sound_error.clone()
    }

    /// The volume, or 0 once the sound has failed: a new volume is a new try.
    #[cfg(all(feature = "audio", not(target_family = "wasm")))]
    pub(super) fn audible_volume(&self) -> f32 {
        let state = self.state();
        if state.sound_error.is_none() { state.volume } else { 0.0 }
    }

    /// Reports why the file isn't heard.
    #[cfg(not(target_family = "wasm"))]
    pub(super) fn report_sound_error(&self, error: MediaError) {
        self.state().sound_error = Some(error);
    }

    /// The state to follow, for a file that has carried out this number of seeks.
    pub(super) fn orders(&self, seeks: &mut u64) -> Orders {
        let mut state = self.state();
        let is_new = std::mem::replace(seeks, state.seeks) != state.seeks;
        state.done = state.seeks;
        Orders { paused: state.paused, seek: is_new.then_some(state.position) }
    }

    /// Starts at a file's start. Returns the number of seeks that were carried out so far.
    pub(super) fn start(&self, duration: Option<Duration>) -> u64 {
        let mut state = self.state();
        if state.done == state.seeks {
            state.position = Duration::ZERO;
        }
        state.duration = duration;
        state.done
    }

    /// Reports the position of a file that has carried out this number of seeks.
    pub(super) fn report(&self, position: Duration, seeks: u64) {
        let mut state = self.state();
        if state.seeks == seeks {
            state.position = position;
        }
    }

    /// Reports the duration of a file, once it is known.
    pub(super) fn report_duration(&self, duration: Duration) {
        self.state().duration = Some(duration);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_seek_is_carried_out_once_and_its_position_stays_until_then() {
        let player = FilePlayer::default();
        let mut seeks = player.start(None);
        assert_eq!(player.orders(&mut seeks), Orders { paused: false, seek: None });
        let position = Duration::from_secs(3);
        player.clone().seek(position);
        player.report(Duration::from_secs(1), seeks);
        assert_eq!(player.position(), position);
        assert_eq!(player.orders(&mut seeks).seek, Some(position));
        assert_eq!(player.orders(&mut seeks).seek, None);
        player.report(Duration::from_secs(4), seeks);
        assert_eq!(player.position(), Duration::from_secs(4));
    }

    #[test]
    fn a_file_starts_at_its_start_or_where_it_was_sought_before() {
        let player = FilePlayer::default();
        let position = Duration::from_secs(3);
        player.seek(position);
        let mut seeks = player.start(None);
        assert_eq!(player.orders(&mut seeks).seek, Some(position));
        player.report(position, seeks);
        let mut seeks = player.start(None);
        assert_eq!((player.orders(&mut seeks).seek, player.position()), (None, Duration::ZERO));
    }
}
