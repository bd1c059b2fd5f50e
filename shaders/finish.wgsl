// The color that a pass writes to its target.

// For targets of display-encoded values. Outside the frame, which may not fill the target, pixels are transparent.
fn finish(color: vec4<f32>, uv: vec2<f32>) -> vec4<f32> {
    let inside = all(uv >= vec2(0.0)) && all(uv <= vec2(1.0));
    return select(vec4(0.0), color, inside);
}

// For sRGB targets, which encode the values that are written to them.
fn finish_srgb(color: vec4<f32>, uv: vec2<f32>) -> vec4<f32> {
    let shown = finish(color, uv);
    return vec4(decode(shown.rgb), shown.a);
}
