struct Params {
    upper_left: vec2<f32>,
    upper_right: vec2<f32>,
    lower_right: vec2<f32>,
    lower_left: vec2<f32>,
}

fn cross_2d(a: vec2<f32>, b: vec2<f32>) -> f32 {
    return a.x * b.y - a.y * b.x;
}

// Never 0, so that it can be divided by.
fn not_zero(value: f32) -> f32 {
    return select(min(value, -0.0001), max(value, 0.0001), value >= 0.0);
}

// The projective map from a square to a quadrangle: Heckbert, "Fundamentals of Texture Mapping and Image Warping"
// (1989), section 2.2.3.
fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let right = params.upper_right - params.lower_right;
    let left = params.lower_left - params.lower_right;
    let skew = params.upper_left - params.upper_right + params.lower_right - params.lower_left;
    let area = not_zero(cross_2d(right, left));
    let g = cross_2d(skew, left) / area;
    let h = cross_2d(right, skew) / area;
    let across = params.upper_right - params.upper_left + g * params.upper_right;
    let down = params.lower_left - params.upper_left + h * params.lower_left;
    let place = across * uv.x + down * uv.y + params.upper_left;
    return place / not_zero(g * uv.x + h * uv.y + 1.0);
}
