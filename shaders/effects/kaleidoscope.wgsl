struct Params {
    center: vec2<f32>,
    segments: u32,
    angle: f32,
}

const TAU: f32 = 6.2831853;

// A place beyond the edges as its mirror image within them.
fn fold(place: vec2<f32>) -> vec2<f32> {
    return 1.0 - abs(1.0 - 2.0 * fract(0.5 * place));
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let shape = vec2(context.size.x / context.size.y, 1.0);
    let place = (uv - params.center) * shape;
    let reach = length(place);
    if reach < 0.0001 {
        return uv;
    }
    let start = radians(params.angle);
    let slices = f32(max(params.segments, 1u));
    // In slices, from the middle of the nearest one, whichever side of it.
    let around = (atan2(place.y, place.x) - start) / TAU * slices;
    let within = abs(around - round(around)) / slices * TAU + start;
    return fold(params.center + reach * vec2(cos(within), sin(within)) / shape);
}
