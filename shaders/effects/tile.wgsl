struct Params {
    columns: u32,
    rows: u32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    return fract(uv * vec2<f32>(max(vec2(params.columns, params.rows), vec2(1u))));
}
