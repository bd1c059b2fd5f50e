struct Params {
    levels: u32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let levels = f32(max(params.levels, 2u));
    let step = min(floor(color.rgb * levels), vec3(levels - 1.0));
    return vec4(saturate(step / (levels - 1.0)), color.a);
}
