// The matrix of the W3C's Filter Effects, section 7, `sepia()`.

struct Params {
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let brown = vec3(
        dot(color.rgb, vec3(0.393, 0.769, 0.189)),
        dot(color.rgb, vec3(0.349, 0.686, 0.168)),
        dot(color.rgb, vec3(0.272, 0.534, 0.131)),
    );
    return vec4(saturate(mix(color.rgb, brown, saturate(params.amount))), color.a);
}
