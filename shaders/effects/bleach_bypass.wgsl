struct Params {
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    // Dark silver multiplies, bright silver screens: the blend mode that is called overlay.
    let silver = saturate(luma(color.rgb));
    let dark = 2.0 * silver * color.rgb;
    let bright = 1.0 - 2.0 * (1.0 - silver) * (1.0 - color.rgb);
    let laid = select(bright, dark, silver < 0.5);
    return vec4(saturate(mix(color.rgb, laid, saturate(params.amount))), color.a);
}
