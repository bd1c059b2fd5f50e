// Blending of one color with another: the modes and formulas of the W3C's Compositing and Blending.

// One channel of the upper layer, blended with that of the lower one: `B(Cb, Cs)` of the specification.
fn blend_channel(below: f32, above: f32, mode: u32) -> f32 {
    switch mode {
        case 1u: { // multiply
            return below * above;
        }
        case 2u: { // screen
            return below + above - below * above;
        }
        case 3u: { // overlay
            return hard_light(above, below);
        }
        case 4u: { // darken
            return min(below, above);
        }
        case 5u: { // lighten
            return max(below, above);
        }
        case 6u: { // hard light
            return hard_light(below, above);
        }
        case 7u: { // soft light
            return soft_light(below, above);
        }
        case 8u: { // difference
            return abs(below - above);
        }
        case 9u: { // add
            return min(below + above, 1.0);
        }
        default: { // normal
            return above;
        }
    }
}

fn hard_light(below: f32, above: f32) -> f32 {
    let twice = 2.0 * above;
    if above <= 0.5 {
        return below * twice;
    }
    return below + (twice - 1.0) - below * (twice - 1.0);
}

fn soft_light(below: f32, above: f32) -> f32 {
    if above <= 0.5 {
        return below - (1.0 - 2.0 * above) * below * (1.0 - below);
    }
    var light = sqrt(max(below, 0.0));
    if below <= 0.25 {
        light = ((16.0 * below - 12.0) * below + 4.0) * below;
    }
    return below + (2.0 * above - 1.0) * (light - below);
}

// A color composited on another, both with straight alpha.
fn blend(ground: vec4<f32>, layer: vec4<f32>, mode: u32) -> vec4<f32> {
    let below = saturate(ground);
    let above = saturate(layer);
    let alpha = above.a + below.a * (1.0 - above.a);
    if alpha <= 0.0 {
        return vec4(0.0);
    }
    let mixed = vec3(
        blend_channel(below.r, above.r, mode),
        blend_channel(below.g, above.g, mode),
        blend_channel(below.b, above.b, mode),
    );
    let source = mix(above.rgb, mixed, below.a);
    let color = (above.a * source + (1.0 - above.a) * below.a * below.rgb) / alpha;
    return vec4(saturate(color), alpha);
}
