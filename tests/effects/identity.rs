//! Parameters at which an effect must leave the picture as it is.

use crate::studio::{Picture, Studio};

/// Each effect that has such parameters, and these.
const IDENTITIES: [&str; 36] = [
    "box_blur:radius=0",
    "brightness:amount=1",
    "bulge:amount=0",
    "cartoon:amount=0",
    "contrast:amount=1",
    "digital_glitch:amount=0",
    "duotone:amount=0",
    "edges:amount=0",
    "emboss:amount=0",
    "exposure:stops=0",
    "false_color:amount=0",
    "film_grain:amount=0",
    "fisheye:amount=0",
    "gamma:gamma=1",
    "gaussian_blur:std_deviation=0",
    "grayscale:amount=0",
    "halftone:amount=0",
    "hue_rotate:angle=0",
    "invert:amount=0",
    "night_vision:amount=0",
    "opacity:amount=1",
    "pinch:amount=0",
    "pixelate:size=1",
    "rgb_split:offset=0",
    "ripple:amplitude=0",
    "rotate:angle=0",
    "saturation:amount=1",
    "scanlines:amount=0",
    "sepia:amount=0",
    "sharpen:amount=0",
    "swirl:angle=0",
    "temperature_tint:temperature=0,tint=0",
    "tile:columns=1,rows=1",
    "vibrance:amount=0",
    "vignette:amount=0",
    "wave:amplitude=0",
];

/// Effects that always do something.
const NEVER: [&str; 6] = ["chroma_key", "flip", "kaleidoscope", "mirror", "posterize", "threshold"];

#[test]
fn an_amount_of_nothing_leaves_the_picture_as_it_is() {
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
        let listed = IDENTITIES.iter().filter(|text| text.split(':').next() == Some(&*effect.name)).count();
        let never = NEVER.contains(&&*effect.name);
        assert_eq!(listed + usize::from(never), 1, "{} is in neither list, or in both", effect.name);
        assert!(!never || effect.parameters.iter().all(|parameter| parameter.name != "amount"));
    }
}
