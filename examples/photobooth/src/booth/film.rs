//! The recording of a clip: a recorder beside the frames of the preview.

use bevy::{prelude::*, tasks::AsyncComputeTaskPool};
use bevy_viewfinder::{prelude::*, recorder::RecorderStatistics};
use photobooth::words::{Key, Words};

use super::{Advanced, Booth, Phase, Shot, Shown, advance};
use crate::{
    animation::Animation,
    clip::{self, ClipRecorder},
    feed::Viewfinder,
    mode::Mode,
    settings::Settings,
};

pub fn plugin(app: &mut App) {
    app.add_systems(Update, film.in_set(Advanced).after(advance::advance));
}

/// Starts the recorder, stops it when the clip is long enough, and shows the clip once it is complete.
fn film(
    mut commands: Commands,
    mut booth: ResMut<Booth>,
    words: Res<Words>,
    settings: Res<Settings>,
    time: Res<Time<Real>>,
    track: Query<Entity, With<Viewfinder>>,
    mut recorders: Query<(Entity, &RecorderState, &RecorderStatistics, &mut ClipRecorder)>,
) {
    let booth = booth.bypass_change_detection();
    let recording = match &mut booth.phase {
        Phase::Recording(recording) if booth.mode == Mode::Clip => recording,
        _ => {
            for (recorder, ..) in &recorders {
                commands.entity(recorder).despawn();
            }
            return;
        }
    };
    let Ok((recorder, state, statistics, mut clip)) = recorders.single_mut() else {
        if let Ok(track) = track.single() {
            clip::record(&mut commands, track);
        }
        return;
    };
    let is_long_enough = statistics.length.as_secs_f32() >= settings.clip.seconds;
    if *state == RecorderState::Recording && is_long_enough {
        commands.trigger(StopRecording::new(recorder));
    }
    if let Some(Err(error)) = &clip.result {
        warn!("no clip: {error}");
        booth.clear();
        booth.say(words.text(Key::NoPhoto));
    } else if recording.is_stuck(time.elapsed()) {
        booth.clear();
        booth.say(words.text(Key::CameraSilent));
    } else if clip.result.is_some()
        && let Some(frames) = recording.finish(time.elapsed())
        && let Some(Ok(file)) = clip.result.take()
    {
        booth.phase = Phase::Exposing;
        booth.finishing = Some(AsyncComputeTaskPool::get().spawn(async move {
            let preview = Animation::played(frames);
            let images = preview.frames.iter().map(|(frame, _)| frame.to_image()).collect();
            Shot::Clip(file, Shown { images, animation: Some(preview) })
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        thread,
        time::{Duration, Instant},
    };

    use bevy::tasks::futures::check_ready;
    use bevy_viewfinder::{RecorderPlugin, photo::Photo};

    use super::*;
    use crate::{clip::ClipFile, recording::Recording};

    fn filming(length: Duration) -> Booth {
        let phase = Phase::Recording(Recording::new(Duration::ZERO, length, 10.0, 64, 16.0 / 9.0));
        Booth { mode: Mode::Clip, phase, ..default() }
    }

    /// A booth that records a clip, without a renderer.
    fn app(length: Duration) -> App {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, AssetPlugin::default(), RecorderPlugin))
            .init_asset::<Image>()
            .init_resource::<Words>()
            .init_resource::<Settings>()
            .insert_resource(filming(length))
            .add_systems(Update, film);
        app.world_mut().spawn(Viewfinder);
        app
    }

    fn recorders(app: &mut App) -> usize {
        app.world_mut().query::<&ClipRecorder>().iter(app.world()).count()
    }

    #[test]
    fn a_clip_that_fails_is_told_and_the_booth_is_ready_again() {
        let mut app = app(Duration::from_secs(5));
        app.update();
        // Without a renderer the recorder refuses to start.
        app.update();
        let booth = app.world().resource::<Booth>();
        assert!(matches!(booth.phase, Phase::Ready), "{:?}", booth.phase);
        assert!(booth.toast.as_ref().is_some_and(|(said, _)| said.contains("didn")), "{:?}", booth.toast);
        app.update();
        assert_eq!(recorders(&mut app), 0);
    }

    #[test]
    fn a_clip_that_is_complete_is_shown_and_can_be_kept() {
        let mut app = app(Duration::ZERO);
        let file = ClipFile { bytes: (*b"a clip").into(), media_type: "video/webm" };
        let mut complete = ClipRecorder::default();
        complete.result = Some(Ok(file.clone()));
        app.world_mut().spawn((RecorderState::Inactive, RecorderStatistics::default(), complete));
        app.update();
        let mut booth = app.world_mut().resource_mut::<Booth>();
        let Phase::Recording(recording) = &mut booth.phase else { panic!("frames are missing") };
        for time in [0, 150].map(Duration::from_millis) {
            assert_eq!(recording.due(time), Some(time));
            recording.add(time, Photo::new(UVec2::ONE, [0; 4]));
        }
        let start = Instant::now();
        let shown = loop {
            app.update();
            let mut booth = app.world_mut().resource_mut::<Booth>();
            if let Some(shown) = booth.finishing.as_mut().and_then(check_ready) {
                break shown;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "waited in vain");
            thread::sleep(Duration::from_millis(2));
        };
        let Shot::Clip(kept, shown) = shown else { panic!("a clip") };
        assert_eq!((kept, shown.images.len()), (file, 2));
        app.update();
        assert_eq!(recorders(&mut app), 0, "the recorder has gone");
    }

    #[test]
    fn a_guest_who_goes_back_ends_the_recording() {
        let mut app = app(Duration::from_secs(5));
        let recorder = ClipRecorder::default();
        app.world_mut().spawn((RecorderState::Recording, RecorderStatistics::default(), recorder));
        app.update();
        assert_eq!(recorders(&mut app), 1);
        app.world_mut().resource_mut::<Booth>().clear();
        app.update();
        assert_eq!(recorders(&mut app), 0);
    }
}
