//! The ready-made effects, one small file each.

mod ascii;
mod background;
mod bilateral;
mod bleach_bypass;
mod blend_mode;
mod bloom;
mod box_blur;
mod brightness;
mod bulge;
mod canny;
mod cartoon;
mod choice;
mod chroma_key;
mod chromatic_aberration;
mod color_key;
mod contrast;
mod crop_zoom;
mod crosshatch;
mod crt;
mod curves;
mod daltonize;
mod denoise;
mod digital_glitch;
mod dither;
mod dot_screen;
mod drop_shadow;
mod duotone;
mod edges;
mod emboss;
mod exposure;
mod false_color;
mod film_grain;
mod fisheye;
mod flip;
mod frame_difference;
mod freeze;
mod gamma;
mod gaussian_blur;
mod grayscale;
mod halftone;
mod hexagon_pixelate;
mod hue_rotate;
mod ink;
mod invert;
mod kaleidoscope;
mod kuwahara;
mod lens_distortion;
mod levels;
mod luma_key;
mod lut;
mod mask;
mod median;
mod mirror;
mod motion_blur;
mod motion_detect;
mod night_vision;
mod opacity;
mod perspective;
mod picture_in_picture;
mod pinch;
mod pixelate;
mod posterize;
mod presets;
mod quad_mirror;
mod rgb_split;
mod ripple;
mod rotate;
mod saturation;
mod scanlines;
mod sepia;
mod sharpen;
mod sketch;
mod slit_scan;
mod split_compare;
mod sticker;
mod swirl;
mod technicolor;
mod temperature_tint;
mod temporal_denoise;
mod threshold;
mod tile;
mod tilt_shift;
mod trails;
mod unsharp_mask;
mod vhs;
mod vibrance;
mod vignette;
mod wave;
mod zoom_blur;

use bevy::prelude::*;

pub use ascii::Ascii;
pub use background::{Background, BackgroundFit};
pub use bilateral::Bilateral;
pub use bleach_bypass::BleachBypass;
pub use blend_mode::BlendMode;
pub use bloom::Bloom;
pub use box_blur::BoxBlur;
pub use brightness::Brightness;
pub use bulge::Bulge;
pub use canny::Canny;
pub use cartoon::Cartoon;
pub use chroma_key::ChromaKey;
pub use chromatic_aberration::ChromaticAberration;
pub use color_key::ColorKey;
pub use contrast::Contrast;
pub use crop_zoom::CropZoom;
pub use crosshatch::Crosshatch;
pub use crt::Crt;
pub use curves::{Curves, CurvesChannel};
pub use daltonize::{ColorDeficiency, Daltonize, DaltonizeMode};
pub use denoise::Denoise;
pub use digital_glitch::DigitalGlitch;
pub use dither::Dither;
pub use dot_screen::DotScreen;
pub use drop_shadow::DropShadow;
pub use duotone::Duotone;
pub use edges::Edges;
pub use emboss::Emboss;
pub use exposure::Exposure;
pub use false_color::{FalseColor, FalseColorPalette};
pub use film_grain::FilmGrain;
pub use fisheye::Fisheye;
pub use flip::{Flip, FlipAxis};
pub use frame_difference::FrameDifference;
pub use freeze::Freeze;
pub use gamma::Gamma;
pub use gaussian_blur::GaussianBlur;
pub use grayscale::Grayscale;
pub use halftone::Halftone;
pub use hexagon_pixelate::HexagonPixelate;
pub use hue_rotate::HueRotate;
pub use ink::Ink;
pub use invert::Invert;
pub use kaleidoscope::Kaleidoscope;
pub use kuwahara::Kuwahara;
pub use lens_distortion::{LensDirection, LensDistortion};
pub use levels::Levels;
pub use luma_key::LumaKey;
pub use lut::Lut;
pub use mask::{Mask, MaskChannel};
pub use median::Median;
pub use mirror::{Mirror, MirrorMode};
pub use motion_blur::MotionBlur;
pub use motion_detect::{MotionDetect, MotionDetectMode};
pub use night_vision::NightVision;
pub use opacity::Opacity;
pub use perspective::Perspective;
pub use picture_in_picture::PictureInPicture;
pub use pinch::Pinch;
pub use pixelate::Pixelate;
pub use posterize::Posterize;
pub use presets::PRESETS;
pub use quad_mirror::{QuadMirror, QuadMirrorPart};
pub use rgb_split::RgbSplit;
pub use ripple::Ripple;
pub use rotate::Rotate;
pub use saturation::Saturate;
pub use scanlines::Scanlines;
pub use sepia::Sepia;
pub use sharpen::Sharpen;
pub use sketch::Sketch;
pub use slit_scan::SlitScan;
pub use split_compare::SplitCompare;
pub use sticker::Sticker;
pub use swirl::Swirl;
pub use technicolor::{Technicolor, TechnicolorProcess};
pub use temperature_tint::TemperatureTint;
pub use temporal_denoise::TemporalDenoise;
pub use threshold::Threshold;
pub use tile::Tile;
pub use tilt_shift::TiltShift;
pub use trails::{Trails, TrailsMode};
pub use unsharp_mask::UnsharpMask;
pub use vhs::Vhs;
pub use vibrance::Vibrance;
pub use vignette::Vignette;
pub use wave::Wave;
pub use zoom_blur::ZoomBlur;

use super::EffectPlugin;

/// Registers all ready-made effects. Part of [`ViewfinderPlugins`](crate::ViewfinderPlugins).
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltinEffectsPlugin;

/// Adds the [`EffectPlugin`] of each of these effects.
macro_rules! add_effects {
    ($app:expr, $($effect:ident),* $(,)?) => {
        $($app.add_plugins(EffectPlugin::<$effect>::builtin());)*
    };
}

impl Plugin for BuiltinEffectsPlugin {
    fn build(&self, app: &mut App) {
        add_effects!(
            app,
            Ascii,
            Background,
            Bilateral,
            BleachBypass,
            Bloom,
            BoxBlur,
            Brightness,
            Bulge,
            Canny,
            Cartoon,
            ChromaKey,
            ChromaticAberration,
            ColorKey,
            Contrast,
            CropZoom,
            Crosshatch,
            Crt,
            Curves,
            Daltonize,
            Denoise,
            DigitalGlitch,
            Dither,
            DotScreen,
            DropShadow,
            Duotone,
            Edges,
            Emboss,
            Exposure,
            FalseColor,
            FilmGrain,
            Fisheye,
            Flip,
            FrameDifference,
            Freeze,
            Gamma,
            GaussianBlur,
            Grayscale,
            Halftone,
            HexagonPixelate,
            HueRotate,
            Ink,
            Invert,
            Kaleidoscope,
            Kuwahara,
            LensDistortion,
            Levels,
            LumaKey,
            Lut,
            Mask,
            Median,
            Mirror,
            MotionBlur,
            MotionDetect,
            NightVision,
            Opacity,
            Perspective,
            PictureInPicture,
            Pinch,
            Pixelate,
            Posterize,
            QuadMirror,
            RgbSplit,
            Ripple,
            Rotate,
            Saturate,
            Scanlines,
            Sepia,
            Sharpen,
            Sketch,
            SlitScan,
            SplitCompare,
            Sticker,
            Swirl,
            Technicolor,
            TemperatureTint,
            TemporalDenoise,
            Threshold,
            Tile,
            TiltShift,
            Trails,
            UnsharpMask,
            Vhs,
            Vibrance,
            Vignette,
            Wave,
            ZoomBlur,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::{
        EffectInfo, EffectRegistry, EffectShader,
        wgsl::{Parameters, check, read_builtin_effect},
    };

    fn for_each_effect(mut check: impl FnMut(&EffectInfo)) {
        let mut app = App::new();
        app.add_plugins(BuiltinEffectsPlugin);
        let registry = app.world().resource::<EffectRegistry>();
        assert!(registry.iter().len() >= 14);
        registry.iter().for_each(&mut check);
    }

    #[test]
    fn every_shader_is_that_of_its_effect() {
        for_each_effect(|effect| {
            let EffectShader::Wgsl(text) = effect.shader else {
                panic!("{} isn't in the program", effect.name)
            };
            let mut fields = effect.wgsl_fields();
            for ((_, ty), parameter) in fields.iter_mut().zip(&effect.parameters) {
                // A choice counts its variants.
                *ty = ty.or((!parameter.choices.is_empty()).then_some("u32"));
                assert!(ty.is_some(), "{}.{}", effect.name, parameter.name);
            }
            let parameters = Parameters { fields: &fields, size: effect.parameter_bytes };
            read_builtin_effect(text.into())
                .and_then(|module| check(&module, effect.kind, &parameters))
                .unwrap_or_else(|fault| panic!("{}", fault.in_file(&effect.name)));

            let mut bytes = Vec::new();
            effect.make_default().write_parameters(&mut bytes);
            assert_eq!(bytes.len() as u64, effect.parameter_bytes, "{}", effect.name);
        });
    }

    #[test]
    fn every_default_is_within_its_range() {
        for_each_effect(|effect| {
            let default = effect.make_default();
            let bevy::reflect::ReflectRef::Struct(fields) = default.as_reflect().reflect_ref() else {
                panic!("{} isn't a struct", effect.name)
            };
            for parameter in &effect.parameters {
                let Some(range) = parameter.range else { continue };
                let field = fields.field(parameter.name).expect("it was listed");
                let values = if let Some(value) = field.try_downcast_ref::<f32>() {
                    vec![*value]
                } else if let Some(value) = field.try_downcast_ref::<u32>() {
                    vec![*value as f32]
                } else if let Some(value) = field.try_downcast_ref::<Vec2>() {
                    value.to_array().to_vec()
                } else {
                    panic!("{}.{} has a range but isn't a number", effect.name, parameter.name)
                };
                for value in values {
                    assert!(range.min <= value && value <= range.max, "{}.{}", effect.name, parameter.name);
                }
            }
        });
    }
}
