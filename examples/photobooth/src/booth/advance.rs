//! The systems that move from phase to phase.

use std::{mem, time::Duration};

use bevy::{
    prelude::*,
    tasks::{AsyncComputeTaskPool, futures::check_ready},
};
use bevy_viewfinder::{effects, photo::Fit, prelude::*};
use photobooth::words::{Key, Words};

use super::{Advanced, Booth, Clip, Layouts, OnScreen, Phase, Shot, Shown};
use crate::{
    clip,
    develop::Negative,
    feed::{Feed, Viewfinder},
    look::Looks,
    mode::Mode,
    picture::scaled_down,
    recording::Recording,
    settings::{Boomerang, Settings},
    sticker::{StickerImages, Stickers, put_on},
};

/// The time to look at a shot that nobody is asked about.
const REST: Duration = Duration::from_millis(1100);
/// The duration of the flash.
const FLASH_FADE: f32 = 0.45;

pub fn plugin(app: &mut App) {
    app.add_systems(Update, (advance, record, wear_look, show_shot, fade).chain().in_set(Advanced));
}

/// Applies the chosen look, except while a photo is being taken, which has the look from before. Some stickers are
/// effects above the look.
fn wear_look(
    booth: Res<Booth>,
    looks: Res<Looks>,
    stickers: Res<Stickers>,
    images: Res<StickerImages>,
    mut worn: Local<(usize, Stickers)>,
    mut track: Query<(&mut EffectStack, &Mirroring), With<Viewfinder>>,
) {
    let Ok((mut stack, mirroring)) = track.single_mut() else { return };
    let look = if matches!(booth.phase, Phase::Exposing) { worn.0 } else { booth.look };
    let now = (look, in_frame(&as_effects(&booth, &stickers), *mirroring));
    if *worn == now {
        return;
    }
    if worn.0 == now.0 && worn.1.have_pictures_of(&now.1) {
        now.1.move_on_stack(&mut stack);
    } else {
        let mut below = looks.stack(look);
        if worn.0 == look {
            // With what a menu has changed.
            below = mem::take(&mut *stack);
            below.retain(|effect| !effect.as_any().is::<effects::Sticker>());
        }
        *stack = now.1.on_stack(below, &images);
    }
    *worn = now;
}

/// The stickers that are effects: all of a clip, and those on faces while shots are taken. Whenever the renderer draws
/// a frame, they are where its faces are.
fn as_effects(booth: &Booth, stickers: &Stickers) -> Stickers {
    if booth.is_filming() {
        stickers.clone()
    } else if booth.is_shooting() {
        stickers.on_faces(true)
    } else {
        Stickers::default()
    }
}

/// Moves from phase to phase.
pub fn advance(
    mut commands: Commands,
    mut booth: ResMut<Booth>,
    words: Res<Words>,
    time: Res<Time<Real>>,
    settings: Res<Settings>,
    layouts: Res<Layouts>,
    track: Query<(Entity, &TrackState, Option<&VideoSettings>), With<Viewfinder>>,
    mirroring: Query<&Mirroring, With<Viewfinder>>,
    stickers: Res<Stickers>,
    windows: Query<&Window>,
    mut images: ResMut<Assets<Image>>,
) {
    let booth = &mut *booth;
    let window = windows.single().map_or(UVec2::splat(1080), Window::physical_size);
    match &mut booth.phase {
        Phase::Ready | Phase::Exposing | Phase::Review => {}
        // Another system ends a clip.
        Phase::Recording(_) if booth.mode == Mode::Clip => {}
        Phase::Counting(timer) => {
            let Ok((track, state, shape)) = track.single() else { return };
            if *state != TrackState::Live {
                booth.clear();
                booth.say(words.text(Key::CameraGone));
            } else if timer.tick(time.delta()).is_finished() {
                // A clip would show the flash.
                booth.flash = if settings.flash && booth.mode != Mode::Clip { 1.0 } else { 0.0 };
                let (now, aspect) = (time.elapsed(), shape.map_or(1.0, VideoSettings::aspect_ratio));
                let recording = |seconds, rate, width| {
                    Phase::Recording(Recording::new(
                        now,
                        Duration::from_secs_f32(seconds),
                        rate,
                        width,
                        aspect,
                    ))
                };
                booth.phase = match booth.mode {
                    Mode::Boomerang => {
                        let Boomerang { seconds, frame_rate, width } = settings.boomerang;
                        recording(seconds, frame_rate, width)
                    }
                    Mode::Clip => {
                        let seconds = settings.clip.seconds;
                        recording(seconds, clip::preview_rate(seconds), clip::PREVIEW_WIDTH)
                    }
                    Mode::Single | Mode::Strip | Mode::Collage | Mode::Gif => {
                        commands.spawn(GrabFrame(track)).observe(keep_photo).observe(lose_photo);
                        Phase::Exposing
                    }
                };
            }
        }
        Phase::Recording(recording) => {
            if let Some(frames) = recording.finish(time.elapsed()) {
                booth.develop(
                    Negative::Recording(frames, loose_on_photo(&stickers, &mirroring)),
                    &settings,
                    window,
                );
            } else if recording.is_stuck(time.elapsed()) {
                booth.clear();
                booth.say(words.text(Key::CameraSilent));
            }
        }
        Phase::Judging(timer) => {
            if timer.tick(time.delta()).is_finished() {
                if booth.clip.is_none() && booth.photos.len() < booth.shots(&layouts, &settings) {
                    booth.count_down(&settings);
                } else {
                    let negative = booth.negative(&layouts, &settings, &words);
                    booth.develop(negative, &settings, window);
                }
            }
        }
        Phase::Developing(task) => {
            if let Some((developed, shown)) = check_ready(task) {
                booth.phase = Phase::Review;
                booth.result = OnScreen::new(shown, &mut images);
                booth.product = developed.product;
                booth.saved = Some(developed.saved.map(|path| path.display().to_string()));
            }
        }
    }
    if let Some(saved) = booth.saving.as_mut().and_then(check_ready) {
        booth.saving = None;
        booth.report(saved, &words);
    }
}

/// Requests the frames of a boomerang, or of a clip's preview.
fn record(
    mut commands: Commands,
    mut booth: ResMut<Booth>,
    time: Res<Time<Real>>,
    track: Query<Entity, With<Viewfinder>>,
) {
    let Phase::Recording(recording) = &mut booth.bypass_change_detection().phase else { return };
    let Ok(track) = track.single() else { return };
    let start = recording.start;
    if let Some(at) = recording.due(time.elapsed()) {
        let options = PhotoOptions::new().canvas(recording.size, Fit::Cover);
        commands
            .spawn((GrabFrame(track), options))
            .observe(move |taken: On<PhotoTaken>, mut booth: ResMut<Booth>| {
                // It may be another recording by now.
                if let Phase::Recording(recording) = &mut booth.phase
                    && recording.start == start
                {
                    recording.add(at, taken.photo.clone());
                }
            })
            .observe(lose_photo);
    }
}

/// Puts the stickers on a photo that aren't there yet.
fn keep_photo(
    taken: On<PhotoTaken>,
    mut booth: ResMut<Booth>,
    stickers: Res<Stickers>,
    track: Query<&Mirroring, With<Viewfinder>>,
) {
    // The guest may have gone back meanwhile.
    if matches!(booth.phase, Phase::Exposing) {
        let (photo, stickers) = (taken.photo.clone(), loose_on_photo(&stickers, &track));
        booth.finishing = Some(AsyncComputeTaskPool::get().spawn(async move {
            let photo = put_on(&photo, &stickers);
            let shown = scaled_down(&photo, UVec2::splat(1280)).to_image();
            Shot::Photo(photo, shown)
        }));
    }
}

/// The stickers that are put on a photo: those on faces were drawn with it.
fn loose_on_photo(stickers: &Stickers, track: &Query<&Mirroring, With<Viewfinder>>) -> Stickers {
    in_frame(&stickers.on_faces(false), track.single().copied().unwrap_or(Mirroring::Off))
}

/// Stickers of the mirror in the frame, which isn't mirrored. Nor are photos.
fn in_frame(stickers: &Stickers, mirroring: Mirroring) -> Stickers {
    if mirroring == Mirroring::Off { stickers.clone() } else { stickers.mirrored() }
}

fn lose_photo(failed: On<PhotoFailed>, mut booth: ResMut<Booth>, words: Res<Words>) {
    if matches!(booth.phase, Phase::Exposing | Phase::Recording(_)) {
        booth.clear();
        warn!("no photo: {}", failed.error);
        booth.say(words.text(Key::NoPhoto));
    }
}

/// Shows a photo once it has its stickers, and a clip once its preview is made.
fn show_shot(mut booth: ResMut<Booth>, settings: Res<Settings>, mut images: ResMut<Assets<Image>>) {
    let finished = booth.bypass_change_detection().finishing.as_mut().and_then(check_ready);
    if let Some(shot) = finished {
        booth.finishing = None;
        let shown = match shot {
            Shot::Photo(photo, image) => {
                booth.photos.push(photo);
                Shown { images: vec![image], animation: None }
            }
            Shot::Clip(file, shown) => {
                let preview = shown.animation.clone().unwrap_or_default();
                booth.clip = Some(Clip { file, preview });
                shown
            }
        };
        booth.changes += 1;
        booth.shot = Some(OnScreen::new(shown, &mut images));
        let time = if settings.approve > 0.0 {
            Duration::from_secs_f32(booth.time_to_judge(&settings))
        } else {
            REST
        };
        booth.phase = Phase::Judging(Timer::new(time, TimerMode::Once));
    }
}

/// Fades the flash and the message.
fn fade(mut booth: ResMut<Booth>, mut feed: ResMut<Feed>, time: Res<Time<Real>>) {
    if let Some(news) = feed.news.take() {
        booth.say(news);
    }
    if booth.flash > 0.0 {
        booth.flash = (booth.flash - time.delta_secs() / FLASH_FADE).max(0.0);
    }
    if let Some((_, timer)) = &mut booth.toast
        && timer.tick(time.delta()).is_finished()
    {
        booth.toast = None;
    }
}
