//! Keys, and the actions that fit the phase. `feed` handles those on the device.

use bevy::{input::keyboard::KeyboardInput, prelude::*};
use bevy_viewfinder::prelude::*;
use photobooth::words::{Key, Words};

use super::{Booth, Curtain, Layouts, Phase};
use crate::{action::Action, feed::Viewfinder, look::Looks, settings::Settings, sticker::Stickers, system};

pub fn plugin(app: &mut App) {
    app.add_observer(act)
        .add_systems(Startup, pick_first_mode)
        .add_systems(PreUpdate, press_keys.after(bevy::input::InputSystems));
}

fn pick_first_mode(mut booth: ResMut<Booth>, settings: Res<Settings>, layouts: Res<Layouts>) {
    booth.pick(settings.modes.first().copied().unwrap_or_default(), &layouts);
}

fn press_keys(
    mut commands: Commands,
    mut keys: MessageReader<KeyboardInput>,
    booth: Res<Booth>,
    curtain: Res<Curtain>,
) {
    if curtain.0 {
        keys.clear();
        return;
    }
    for key in keys.read().filter(|key| key.state.is_pressed()) {
        let action = match key.key_code {
            KeyCode::ArrowLeft => Action::NextLook(-1),
            KeyCode::ArrowRight => Action::NextLook(1),
            // A held key counts once.
            _ if key.repeat => continue,
            KeyCode::Space | KeyCode::Enter | KeyCode::NumpadEnter => match booth.phase {
                Phase::Review => Action::Back,
                Phase::Judging(_) => Action::Keep,
                _ => Action::Shoot,
            },
            KeyCode::KeyR | KeyCode::Backspace => Action::Retake,
            KeyCode::Tab => Action::NextMode,
            KeyCode::KeyL => Action::NextLayout,
            KeyCode::KeyM => Action::Mirror,
            KeyCode::KeyC => Action::NextCamera,
            KeyCode::KeyF if system::HAS_FILE_DIALOG => Action::ChooseFile,
            KeyCode::KeyS => Action::Save,
            KeyCode::Escape => Action::Back,
            _ => continue,
        };
        commands.trigger(action);
    }
}

fn act(
    action: On<Action>,
    words: Res<Words>,
    mut booth: ResMut<Booth>,
    settings: Res<Settings>,
    layouts: Res<Layouts>,
    looks: Res<Looks>,
    mut stickers: ResMut<Stickers>,
    track: Query<&TrackState, With<Viewfinder>>,
) {
    let live = track.single().is_ok_and(|state| *state == TrackState::Live);
    match (*action, &booth.phase) {
        (Action::Shoot, Phase::Ready) if live => {
            booth.clear();
            booth.count_down(&settings);
        }
        (Action::Shoot, Phase::Ready) => booth.say(words.text(Key::NoFrameYet)),
        (Action::Back, Phase::Review) => {
            booth.clear();
            // The next guest has other ideas.
            stickers.0.clear();
        }
        (Action::Back, phase) if !matches!(phase, Phase::Ready | Phase::Developing(_)) => booth.clear(),
        (Action::Keep, Phase::Judging(_)) if booth.is_asking(&settings) => {
            if let Phase::Judging(timer) = &mut booth.phase {
                timer.finish();
            }
        }
        (Action::Retake, Phase::Judging(_)) if booth.is_asking(&settings) => {
            booth.photos.pop();
            booth.clip = None;
            booth.changes += 1;
            booth.count_down(&settings);
        }
        (Action::Mode(mode), Phase::Ready) if settings.modes.contains(&mode) => booth.pick(mode, &layouts),
        (Action::NextMode, Phase::Ready) => {
            let at = settings.modes.iter().position(|mode| *mode == booth.mode).map_or(0, |at| at + 1);
            let next = settings.modes.iter().cycle().nth(at).copied();
            booth.pick(next.unwrap_or_default(), &layouts);
        }
        (Action::Layout(layout), Phase::Ready)
            if layouts
                .0
                .get(layout)
                .is_some_and(|template| Some(template.layout.kind) == booth.mode.kind()) =>
        {
            booth.layout = layout;
            booth.changes += 1;
        }
        (Action::NextLayout, Phase::Ready) => {
            let of_kind = |at: &usize| {
                layouts.0.get(*at).is_some_and(|template| Some(template.layout.kind) == booth.mode.kind())
            };
            let count = layouts.0.len();
            let next = (1..=count).map(|step| (booth.layout + step) % count).find(of_kind);
            if let Some(next) = next {
                booth.layout = next;
                booth.changes += 1;
            }
        }
        (Action::Sticker(picture), Phase::Ready) => {
            let fits = stickers.add(picture);
            if !fits {
                booth.say(words.text(Key::NoMoreStickers));
            }
        }
        (Action::Look(look), phase) if !matches!(phase, Phase::Review) => {
            booth.look = look.min(looks.len().saturating_sub(1));
        }
        (Action::NextLook(step), phase) if !matches!(phase, Phase::Review) => {
            booth.look = (booth.look + looks.len()).saturating_add_signed(step) % looks.len().max(1);
        }
        (Action::Save, Phase::Review) => booth.save(&settings),
        _ => {}
    }
}
