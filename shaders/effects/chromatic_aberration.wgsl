struct Params {
    offset: f32,
    center: vec2<f32>,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    // A corner is half a diagonal away.
    let shift = (uv - params.center) * params.offset / (0.5 * length(context.size));
    let here = sample(uv);
    let red = sample(uv - shift);
    let blue = sample(uv + shift);
    return vec4(red.r, here.g, blue.b, here.a);
}
