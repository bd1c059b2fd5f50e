// Edge detection, for filters that draw edges.

fn brightness(uv: vec2<f32>) -> f32 {
    return luma(sample(uv).rgb);
}

// The gradient of luma by Sobel's operator: 1 for an edge from black to white.
fn steepness(uv: vec2<f32>, texel: vec2<f32>) -> f32 {
    let upper_left = brightness(uv - texel);
    let lower_right = brightness(uv + texel);
    let upper_right = brightness(uv + vec2(texel.x, -texel.y));
    let lower_left = brightness(uv + vec2(-texel.x, texel.y));
    let left = brightness(uv - vec2(texel.x, 0.0));
    let right = brightness(uv + vec2(texel.x, 0.0));
    let upper = brightness(uv - vec2(0.0, texel.y));
    let lower = brightness(uv + vec2(0.0, texel.y));
    let across = upper_right + 2.0 * right + lower_right - upper_left - 2.0 * left - lower_left;
    let down = lower_left + 2.0 * lower + lower_right - upper_left - 2.0 * upper - upper_right;
    return 0.25 * length(vec2(across, down));
}
