struct Params {
    shadows: vec4<f32>,
    highlights: vec4<f32>,
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let inks = mix(params.shadows.rgb, params.highlights.rgb, luma(color.rgb));
    return vec4(saturate(mix(color.rgb, inks, saturate(params.amount))), color.a);
}
