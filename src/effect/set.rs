//! The ready-made effects, one small file each.

mod box_blur;
mod brightness;
mod bulge;
mod cartoon;
mod choice;
mod chroma_key;
mod contrast;
mod digital_glitch;
mod duotone;
mod edges;
mod emboss;
mod exposure;
mod false_color;
mod film_grain;
mod fisheye;
mod flip;
mod gamma;
mod gaussian_blur;
mod grayscale;
mod halftone;
mod hue_rotate;
mod invert;
mod kaleidoscope;
mod mirror;
mod night_vision;
mod opacity;
mod pinch;
mod pixelate;
mod posterize;
mod rgb_split;
mod ripple;
mod rotate;
mod saturation;
mod scanlines;
mod sepia;
mod sharpen;
mod swirl;
mod temperature_tint;
mod threshold;
mod tile;
mod vibrance;
mod vignette;
mod wave;

use bevy::prelude::*;

pub use box_blur::BoxBlur;
pub use brightness::Brightness;
pub use bulge::Bulge;
pub use cartoon::Cartoon;
pub use chroma_key::ChromaKey;
pub use contrast::Contrast;
pub use digital_glitch::DigitalGlitch;
pub use duotone::Duotone;
pub use edges::Edges;
pub use emboss::Emboss;
pub use exposure::Exposure;
pub use false_color::{FalseColor, Palette};
pub use film_grain::FilmGrain;
pub use fisheye::Fisheye;
pub use flip::{Flip, FlipAxis};
pub use gamma::Gamma;
pub use gaussian_blur::GaussianBlur;
pub use grayscale::Grayscale;
pub use halftone::Halftone;
pub use hue_rotate::HueRotate;
pub use invert::Invert;
pub use kaleidoscope::Kaleidoscope;
pub use mirror::{Mirror, MirrorMode};
pub use night_vision::NightVision;
pub use opacity::Opacity;
pub use pinch::Pinch;
pub use pixelate::Pixelate;
pub use posterize::Posterize;
pub use rgb_split::RgbSplit;
pub use ripple::Ripple;
pub use rotate::Rotate;
pub use saturation::Saturation;
pub use scanlines::Scanlines;
pub use sepia::Sepia;
pub use sharpen::Sharpen;
pub use swirl::Swirl;
pub use temperature_tint::TemperatureTint;
pub use threshold::Threshold;
pub use tile::Tile;
pub use vibrance::Vibrance;
pub use vignette::Vignette;
pub use wave::Wave;

use super::EffectPlugin;

/// Makes all ready-made effects known to the app.
#[derive(Debug, Default)]
pub struct EffectSetPlugin;

/// Adds the [`EffectPlugin`] of each of these effects.
macro_rules! add_effects {
    ($app:expr, $($effect:ident),* $(,)?) => {
        $($app.add_plugins(EffectPlugin::<$effect>::default());)*
    };
}

impl Plugin for EffectSetPlugin {
    fn build(&self, app: &mut App) {
        add_effects!(
            app,
            BoxBlur,
            Brightness,
            Bulge,
            Cartoon,
            ChromaKey,
            Contrast,
            DigitalGlitch,
            Duotone,
            Edges,
            Emboss,
            Exposure,
            FalseColor,
            FilmGrain,
            Fisheye,
            Flip,
            Gamma,
            GaussianBlur,
            Grayscale,
            Halftone,
            HueRotate,
            Invert,
            Kaleidoscope,
            Mirror,
            NightVision,
            Opacity,
            Pinch,
            Pixelate,
            Posterize,
            RgbSplit,
            Ripple,
            Rotate,
            Saturation,
            Scanlines,
            Sepia,
            Sharpen,
            Swirl,
            TemperatureTint,
            Threshold,
            Tile,
            Vibrance,
            Vignette,
            Wave,
        );
    }
}
