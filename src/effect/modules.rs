//! The WGSL modules that effects and passes import.

/// By their names and their text, `camera` last: it is for passes alone.
pub(crate) const MODULES: [(&str, &str); 13] = [
    ("effect", include_str!("../../shaders/effect.wgsl")),
    ("sampling", include_str!("../../shaders/sampling.wgsl")),
    ("input", include_str!("../../shaders/input.wgsl")),
    ("color", include_str!("../../shaders/color.wgsl")),
    ("random", include_str!("../../shaders/random.wgsl")),
    ("sobel", include_str!("../../shaders/sobel.wgsl")),
    ("blur", include_str!("../../shaders/blur.wgsl")),
    ("exact", include_str!("../../shaders/exact.wgsl")),
    ("transfer", include_str!("../../shaders/transfer.wgsl")),
    ("image", include_str!("../../shaders/image.wgsl")),
    ("kept", include_str!("../../shaders/kept.wgsl")),
    ("blend", include_str!("../../shaders/blend.wgsl")),
    ("camera", include_str!("../../shaders/camera.wgsl")),
];
