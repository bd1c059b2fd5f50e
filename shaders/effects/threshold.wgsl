struct Params {
    level: f32,
    softness: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let half_width = 0.5 * max(params.softness, 0.0001);
    let white = smoothstep(params.level - half_width, params.level + half_width, luma(color.rgb));
    return vec4(vec3(white), color.a);
}
