struct Params {
    center: vec2<f32>,
    radius: f32,
    angle: f32,
}

fn turn(place: vec2<f32>, angle: f32) -> vec2<f32> {
    let c = cos(angle);
    let s = sin(angle);
    return vec2(c * place.x - s * place.y, s * place.x + c * place.y);
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let shape = vec2(context.size.x / context.size.y, 1.0);
    let place = (uv - params.center) * shape;
    // 1 in the middle, 0 from the radius on.
    let near = smoothstep(0.0, 1.0, 1.0 - length(place) / max(params.radius, 0.0001));
    return params.center + turn(place, -radians(params.angle) * near) / shape;
}
