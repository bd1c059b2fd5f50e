//! Parameters at which an effect must not change the frame.

use crate::studio::{Picture, Studio};

/// The effects that have such parameters, with these.
const IDENTITIES: [&str; 76] = [
    "ascii:amount=0",
    "bilateral:std_deviation=0",
    "bleach_bypass:amount=0",
    "bloom:amount=0",
    "box_blur:radius=0",
    "brightness:amount=1",
    "bulge:amount=0",
    "cartoon:amount=0",
    "chromatic_aberration:offset=0",
    "contrast:amount=1",
    "crop_zoom:zoom=1",
    "crosshatch:amount=0",
    "crt:amount=0",
    "curves:black=0,shadows=0.25,midtones=0.5,highlights=0.75,white=1",
    "daltonize:severity=0",
    "denoise:strength=0",
    "digital_glitch:amount=0",
    "dither:amount=0",
    "dot_screen:amount=0",
    "drop_shadow:color=#00000000",
    "duotone:amount=0",
    "edges:amount=0",
    "emboss:amount=0",
    "exposure:stops=0",
    "false_color:amount=0",
    "film_grain:amount=0",
    "fisheye:amount=0",
    "frame_difference:amount=0",
    "freeze:amount=0",
    "gamma:gamma=1",
    "gaussian_blur:std_deviation=0",
    "grayscale:amount=0",
    "halftone:amount=0",
    "hexagon_pixelate:size=1",
    "hue_rotate:angle=0",
    "ink:amount=0",
    "invert:amount=0",
    "kuwahara:radius=0",
    "lens_distortion:radial_a=0,zoom=1",
    "levels:in_black=0,in_white=1",
    "luma_key:min=0,min_smoothness=0",
    "lut:strength=0",
    "mask:amount=0",
    "median:radius=0",
    "motion_blur:distance=0",
    "motion_detect:amount=0",
    "night_vision:amount=0",
    "opacity:amount=1",
    "perspective",
    "picture_in_picture:opacity=0",
    "pinch:amount=0",
    "pixelate:size=1",
    "rgb_split:offset=0",
    "ripple:amplitude=0",
    "rotate:angle=0",
    "saturate:amount=1",
    "scanlines:amount=0",
    "sepia:amount=0",
    "sharpen:amount=0",
    "sketch:amount=0",
    "slit_scan:duration=0",
    "split_compare:position=0",
    "sticker:opacity=0",
    "swirl:angle=0",
    "technicolor:amount=0",
    "temperature_tint:temperature=0,tint=0",
    "temporal_denoise:strength=0",
    "tile:columns=1,rows=1",
    "tilt_shift:std_deviation=0",
    "trails:half_life=0",
    "unsharp_mask:amount=0",
    "vhs:amount=0",
    "vibrance:amount=0",
    "vignette:amount=0",
    "wave:amplitude=0",
    "zoom_blur:strength=0",
];

/// Effects that always change the frame.
const NEVER: [&str; 10] = [
    "background",
    "canny",
    "chroma_key",
    "color_key",
    "flip",
    "kaleidoscope",
    "mirror",
    "posterize",
    "quad_mirror",
    "threshold",
];

#[test]
fn neutral_parameters_do_not_change_the_frame() {
    let scene = Picture::scene();
    let mut studio = Studio::new(&scene);
    for text in IDENTITIES {
        let photo = studio.shoot(studio.stack(text));
        assert!(photo.difference(&scene) <= 1, "{text} is off by {}", photo.difference(&scene));
    }
}

#[test]
fn no_effect_is_left_out() {
    let studio = Studio::new(&Picture::scene());
    for effect in studio.registry().iter() {
        let listed = IDENTITIES.iter().filter(|text| text.split(':').next() == Some(effect.name)).count();
        let never = NEVER.contains(&effect.name);
        assert_eq!(listed + usize::from(never), 1, "{} is in neither list, or in both", effect.name);
        assert!(!never || effect.parameters.iter().all(|parameter| parameter.name != "amount"));
    }
}
