//! The actions on the host's screens.

use bevy::prelude::*;
use photobooth::{trouble::Trouble, words::Words};

use super::{Host, HostAction, Screen, first_screen};
use crate::{action::Action, settings::Settings, sticker::Stickers};

/// A task for the disk, the printer or the network. A page has none of them.
#[derive(Event, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Another guest comes.
    NextGuest,
    /// Lists the pictures.
    List,
    /// Loads the shown picture.
    Load,
    /// Deletes the shown picture.
    Delete,
    /// Prints the result, so many times.
    Print(u32),
    /// Uploads the result.
    Upload,
}

pub fn plugin(app: &mut App) {
    app.add_observer(act);
}

fn act(
    action: On<HostAction>,
    mut commands: Commands,
    mut host: ResMut<Host>,
    mut words: ResMut<Words>,
    settings: Res<Settings>,
    mut stickers: ResMut<Stickers>,
    mut exit: MessageWriter<AppExit>,
) {
    let mut now = host.clone();
    match (*action, host.screen) {
        (HostAction::Agree, Screen::Consent) => {
            now.screen = Screen::Booth;
        }
        (HostAction::Decline, Screen::Consent) => now.screen = Screen::Start,
        (HostAction::StartOver, _) => {
            commands.trigger(Action::Back);
            // They would look for the face of the last guest.
            stickers.0.clear();
            let language = settings.first_language();
            if words.language() != language {
                *words = Words::new(language);
            }
            now.screen = first_screen(&settings);
            (now.code, now.shown, now.digits, now.is_wrong) = (None, None, 0, false);
            commands.trigger(Order::NextGuest);
        }
        (HostAction::Languages, Screen::Booth) => now.cover(Screen::Languages),
        (HostAction::Language(language), _) if settings.venue.languages().contains(&language) => {
            *words = Words::new(language);
            if host.screen == Screen::Languages {
                now.uncover();
            }
        }
        (HostAction::Gallery, Screen::Booth) if host.has_gallery => {
            now.cover(Screen::Gallery);
            (now.at, now.shown) = (0, None);
            commands.trigger(Order::List);
        }
        (HostAction::Turn(step), Screen::Gallery) if !host.pictures.is_empty() => {
            let count = host.pictures.len();
            now.at = (host.at + count).saturating_add_signed(step % count.cast_signed()) % count;
            commands.trigger(Order::Load);
        }
        (HostAction::Delete, Screen::Gallery) if host.at < host.pictures.len() => {
            now.screen = Screen::DeleteQuestion;
        }
        (HostAction::DeleteForGood, Screen::DeleteQuestion) => {
            now.screen = Screen::Gallery;
            commands.trigger(Order::Delete);
        }
        (HostAction::AskCopies, Screen::Booth) if host.has_printer => {
            let is_over = host.left == Some(0);
            now.cover(if is_over { Screen::Trouble(Trouble::PrintLimit) } else { Screen::Copies });
            now.copies = 1;
        }
        (HostAction::Copies(step), Screen::Copies) => {
            let most = host.left.unwrap_or(u32::MAX).min(20);
            now.copies = host.copies.saturating_add_signed(step).clamp(1, most.max(1));
        }
        (HostAction::Print, Screen::Copies) => {
            now.screen = Screen::Printing;
            commands.trigger(Order::Print(host.copies));
        }
        (HostAction::Code, Screen::Booth) if host.code.is_some() => now.cover(Screen::Code),
        (HostAction::Upload, Screen::Booth) => commands.trigger(Order::Upload),
        (HostAction::Upload, Screen::Trouble(Trouble::Upload)) => {
            now.uncover();
            commands.trigger(Order::Upload);
        }
        (HostAction::StillHere, Screen::Idle) => now.uncover(),
        (HostAction::Leave, Screen::Sessions) => {
            exit.write(AppExit::Success);
        }
        (HostAction::Close, Screen::DeleteQuestion) => now.screen = Screen::Gallery,
        (HostAction::Close, Screen::Booth | Screen::Consent | Screen::Start) => {}
        (HostAction::Close, _) => now.uncover(),
        _ => {}
    }
    host.set_if_neq(now);
}
