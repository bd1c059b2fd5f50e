struct Params {
    size: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let size = max(params.size, 1.0);
    let middle = (floor(uv * context.size / size) + 0.5) * size;
    // The last square may reach beyond the picture.
    return min(middle, context.size - 0.5) * context.texel;
}
