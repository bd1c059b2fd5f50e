//! Notices above the buttons: a file that was saved, or an error in plain words.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::{
    camera::Viewfinder,
    theme::{self, Fonts, set_shown, set_text},
};

/// How long a notice is shown.
const SHOWN: Duration = Duration::from_secs(12);

/// The last notice.
#[derive(Resource, Debug, Default)]
pub struct Notice {
    title: String,
    detail: String,
    is_warning: bool,
    left: Duration,
}

impl Notice {
    /// Shows a message, with a detail below it.
    pub fn tell(&mut self, title: impl Into<String>, detail: impl Into<String>) {
        *self = Self { title: title.into(), detail: detail.into(), is_warning: false, left: SHOWN };
    }

    /// Shows an error: its cause, and the advice below it.
    pub fn warn(&mut self, error: &MediaError) {
        warn!("{error}");
        let (cause, advice) = parts(&error.message);
        *self = Self { title: cause, detail: advice, is_warning: true, left: SHOWN };
    }

    /// Removes the notice.
    pub fn clear(&mut self) {
        self.left = Duration::ZERO;
    }
}

/// The cause and the advice of a message, as sentences.
pub fn parts(message: &str) -> (String, String) {
    let (cause, advice) = message.split_once("; ").unwrap_or((message, ""));
    // The number of a system error says nothing to people.
    let cause = cause.split_once(" (os error").map_or(cause, |(cause, _)| cause);
    (sentence(cause), sentence(advice))
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[derive(Component, Debug)]
struct Card;
#[derive(Component, Debug)]
struct CardDot;
#[derive(Component, Debug)]
struct CardTitle;
#[derive(Component, Debug)]
struct CardDetail;
/// The notice that there is no camera.
#[derive(Component, Debug)]
struct Banner;
#[derive(Component, Debug)]
struct BannerText;

pub fn plugin(app: &mut App) {
    app.init_resource::<Notice>().add_systems(Update, (show, show_trouble));
}

fn panel() -> impl Bundle {
    (
        Node {
            max_width: percent(100),
            padding: UiRect::axes(px(18), px(11)),
            column_gap: px(12),
            align_items: AlignItems::Center,
            border_radius: BorderRadius::all(px(16)),
            display: Display::None,
            ..default()
        },
        BackgroundColor(theme::INK.with_alpha(0.84)),
        BoxShadow::new(Color::BLACK.with_alpha(0.35), px(0), px(6), px(0), px(22)),
        Pickable::IGNORE,
    )
}

fn dot(color: Color) -> impl Bundle {
    (
        Node { width: px(9), height: px(9), flex_shrink: 0.0, border_radius: BorderRadius::MAX, ..default() },
        BackgroundColor(color),
    )
}

/// Texts below each other that are broken where the window is narrow.
fn column() -> Node {
    Node { flex_direction: FlexDirection::Column, row_gap: px(2), min_width: px(0), ..default() }
}

/// The card of a notice.
pub fn card(fonts: &Fonts) -> impl Bundle + use<> {
    let wrapped = TextLayout::linebreak(LineBreak::WordOrCharacter);
    (
        Card,
        panel(),
        children![
            (CardDot, dot(theme::MINT)),
            (
                column(),
                children![
                    (CardTitle, fonts.bold("", 16.0, theme::TEXT), wrapped),
                    (CardDetail, fonts.medium("", 14.0, theme::MUTED), wrapped),
                ]
            )
        ],
    )
}

/// The banner that says why there is no camera.
pub fn banner(fonts: &Fonts) -> impl Bundle + use<> {
    (
        Banner,
        panel(),
        children![
            dot(theme::AMBER),
            (
                column(),
                children![
                    fonts.bold("No camera: this is a test picture", 15.0, theme::AMBER),
                    (BannerText, fonts.medium("", 14.0, theme::TEXT)),
                ]
            )
        ],
    )
}

fn show(
    mut notice: ResMut<Notice>,
    time: Res<Time<Real>>,
    mut card: Single<&mut Node, With<Card>>,
    mut dot: Single<&mut BackgroundColor, With<CardDot>>,
    mut title: Single<&mut Text, With<CardTitle>>,
    mut detail: Single<(&mut Text, &mut Node), (With<CardDetail>, Without<CardTitle>, Without<Card>)>,
) {
    let notice = notice.bypass_change_detection();
    notice.left = notice.left.saturating_sub(time.delta());
    set_shown(&mut card, !notice.left.is_zero());
    set_text(&mut title, &notice.title);
    let (text, node) = &mut *detail;
    set_text(text, &notice.detail);
    set_shown(node, !notice.detail.is_empty());
    dot.set_if_neq(BackgroundColor(if notice.is_warning { theme::AMBER } else { theme::MINT }));
}

fn show_trouble(
    viewfinder: Single<&Viewfinder>,
    mut banner: Single<&mut Node, With<Banner>>,
    mut text: Single<&mut Text, With<BannerText>>,
) {
    if let Some(trouble) = &viewfinder.trouble {
        let (cause, advice) = parts(trouble);
        let line = if advice.is_empty() { cause } else { format!("{cause}. {advice}.") };
        set_text(&mut text, &line);
    }
    set_shown(&mut banner, viewfinder.trouble.is_some());
}
