struct Params {
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return vec4(color.rgb, color.a * saturate(params.amount));
}
