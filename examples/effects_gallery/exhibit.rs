//! What is on show: every effect that the app knows, and every preset.

use bevy::prelude::*;
use bevy_viewfinder::{
    effect::{EffectKind, EffectRegistry, PRESETS},
    prelude::*,
};

/// All exhibits, effects first.
#[derive(Resource, Debug, Default)]
pub struct Exhibits(pub Vec<Exhibit>);

/// An effect alone, or a preset.
#[derive(Debug)]
pub struct Exhibit {
    /// As people read it.
    pub name: String,
    pub group: Group,
    pub stack: EffectStack,
}

/// What kind of thing an exhibit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    Colors,
    Warps,
    Filters,
    Others,
    Presets,
}

impl Group {
    pub const ALL: [Self; 5] = [Self::Colors, Self::Warps, Self::Filters, Self::Others, Self::Presets];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Colors => "Colours",
            Self::Warps => "Warps",
            Self::Filters => "Filters",
            Self::Others => "Time and pictures",
            Self::Presets => "Presets",
        }
    }

    const fn of(kind: EffectKind) -> Self {
        match kind {
            EffectKind::Color => Self::Colors,
            EffectKind::Warp => Self::Warps,
            EffectKind::Filter { .. } => Self::Filters,
            _ => Self::Others,
        }
    }
}

/// Effects whose defaults leave the picture as it is, or nearly so, and what shows them.
const SHOWN_AS: &[(&str, &str)] = &[
    ("brightness", "brightness:amount=1.4"),
    ("contrast", "contrast:amount=1.6"),
    ("exposure", "exposure:stops=-1"),
    ("gamma", "gamma:gamma=1.8"),
    ("hue_rotate", "hue_rotate:angle=150"),
    ("opacity", "opacity:amount=0.4"),
    ("perspective", "perspective:upper_left=0.2/0.1,upper_right=0.8/0.1,lower_right=1/1,lower_left=0/1"),
    ("saturation", "saturation:amount=2"),
    ("temperature_tint", "temperature_tint:temperature=0.7"),
];

pub fn plugin(app: &mut App) {
    app.init_resource::<Exhibits>().add_systems(PreStartup, collect);
}

fn collect(registry: Res<EffectRegistry>, mut exhibits: ResMut<Exhibits>) {
    let effects = registry.iter().filter_map(|effect| {
        let shown_as = SHOWN_AS.iter().find(|(name, _)| *name == effect.name);
        let text = shown_as.map_or(effect.name.as_str(), |(_, text)| text);
        let stack = registry.parse_stack(text).inspect_err(|error| error!("{error}")).ok()?;
        Some(Exhibit { name: readable(&effect.name), group: Group::of(effect.kind), stack })
    });
    let presets = PRESETS.iter().filter_map(|(name, text)| {
        let stack = registry.read_preset(text).inspect_err(|error| error!("{name}: {error}")).ok()?;
        Some(Exhibit { name: readable(name), group: Group::Presets, stack })
    });
    exhibits.0.extend(effects.chain(presets));
}

/// `gaussian_blur` as `Gaussian blur`.
fn readable(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.map(|letter| if letter == '_' { ' ' } else { letter })).collect()
}
