//! The looks, each a formula from one color to another.

/// Display-encoded red, green and blue, 0 to 1.
pub type Rgb = [f32; 3];

/// A look: the name of its file, its title, and its formula.
pub type Look = (&'static str, &'static str, fn(Rgb) -> Rgb);

/// Entries along each side of the tables.
pub const SIZE: u32 = 17;

pub const LOOKS: [Look; 6] = [
    ("bleach", "Bleach", bleach),
    ("cool", "Cool", cool),
    ("day_for_night", "Day for night", day_for_night),
    ("film_print", "Film print", film_print),
    ("teal_and_orange", "Teal and orange", teal_and_orange),
    ("warm", "Warm", warm),
];

/// Bleach bypass: high contrast, little color.
fn bleach(color: Rgb) -> Rgb {
    let gray = luma(color);
    // The blend mode `overlay` with a gray copy.
    let hard = color.map(|value| match gray {
        dark if dark < 0.5 => 2.0 * dark * value,
        bright => 1.0 - 2.0 * (1.0 - bright) * (1.0 - value),
    });
    saturated(mix(color, hard, 0.75), 0.5)
}

/// Cold light.
fn cool(color: Rgb) -> Rgb {
    saturated(scaled(color, [0.9, 0.99, 1.1]), 0.95)
}

/// Daylight turned into moonlight.
fn day_for_night(color: Rgb) -> Rgb {
    let dark = color.map(|value| 0.62 * value.powf(1.5));
    scaled(saturated(dark, 0.35), [0.6, 0.82, 1.25])
}

/// A film print: soft black and white, greenish shadows, warm highlights.
fn film_print(color: Rgb) -> Rgb {
    let curves = [(0.035, 0.97), (0.045, 0.95), (0.05, 0.9)];
    let mut printed = saturated(color, 1.08);
    for (value, (black, white)) in printed.iter_mut().zip(curves) {
        *value = black + (white - black) * curved(*value, 0.6);
    }
    printed
}

/// Orange highlights and skin, teal shadows.
fn teal_and_orange(color: Rgb) -> Rgb {
    let [red, _, blue] = color;
    let bright = curved(luma(color), 0.5);
    let split = mix([-0.09, 0.02, 0.07], [0.08, -0.01, -0.08], bright);
    let warmth = (red - blue).clamp(-1.0, 1.0);
    let pushed = mix([-0.08, 0.03, 0.05], [0.07, -0.01, -0.05], 0.5 + 0.5 * warmth);
    let toned = [0, 1, 2].map(|part| curved(color[part], 0.3) + split[part] + pushed[part] * warmth.abs());
    // Black and white stay unchanged.
    let ends = 4.0 * luma(color) * (1.0 - luma(color));
    mix(color, toned, ends.clamp(0.0, 1.0).sqrt())
}

/// Warm evening light.
fn warm(color: Rgb) -> Rgb {
    saturated(scaled(color, [1.08, 1.0, 0.84]), 1.08)
}

/// BT.709's luma.
fn luma([red, green, blue]: Rgb) -> f32 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn mix(one: Rgb, other: Rgb, part: f32) -> Rgb {
    [0, 1, 2].map(|channel| one[channel] + part * (other[channel] - one[channel]))
}

fn saturated(color: Rgb, amount: f32) -> Rgb {
    mix([luma(color); 3], color, amount)
}

/// Multiplies each channel by its factor and keeps the luma.
fn scaled(color: Rgb, factors: Rgb) -> Rgb {
    let tinted = [0, 1, 2].map(|channel| color[channel] * factors[channel]);
    let brightness = if luma(tinted) > 0.0 { luma(color) / luma(tinted) } else { 1.0 };
    tinted.map(|value| value * brightness)
}

/// Adds contrast by this share of an S curve.
fn curved(value: f32, amount: f32) -> f32 {
    let value = value.clamp(0.0, 1.0);
    value + amount * (value * value * (3.0 - 2.0 * value) - value)
}

/// The text of the look's `.cube` file.
pub fn cube(title: &str, look: fn(Rgb) -> Rgb) -> Result<String, bevy_viewfinder::error::MediaError> {
    // Four decimals are finer than 8 bits.
    let rounded = |value: f32| (value.clamp(0.0, 1.0) * 1e4).round() / 1e4;
    let table = bevy_viewfinder::effect::CubeLut::from_fn(title, SIZE, |color| look(color).map(rounded))?;
    Ok(table.to_text())
}
