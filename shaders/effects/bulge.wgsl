struct Params {
    center: vec2<f32>,
    radius: f32,
    amount: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let shape = vec2(context.size.x / context.size.y, 1.0);
    let reach = length((uv - params.center) * shape) / max(params.radius, 0.0001);
    // 1 in the middle, 0 from the radius on, level at both.
    let near = saturate(1.0 - reach * reach);
    return params.center + (uv - params.center) * (1.0 - 0.75 * saturate(params.amount) * near * near);
}
