struct Params {
    min: f32,
    min_smoothness: f32,
    max: f32,
    max_smoothness: f32,
}

// How wide a hard edge is; it lies outside, so that black stays where all from 0 is to stay, and white likewise.
const HARD = 0.0001;

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let bright = luma(color.rgb);
    let above = smoothstep(0.0, 1.0, (bright - params.min + HARD) / max(params.min_smoothness, HARD));
    let below = smoothstep(0.0, 1.0, (params.max - bright + HARD) / max(params.max_smoothness, HARD));
    return vec4(color.rgb, saturate(color.a * above * below));
}
