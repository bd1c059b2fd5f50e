struct Params {
    std_deviation: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    return gaussian(uv, params.std_deviation, context);
}
