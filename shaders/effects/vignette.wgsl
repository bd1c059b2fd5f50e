struct Params {
    amount: f32,
    radius: f32,
    softness: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let shape = vec2(context.size.x / context.size.y, 1.0);
    // 0 in the middle, 1 in the corners.
    let reach = length((uv - 0.5) * shape) / length(0.5 * shape);
    let shade = smoothstep(params.radius, params.radius + max(params.softness, 0.0001), reach);
    return vec4(color.rgb * (1.0 - saturate(params.amount) * shade), color.a);
}
