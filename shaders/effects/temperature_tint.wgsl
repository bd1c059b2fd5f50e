struct Params {
    temperature: f32,
    tint: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let gains = vec3(1.0 + 0.25 * params.temperature, 1.0 - 0.2 * params.tint, 1.0 - 0.25 * params.temperature);
    let balanced = color.rgb * max(gains, vec3(0.0));
    // The change in luma by the gains is undone.
    let keep = luma(color.rgb) / max(luma(balanced), 0.0001);
    return vec4(saturate(balanced * keep), color.a);
}
