struct Params {
    center: vec2<f32>,
    radius: f32,
    amount: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    return scale_area(uv, params.center, params.radius, -0.75 * saturate(params.amount), context);
}
