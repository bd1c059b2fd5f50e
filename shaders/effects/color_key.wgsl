struct Params {
    key_color: vec4<f32>,
    similarity: f32,
    smoothness: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let beyond = distance(color.rgb, params.key_color.rgb) - params.similarity;
    return vec4(color.rgb, color.a * saturate(beyond / max(params.smoothness, 0.0001)));
}
