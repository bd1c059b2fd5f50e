struct Params {
    gamma: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return vec4(pow(saturate(color.rgb), vec3(1.0 / max(params.gamma, 0.01))), color.a);
}
