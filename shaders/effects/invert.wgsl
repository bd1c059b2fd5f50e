// The transfer function of the W3C's Filter Effects, `invert()`.

struct Params {
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let amount = saturate(params.amount);
    return vec4(saturate(amount + color.rgb * (1.0 - 2.0 * amount)), color.a);
}
