struct Params {
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let gray = luma(color.rgb);
    let strongest = max(color.r, max(color.g, color.b));
    let weakest = min(color.r, min(color.g, color.b));
    let paleness = 1.0 - (strongest - weakest);
    return vec4(saturate(mix(vec3(gray), color.rgb, 1.0 + params.amount * paleness)), color.a);
}
