//! The looks: named stacks of effects.

use bevy::prelude::{AssetServer, Handle, Image, Resource};
use bevy_viewfinder::{effects::*, prelude::*};

use crate::settings::Settings;

/// A look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub name: &'static str,
    effects: fn(EffectStack, &Backgrounds) -> EffectStack,
}

/// The pictures behind the guests.
#[derive(Debug, Clone, Default)]
pub struct Backgrounds {
    beach: Handle<Image>,
    space: Handle<Image>,
    stage: Handle<Image>,
    /// Whether the guests stand in front of a green screen. Otherwise they are found by a model.
    has_green_screen: bool,
}

/// The looks of this booth, in display order.
#[derive(Resource, Debug, Clone, Default)]
pub struct Looks {
    looks: Vec<Look>,
    backgrounds: Backgrounds,
}

impl Looks {
    /// The looks that the settings allow. Those with pictures behind the guests need `assets`.
    pub fn new(assets: Option<&AssetServer>, settings: &Settings) -> Self {
        let load = |name: &str| {
            assets.map_or_else(Handle::default, |assets| assets.load(format!("backgrounds/{name}.png")))
        };
        let (beach, space, stage) = (load("beach"), load("space"), load("stage"));
        let backgrounds = Backgrounds { beach, space, stage, has_green_screen: settings.green_screen };
        let faces = if settings.faces { &FACES[..] } else { &[] };
        let pictures = if assets.is_some() { &PICTURES[..] } else { &[] };
        Self { looks: LOOKS.iter().chain(faces).chain(pictures).copied().collect(), backgrounds }
    }

    pub fn len(&self) -> usize {
        self.looks.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Look> {
        self.looks.iter()
    }

    /// The effects of the look with this index. None for an index without a look.
    pub fn stack(&self, index: usize) -> EffectStack {
        let look = self.looks.get(index);
        look.map_or_else(EffectStack::new, |look| (look.effects)(EffectStack::new(), &self.backgrounds))
    }

    /// The index of the look with this name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.looks.iter().position(|look| look.name == name)
    }
}

/// The looks with pictures behind the guests.
const PICTURES: [Look; 3] = [
    Look { name: "Beach", effects: |stack, backgrounds| backgrounds.behind(stack, &backgrounds.beach) },
    Look { name: "Space", effects: |stack, backgrounds| backgrounds.behind(stack, &backgrounds.space) },
    Look { name: "Stage", effects: |stack, backgrounds| backgrounds.behind(stack, &backgrounds.stage) },
];

impl Backgrounds {
    /// Puts a picture behind the guests.
    fn behind(&self, stack: EffectStack, picture: &Handle<Image>) -> EffectStack {
        let background = Background { image: picture.clone().into(), ..Default::default() };
        if self.has_green_screen {
            stack.with(ChromaKey::default()).with(background)
        } else {
            stack.with(PersonCutout::default()).with(background)
        }
    }
}

/// The looks that follow the faces of the guests.
const FACES: [Look; 2] = [
    Look { name: "Big eyes", effects: |stack, _| stack.with(BigEyes { amount: 0.8, ..Default::default() }) },
    Look { name: "Big head", effects: |stack, _| stack.with(BigHead { amount: 0.5, ..Default::default() }) },
];

/// The looks that need nothing of the settings.
const LOOKS: [Look; 14] = [
    Look { name: "Natural", effects: |stack, _| stack },
    Look {
        name: "Noir",
        effects: |stack, _| {
            stack
                .with(Grayscale::default())
                .with(Contrast { amount: 1.35 })
                .with(FilmGrain { amount: 0.18, ..Default::default() })
                .with(Vignette::default())
        },
    },
    Look {
        name: "Vintage",
        effects: |stack, _| {
            stack
                .with(Sepia { amount: 0.55 })
                .with(TemperatureTint { temperature: 0.25, tint: 0.05 })
                .with(Contrast { amount: 0.88 })
                .with(FilmGrain { amount: 0.12, ..Default::default() })
                .with(Vignette { amount: 0.55, ..Default::default() })
        },
    },
    Look {
        name: "Comic",
        effects: |stack, _| {
            stack.with(Cartoon { outline: 1.6, ..Default::default() }).with(Vibrance { amount: 0.8 })
        },
    },
    Look {
        name: "Bokeh",
        effects: |stack, _| {
            // People are removed before the blur, so that their colors don't spread into it.
            stack
                .with(PersonCutout { inversion: 1.0, threshold: 0.3, ..Default::default() })
                .with(GaussianBlur { std_deviation: 14.0 })
                .with(PersonOverlay::default())
        },
    },
    Look {
        name: "Color pop",
        effects: |stack, _| {
            stack.with(Grayscale::default()).with(Contrast { amount: 1.1 }).with(PersonOverlay::default())
        },
    },
    Look { name: "Newsprint", effects: |stack, _| stack.with(Halftone::default()) },
    Look { name: "Duotone", effects: |stack, _| stack.with(Duotone::default()) },
    Look { name: "Thermal", effects: |stack, _| stack.with(FalseColor::default()) },
    Look { name: "Night", effects: |stack, _| stack.with(NightVision::default()) },
    Look {
        name: "Glitch",
        effects: |stack, _| {
            stack
                .with(DigitalGlitch::default())
                .with(RgbSplit::default())
                .with(Scanlines { amount: 0.25, ..Default::default() })
        },
    },
    Look { name: "Kaleido", effects: |stack, _| stack.with(Kaleidoscope::default()) },
    Look { name: "Twins", effects: |stack, _| stack.with(Mirror::default()) },
    Look { name: "Bulge", effects: |stack, _| stack.with(Bulge { radius: 0.6, ..Default::default() }) },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_have_names_of_their_own_and_all_but_the_first_have_effects() {
        let looks = Looks::new(None, &Settings::default());
        assert_eq!(looks.len(), LOOKS.len() + FACES.len());
        for (index, look) in looks.iter().enumerate() {
            assert_eq!(looks.index_of(look.name), Some(index));
            assert_eq!(looks.stack(index).is_empty(), index == 0, "{}", look.name);
        }
        assert!(looks.stack(99).is_empty());
    }

    #[test]
    fn a_venue_without_faces_has_no_looks_that_follow_them() {
        let looks = Looks::new(None, &Settings { faces: false, ..Settings::default() });
        assert_eq!(looks.len(), LOOKS.len());
        assert!(FACES.iter().all(|look| looks.index_of(look.name).is_none()));
    }
}
