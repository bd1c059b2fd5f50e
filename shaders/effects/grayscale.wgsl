// The matrix of the W3C's Filter Effects, `grayscale()`.

struct Params {
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let gray = luma(color.rgb);
    return vec4(saturate(mix(color.rgb, vec3(gray), saturate(params.amount))), color.a);
}
