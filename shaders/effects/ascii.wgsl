struct Params {
    amount: f32,
    size: f32,
    color: f32,
    ink: vec4<f32>,
    paper: vec4<f32>,
}

// The dots of a letter, a bit each, from its upper left, row by row; and with the gaps to the right and below.
const LETTER = vec2(5.0, 6.0);
const CELL = vec2(6.0, 8.0);
const LETTERS: u32 = 10u;

// The letters, the thinnest first: of 0 to 18 dots.
fn letter(index: u32) -> u32 {
    var letters = array<u32, 10>(
        // a space
        0x00000000u,
        // .
        0x0c600000u,
        // :
        0x0c6018c0u,
        // +
        0x084f9080u,
        // =
        0x01f003e0u,
        // o
        0x1d18c5c0u,
        // %
        0x019d1173u,
        // 8
        0x1d18ba2eu,
        // @
        0x3c1ef62eu,
        // #
        0x15f52beau,
    );
    return letters[index];
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let dot_size = max(params.size, 4.0) / CELL.y;
    let cell = dot_size * CELL;
    let corner = floor(uv * context.size / cell) * cell;
    // The color of the cell, from four samples.
    let quarter = 0.25 * cell;
    let under = 0.25 * (sample((corner + quarter) * context.texel)
        + sample((corner + vec2(3.0, 1.0) * quarter) * context.texel)
        + sample((corner + vec2(1.0, 3.0) * quarter) * context.texel)
        + sample((corner + 3.0 * quarter) * context.texel));
    let bright = saturate(luma(under.rgb));
    let bits = letter(min(u32(bright * f32(LETTERS)), LETTERS - 1u));

    let place = floor((uv * context.size - corner) / dot_size);
    let index = u32(clamp(place.x + place.y * LETTER.x, 0.0, 31.0));
    let drawn = all(place < LETTER) && ((bits >> index) & 1u) == 1u;
    // A letter can't cover all of its cell, so its color makes up for that.
    let colored = saturate(under.rgb / max(max(under.r, max(under.g, under.b)), 0.0001));
    let ink = mix(params.ink.rgb, mix(under.rgb, colored, 0.5), saturate(params.color));
    let written = mix(params.paper.rgb, ink, select(0.0, 1.0, drawn));
    return vec4(saturate(mix(here.rgb, written, saturate(params.amount))), here.a);
}
