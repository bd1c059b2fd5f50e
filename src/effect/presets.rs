//! The built-in presets.

/// The text of a file in `assets/presets`, with its name.
macro_rules! preset {
    ($name:literal) => {
        ($name, include_str!(concat!("../../assets/presets/", $name, ".preset.ron")))
    };
}

/// The built-in presets, each with its name: the texts of the files in `assets/presets`.
/// [`EffectRegistry::read_preset`](crate::effect::EffectRegistry::read_preset) reads them.
pub const PRESETS: [(&str, &str); 16] = [
    preset!("arcade"),
    preset!("blueprint"),
    preset!("cctv"),
    preset!("comic"),
    preset!("dream"),
    preset!("home_video"),
    preset!("newspaper"),
    preset!("night_shift"),
    preset!("noir"),
    preset!("oil_painting"),
    preset!("silent_film"),
    preset!("terminal"),
    preset!("thermal"),
    preset!("toy_town"),
    preset!("vaporwave"),
    preset!("vintage"),
];
