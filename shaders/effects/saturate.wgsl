// The matrix of the W3C's Filter Effects, `saturate()`; its weights are rounded more than `grayscale()`'s.

struct Params {
    amount: f32,
}

const LUMA = vec3(0.213, 0.715, 0.072);

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let gray = dot(color.rgb, LUMA);
    return vec4(saturate(mix(vec3(gray), color.rgb, max(params.amount, 0.0))), color.a);
}
