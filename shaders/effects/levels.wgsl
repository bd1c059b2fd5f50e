struct Params {
    in_black: f32,
    in_white: f32,
    gamma: f32,
    out_black: f32,
    out_white: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let stretched = saturate((color.rgb - params.in_black) / max(params.in_white - params.in_black, 0.0001));
    let bent = pow(stretched, vec3(1.0 / max(params.gamma, 0.01)));
    return vec4(saturate(params.out_black + (params.out_white - params.out_black) * bent), color.a);
}
