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
        Saturate,
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
