struct Params {
    center: vec2<f32>,
    zoom: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let part = 1.0 / max(params.zoom, 1.0);
    let middle = clamp(params.center, vec2(0.5 * part), vec2(1.0 - 0.5 * part));
    return middle + (uv - 0.5) * part;
}
