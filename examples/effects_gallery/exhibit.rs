//! The exhibits: every registered effect, and every preset.

use bevy::prelude::*;
use bevy_viewfinder::{
    effect::{EffectKind, EffectRegistry},
    effects::PRESETS,
    prelude::*,
};
use viewfinder_examples::parse_stack;

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

/// The group of an exhibit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    Colors,
    Warps,
    Filters,
    Memories,
    Pictures,
    Luts,
    Presets,
}

impl Group {
    pub const ALL: [Self; 7] =
        [Self::Colors, Self::Warps, Self::Filters, Self::Memories, Self::Pictures, Self::Luts, Self::Presets];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Colors => "Colors",
            Self::Warps => "Warps",
            Self::Filters => "Filters",
            Self::Memories => "Time",
            Self::Pictures => "Pictures",
            Self::Luts => "Looks",
            Self::Presets => "Presets",
        }
    }

    const fn of(kind: EffectKind) -> Self {
        match kind {
            EffectKind::Color => Self::Colors,
            EffectKind::Warp => Self::Warps,
            EffectKind::Spatial { .. } => Self::Filters,
            EffectKind::Temporal => Self::Memories,
            _ => Self::Pictures,
        }
    }
}

/// Effects whose defaults leave the picture as it is, or nearly so, or that need another picture, and what shows them.
const SHOWN_AS: &[(&str, &str)] = &[
    ("background", "mask:image=stickers/heart.png,channel=alpha+background:image=pictures/sunset.png"),
    ("brightness", "brightness:amount=1.4"),
    ("contrast", "contrast:amount=1.6"),
    (
        "drop_shadow",
        "mask:image=stickers/heart.png,channel=alpha+drop_shadow+background:image=pictures/sunset.png",
    ),
    ("exposure", "exposure:stops=-1"),
    ("gamma", "gamma:gamma=1.8"),
    ("hue_rotate", "hue_rotate:angle=150"),
    ("lut", "lut:image=luts/film_print.cube"),
    ("mask", "mask:image=stickers/heart.png,channel=alpha"),
    ("opacity", "opacity:amount=0.4"),
    ("perspective", "perspective:upper_left=0.2/0.1,upper_right=0.8/0.1,lower_right=1/1,lower_left=0/1"),
    ("picture_in_picture", "picture_in_picture:image=pictures/sunset.png"),
    ("saturate", "saturate:amount=2"),
    ("split_compare", "false_color+split_compare"),
    ("sticker", "sticker:image=stickers/sunglasses.png,size=0.5"),
    ("temperature_tint", "temperature_tint:temperature=0.7"),
];

/// The tables of colors in `assets/luts`.
const LUTS: [&str; 6] = ["bleach", "cool", "day_for_night", "film_print", "teal_and_orange", "warm"];

pub fn plugin(app: &mut App) {
    app.init_resource::<Exhibits>().add_systems(PreStartup, collect);
}

fn collect(registry: Res<EffectRegistry>, mut exhibits: ResMut<Exhibits>) {
    let parse = |text: &str| parse_stack(&registry, text).inspect_err(|error| error!("{error}")).ok();
    let effects = registry.iter().filter_map(|effect| {
        let shown_as = SHOWN_AS.iter().find(|(name, _)| *name == effect.name);
        let text = shown_as.map_or(effect.name, |(_, text)| text);
        Some(Exhibit { name: readable(effect.name), group: Group::of(effect.kind), stack: parse(text)? })
    });
    let luts = LUTS.iter().filter_map(|name| {
        let stack = parse(&format!("lut:image=luts/{name}.cube"))?;
        Some(Exhibit { name: readable(name), group: Group::Luts, stack })
    });
    let presets = PRESETS.iter().filter_map(|(name, text)| {
        let stack = registry.read_preset(text).inspect_err(|error| error!("{name}: {error}")).ok()?;
        Some(Exhibit { name: readable(name), group: Group::Presets, stack })
    });
    exhibits.0.extend(effects.chain(luts).chain(presets));
}

/// `gaussian_blur` as `Gaussian blur`, and `crt` as `CRT`.
fn readable(name: &str) -> String {
    let words = name.split('_').enumerate().map(|(index, word)| match word {
        "ascii" | "cctv" | "crt" | "lut" | "rgb" | "vhs" => word.to_uppercase(),
        _ if index > 0 => word.to_owned(),
        _ => {
            let mut letters = word.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
