//! The figures of the recording: its time, its size, the free space, and frames that are missing.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::{prelude::*, recorder::RecorderStatistics};

use crate::{
    space::FreeSpace,
    theme::{self, set_shown, set_text},
    types::Types,
};

/// The time for which there should be space left.
const SHORT: Duration = Duration::from_secs(5 * 60);
/// The longest time that is told: beyond it nobody has to look at the disk.
const LONG: Duration = Duration::from_secs(48 * 60 * 60);
/// The free space that is little, whatever is recorded.
const LITTLE: u64 = 500_000_000;

/// The texts.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Time,
    State,
    Size,
    Space,
    Dropped,
    Type,
}

/// The panel of the size, the space and the missing frames.
#[derive(Component, Debug)]
pub struct Panel;

/// The dot that blinks while frames are recorded.
#[derive(Component, Debug)]
pub struct Dot;

pub fn plugin(app: &mut App) {
    app.add_systems(Update, (show, blink));
}

fn show(
    recorder: Single<(&RecorderState, &RecorderStatistics)>,
    space: Res<FreeSpace>,
    types: Res<Types>,
    mut texts: Query<(&Figure, &mut Text, &mut TextColor, &mut Node)>,
    mut panel: Single<&mut Node, (With<Panel>, Without<Figure>)>,
) {
    let (state, figures) = *recorder;
    let mut is_empty = true;
    for (figure, mut text, mut color, mut node) in &mut texts {
        let (said, shade) = match figure {
            Figure::Time => (clock(figures.length), theme::TEXT),
            Figure::State => match state {
                RecorderState::Inactive => (String::new(), theme::MUTED),
                RecorderState::Recording => ("REC".into(), theme::RED),
                RecorderState::Paused => ("PAUSED".into(), theme::AMBER),
            },
            // Browsers tell the size at the end.
            Figure::Size if figures.bytes == 0 => (String::new(), theme::TEXT),
            Figure::Size => (bytes(figures.bytes), theme::TEXT),
            Figure::Space => match space.bytes {
                None => (String::new(), theme::MUTED),
                Some(free) => space_left(free, figures, *state != RecorderState::Inactive),
            },
            Figure::Dropped => (dropped(figures.dropped_frames), theme::AMBER),
            Figure::Type => (types.chosen().map_or("No type", |chosen| chosen.name).to_owned(), theme::TEXT),
        };
        set_text(&mut text, &said);
        color.set_if_neq(TextColor(shade));
        set_shown(&mut node, !said.is_empty());
        let is_on_panel = matches!(figure, Figure::Size | Figure::Space | Figure::Dropped);
        is_empty &= said.is_empty() || !is_on_panel;
    }
    set_shown(&mut panel, !is_empty);
}

fn blink(
    recorder: Single<&RecorderState>,
    time: Res<Time<Real>>,
    mut dot: Single<&mut BackgroundColor, With<Dot>>,
) {
    let is_lit = time.elapsed_secs().fract() < 0.6;
    let color = match *recorder {
        RecorderState::Inactive => theme::MUTED.with_alpha(0.5),
        RecorderState::Recording => theme::RED.with_alpha(if is_lit { 1.0 } else { 0.15 }),
        RecorderState::Paused => theme::AMBER,
    };
    dot.set_if_neq(BackgroundColor(color));
}

/// The free space, and the time for which it lasts once that can be told.
fn space_left(free: u64, figures: &RecorderStatistics, is_active: bool) -> (String, Color) {
    let has_rate = is_active && figures.length >= Duration::from_secs(3) && figures.bytes > 0;
    let left = figures.length.as_secs_f64() * free as f64 / figures.bytes.max(1) as f64;
    let left = (has_rate && left < LONG.as_secs_f64()).then(|| Duration::from_secs_f64(left));
    let is_little = free < LITTLE || left.is_some_and(|left| left < SHORT);
    let shade = if is_little { theme::AMBER } else { theme::MUTED };
    let space = bytes(free);
    (left.map_or_else(|| format!("{space} free"), |left| format!("{space} free, for {}", about(left))), shade)
}

/// A time that is roughly known.
fn about(left: Duration) -> String {
    match left.as_secs() / 60 {
        0 => "less than a minute".into(),
        minutes @ 1..60 => format!("about {minutes} min"),
        minutes => format!("about {} h", minutes / 60),
    }
}

fn dropped(frames: u64) -> String {
    match frames {
        0 => String::new(),
        1 => "1 frame dropped".into(),
        frames => format!("{frames} frames dropped"),
    }
}

/// A time as on a clock: `00:07`, `1:02:03`.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// A size in the units of disks: `824 kB`, `12.3 MB`.
pub fn bytes(bytes: u64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB")];
    let unit = units.into_iter().find(|(unit, _)| bytes as f64 >= *unit);
    match unit {
        Some((unit, name)) if bytes as f64 >= 100.0 * unit => format!("{:.0} {name}", bytes as f64 / unit),
        Some((unit, name)) => format!("{:.1} {name}", bytes as f64 / unit),
        None => format!("{} kB", bytes.div_ceil(1000)),
    }
}
