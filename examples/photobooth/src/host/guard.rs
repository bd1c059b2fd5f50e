//! The guard at the door: taps in the corner, the PIN, one button for everything, and starting over when idle.

use std::time::Duration;

use bevy::{input::keyboard::KeyboardInput, prelude::*, window::PrimaryWindow};
use photobooth::kiosk::{Idle, IdleWatch, PinAnswer, PinGate};

use super::{Away, Host, HostAction, Screen};
use crate::{
    booth::{Booth, Phase},
    settings::Settings,
};

/// The state of the guard.
#[derive(Resource, Debug)]
struct Guard {
    gate: PinGate,
    watch: IdleWatch,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Startup, post)
        .add_observer(enter)
        .add_systems(PreUpdate, press_keys.after(bevy::input::InputSystems))
        .add_systems(Update, (notice_input, watch).chain());
}

fn post(mut commands: Commands, settings: Res<Settings>) {
    let kiosk = &settings.venue.kiosk;
    let idle = if kiosk.enabled || settings.venue.idle_show { kiosk.idle() } else { None };
    let pin = kiosk.pin.clone().filter(|_| kiosk.enabled);
    commands.insert_resource(Guard { gate: PinGate::new(pin), watch: IdleWatch::new(idle) });
}

/// Enters the PIN.
fn enter(action: On<HostAction>, mut guard: ResMut<Guard>, mut host: ResMut<Host>, time: Res<Time<Real>>) {
    let now = time.elapsed();
    let answer = match *action {
        HostAction::Digit(digit) => guard.gate.digit(digit, now),
        HostAction::Erase => guard.gate.erase(now),
        HostAction::Close => guard.gate.close(),
        _ => return,
    };
    show(answer, &mut host);
}

fn show(answer: PinAnswer, host: &mut ResMut<Host>) {
    match answer {
        PinAnswer::Nothing | PinAnswer::Opened => {}
        PinAnswer::Digits(digits) => (host.digits, host.is_wrong) = (digits, false),
        PinAnswer::Wrong { wait } => (host.digits, host.is_wrong, host.wait) = (0, true, wait),
        PinAnswer::Right => host.cover(Screen::Sessions),
        PinAnswer::Closed => {
            (host.digits, host.is_wrong) = (0, false);
            if host.screen == Screen::Pin {
                host.uncover();
            }
        }
    }
}

/// Keys of the host's screens.
fn press_keys(
    mut commands: Commands,
    mut keys: MessageReader<KeyboardInput>,
    host: Res<Host>,
    settings: Res<Settings>,
) {
    if settings.venue.kiosk.one_button && host.screen != Screen::Pin {
        keys.clear();
        return;
    }
    for key in keys.read().filter(|key| key.state.is_pressed() && !key.repeat) {
        let code = if key.key_code == KeyCode::NumpadEnter { KeyCode::Enter } else { key.key_code };
        let action = match (code, host.screen) {
            // Any key ends the show, and does nothing else.
            (_, Screen::Booth | Screen::Show) => continue,
            (KeyCode::Escape, _) => HostAction::Close,
            (KeyCode::ArrowLeft, Screen::Gallery) => HostAction::Turn(-1),
            (KeyCode::ArrowRight, Screen::Gallery) => HostAction::Turn(1),
            (KeyCode::Backspace, Screen::Pin) => HostAction::Erase,
            (code, Screen::Pin) => match digit(code) {
                Some(digit) => HostAction::Digit(digit),
                None => continue,
            },
            (KeyCode::Enter | KeyCode::Space, Screen::Consent) => HostAction::Agree,
            (KeyCode::Enter | KeyCode::Space, Screen::Start) => HostAction::StartOver,
            (KeyCode::Enter | KeyCode::Space, Screen::Copies) => HostAction::Print,
            (KeyCode::Enter | KeyCode::Space, Screen::Idle) => HostAction::StillHere,
            (KeyCode::Enter | KeyCode::Space, Screen::Trouble(_) | Screen::Code | Screen::Printing) => {
                HostAction::Close
            }
            _ => continue,
        };
        commands.trigger(action);
    }
}

fn digit(code: KeyCode) -> Option<u8> {
    const ROWS: [[KeyCode; 10]; 2] = [
        [
            KeyCode::Digit0,
            KeyCode::Digit1,
            KeyCode::Digit2,
            KeyCode::Digit3,
            KeyCode::Digit4,
            KeyCode::Digit5,
            KeyCode::Digit6,
            KeyCode::Digit7,
            KeyCode::Digit8,
            KeyCode::Digit9,
        ],
        [
            KeyCode::Numpad0,
            KeyCode::Numpad1,
            KeyCode::Numpad2,
            KeyCode::Numpad3,
            KeyCode::Numpad4,
            KeyCode::Numpad5,
            KeyCode::Numpad6,
            KeyCode::Numpad7,
            KeyCode::Numpad8,
            KeyCode::Numpad9,
        ],
    ];
    let at = ROWS.iter().find_map(|row| row.iter().position(|key| *key == code))?;
    u8::try_from(at).ok()
}

/// Any key, click or touch shows that somebody is there. Five in the corner open the pad for the PIN.
fn notice_input(
    mut guard: ResMut<Guard>,
    mut host: ResMut<Host>,
    mut away: ResMut<Away>,
    settings: Res<Settings>,
    time: Res<Time<Real>>,
    keys: Res<ButtonInput<KeyCode>>,
    buttons: Res<ButtonInput<MouseButton>>,
    touches: Res<Touches>,
    window: Single<&Window, With<PrimaryWindow>>,
) {
    let clicked = window.cursor_position().filter(|_| buttons.just_pressed(MouseButton::Left));
    let touched = touches.iter_just_pressed().map(|touch| touch.position());
    let taps: Vec<Vec2> = clicked.into_iter().chain(touched).collect();
    if taps.is_empty() && keys.get_just_pressed().next().is_none() {
        return;
    }
    let now = time.elapsed();
    guard.watch.touch(now);
    away.set_if_neq(Away(false));
    if host.screen == Screen::Idle {
        host.uncover();
    }
    for tap in taps {
        let corner = settings.venue.kiosk.corner;
        let is_in_corner = corner.contains(window.size().to_array(), tap.to_array());
        if guard.gate.tap(is_in_corner, now) == PinAnswer::Opened {
            host.cover(Screen::Pin);
            (host.digits, host.is_wrong) = (0, false);
        }
    }
}

/// Starts over when nobody is there, and closes a pad that nobody uses.
fn watch(
    mut commands: Commands,
    mut guard: ResMut<Guard>,
    mut host: ResMut<Host>,
    mut away: ResMut<Away>,
    booth: Res<Booth>,
    time: Res<Time<Real>>,
) {
    let now: Duration = time.elapsed();
    let guard = &mut *guard;
    if guard.gate.is_open() {
        let answer = guard.gate.tick(now);
        if answer != PinAnswer::Nothing {
            show(answer, &mut host);
        }
        let wait = guard.gate.wait(now);
        if host.wait != wait {
            host.wait = wait;
        }
    }
    let is_busy = matches!(booth.phase, Phase::Developing(_)) || booth.is_shooting();
    // At the start nobody is asked.
    let is_start = matches!(host.screen, Screen::Consent | Screen::Start);
    match guard.watch.check(now, is_busy || guard.gate.is_open()) {
        Idle::Asking { seconds } if !is_start && (host.screen, host.idle) != (Screen::Idle, seconds) => {
            host.cover(Screen::Idle);
            host.idle = seconds;
        }
        Idle::Over => {
            away.set_if_neq(Away(true));
            commands.trigger(HostAction::StartOver);
        }
        _ => {}
    }
}
