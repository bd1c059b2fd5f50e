// The transfer function of the W3C's Filter Effects, `contrast()`.

struct Params {
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return vec4(saturate((color.rgb - 0.5) * max(params.amount, 0.0) + 0.5), color.a);
}
