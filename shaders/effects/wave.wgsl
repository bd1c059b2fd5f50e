struct Params {
    amplitude: f32,
    wavelength: f32,
    speed: f32,
}

const TAU: f32 = 6.2831853;

// A place beyond the edges as its mirror image within them.
fn fold(place: f32) -> f32 {
    return 1.0 - abs(1.0 - 2.0 * fract(0.5 * place));
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let phase = uv.y / max(params.wavelength, 0.001) - fract(params.speed * context.time);
    let push = params.amplitude * sin(TAU * phase) * context.size.y / context.size.x;
    return vec2(fold(uv.x + push), uv.y);
}
