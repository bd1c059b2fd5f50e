struct Params {
    amount: f32,
    spacing: f32,
    width: f32,
    ink: vec4<f32>,
    paper: vec4<f32>,
}

// How much of a pixel a stroke covers, of those that are this far apart; `along` counts pixels across them.
fn strokes(along: f32, spacing: f32, width: f32) -> f32 {
    let off = abs(along - spacing * round(along / spacing));
    return saturate(0.5 * width + 0.5 - off);
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let place = uv * context.size;
    let spacing = max(params.spacing, 2.0);
    let width = clamp(params.width, 0.0, spacing);
    let bright = saturate(luma(color.rgb));
    // Pixels across the strokes that fall, and across those that rise.
    let falling = (place.x - place.y) * 0.7071068;
    let rising = (place.x + place.y) * 0.7071068;
    // The darker it is, the more sets of strokes there are; each fades in.
    var inked = strokes(rising, spacing, width) * (1.0 - smoothstep(0.75, 0.85, bright));
    inked = max(inked, strokes(falling, spacing, width) * (1.0 - smoothstep(0.52, 0.62, bright)));
    inked = max(inked, strokes(rising + 0.5 * spacing, spacing, width) * (1.0 - smoothstep(0.3, 0.4, bright)));
    inked = max(inked, strokes(falling + 0.5 * spacing, spacing, width) * (1.0 - smoothstep(0.14, 0.22, bright)));
    let drawing = mix(params.paper.rgb, params.ink.rgb, inked);
    return vec4(saturate(mix(color.rgb, drawing, saturate(params.amount))), color.a);
}
