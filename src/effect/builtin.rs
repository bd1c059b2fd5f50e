//! The built-in effects, one file each, and the list of them.

use bevy::prelude::*;

use super::EffectPlugin;

/// Registers the built-in effects. Part of [`ViewfinderPlugins`](crate::ViewfinderPlugins).
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltinEffectsPlugin;

/// Declares the file of each effect, re-exports the effect and the enums of its parameters, and registers it.
macro_rules! effects {
    ($($file:ident::$effect:ident $(with $choice:ident $(and $choices:ident)*)?),* $(,)?) => {
        $(
            mod $file;
            pub use $file::{$effect $(, $choice $(, $choices)*)?};
        )*

        impl Plugin for BuiltinEffectsPlugin {
            fn build(&self, app: &mut App) {
                $(app.add_plugins(EffectPlugin::<$effect>::builtin());)*
            }
        }
    };
}

effects! {
    ascii::Ascii,
    background::Background with BackgroundFit,
    bilateral::Bilateral,
    bleach_bypass::BleachBypass,
    bloom::Bloom,
    box_blur::BoxBlur,
    brightness::Brightness,
    bulge::Bulge,
    canny::Canny,
    cartoon::Cartoon,
    chroma_key::ChromaKey,
    chromatic_aberration::ChromaticAberration,
    color_key::ColorKey,
    contrast::Contrast,
    crop_zoom::CropZoom,
    crosshatch::Crosshatch,
    crt::Crt,
    curves::Curves with CurvesChannel,
    daltonize::Daltonize with ColorDeficiency and DaltonizeMode,
    denoise::Denoise,
    digital_glitch::DigitalGlitch,
    dither::Dither,
    dot_screen::DotScreen,
    drop_shadow::DropShadow,
    duotone::Duotone,
    edges::Edges,
    emboss::Emboss,
    exposure::Exposure,
    false_color::FalseColor with FalseColorPalette,
    film_grain::FilmGrain,
    fisheye::Fisheye,
    flip::Flip with FlipAxis,
    frame_difference::FrameDifference,
    freeze::Freeze,
    gamma::Gamma,
    gaussian_blur::GaussianBlur,
    grayscale::Grayscale,
    halftone::Halftone,
    hexagon_pixelate::HexagonPixelate,
    hue_rotate::HueRotate,
    ink::Ink,
    invert::Invert,
    kaleidoscope::Kaleidoscope,
    kuwahara::Kuwahara,
    lens_distortion::LensDistortion with LensDirection,
    levels::Levels,
    luma_key::LumaKey,
    lut::Lut,
    mask::Mask with MaskChannel,
    median::Median,
    mirror::Mirror with MirrorMode,
    motion_blur::MotionBlur,
    motion_detect::MotionDetect with MotionDetectMode,
    night_vision::NightVision,
    opacity::Opacity,
    perspective::Perspective,
    picture_in_picture::PictureInPicture,
    pinch::Pinch,
    pixelate::Pixelate,
    posterize::Posterize,
    quad_mirror::QuadMirror with QuadMirrorPart,
    rgb_split::RgbSplit,
    ripple::Ripple,
    rotate::Rotate,
    saturate::Saturate,
    scanlines::Scanlines,
    sepia::Sepia,
    sharpen::Sharpen,
    sketch::Sketch,
    slit_scan::SlitScan,
    split_compare::SplitCompare,
    sticker::Sticker,
    swirl::Swirl,
    technicolor::Technicolor with TechnicolorProcess,
    temperature_tint::TemperatureTint,
    temporal_denoise::TemporalDenoise,
    threshold::Threshold,
    tile::Tile,
    tilt_shift::TiltShift,
    trails::Trails with TrailsMode,
    unsharp_mask::UnsharpMask,
    vhs::Vhs,
    vibrance::Vibrance,
    vignette::Vignette,
    wave::Wave,
    zoom_blur::ZoomBlur,
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
            let fields = effect.wgsl_fields();
            for (name, ty) in &fields {
                assert!(ty.is_some(), "{}.{name}", effect.name);
            }
            let parameters = Parameters { fields: &fields, size: effect.parameter_bytes };
            read_builtin_effect(text.into())
                .and_then(|module| check(&module, effect.kind, &parameters))
                .unwrap_or_else(|fault| panic!("{}", fault.in_file(effect.name)));

            let mut bytes = Vec::new();
            effect.make_default().write_parameters(&mut bytes);
            assert_eq!(bytes.len() as u64, effect.parameter_bytes, "{}", effect.name);
        });
    }

    #[test]
    fn every_default_is_within_its_range() {
        for_each_effect(|effect| {
            let default = effect.make_default();
            for parameter in &effect.parameters {
                let Some(range) = parameter.range else { continue };
                let value = default.parameter(parameter.name).expect("it was listed");
                assert!(value.component(0).is_some(), "{}.{} isn't a number", effect.name, parameter.name);
                for value in (0..).map_while(|index| value.component(index)) {
                    assert!(range.min <= value && value <= range.max, "{}.{}", effect.name, parameter.name);
                }
            }
        });
    }
}
