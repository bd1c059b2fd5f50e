//! All effects at once, and Bevy's prelude beside this crate's.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::studio::{Picture, Studio};

/// A stack of these effects, with their defaults.
macro_rules! stack_of {
    ($($effect:ident),* $(,)?) => {
        EffectStack::new()$(.with($effect::default()))*
    };
}

/// None of these names is also one of Bevy's prelude: this wouldn't compile.
fn everything() -> EffectStack {
    stack_of!(
        Ascii,
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
        HexagonPixelate,
        HueRotate,
        Ink,
        Invert,
        Kaleidoscope,
        Kuwahara,
        LensDistortion,
        Levels,
        LumaKey,
        Median,
        Mirror,
        MotionBlur,
        NightVision,
        Opacity,
        Perspective,
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
        Swirl,
        Technicolor,
        TemperatureTint,
        Threshold,
        Tile,
        TiltShift,
        UnsharpMask,
        Vhs,
        Vibrance,
        Vignette,
        Wave,
        ZoomBlur,
    )
}

#[test]
fn a_stack_of_everything_is_a_picture() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    let stack = everything();
    assert_eq!(stack.len(), studio.registry().iter().len());
    let photo = studio.shoot(stack);
    assert_eq!(photo.size, UVec2::new(97, 64));
    assert_ne!(photo, scene);
}
