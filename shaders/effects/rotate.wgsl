struct Params {
    angle: f32,
    zoom: f32,
}

fn turn(place: vec2<f32>, angle: f32) -> vec2<f32> {
    let c = cos(angle);
    let s = sin(angle);
    return vec2(c * place.x - s * place.y, s * place.x + c * place.y);
}

// A place beyond the edges as its mirror image within them.
fn fold(place: vec2<f32>) -> vec2<f32> {
    return 1.0 - abs(1.0 - 2.0 * fract(0.5 * place));
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let shape = vec2(context.size.x / context.size.y, 1.0);
    let place = turn((uv - 0.5) * shape, -radians(params.angle)) / max(params.zoom, 0.001);
    return fold(0.5 + place / shape);
}
