struct Params {
    center: vec2<f32>,
    amplitude: f32,
    wavelength: f32,
    speed: f32,
}

const TAU: f32 = 6.2831853;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let shape = vec2(context.size.x / context.size.y, 1.0);
    let place = (uv - params.center) * shape;
    let reach = max(length(place), 0.0001);
    let wavelength = max(params.wavelength, 0.001);
    let swing = sin(TAU * (reach / wavelength - fract(params.speed * context.time)));
    // The very middle would be torn.
    let push = params.amplitude * swing * smoothstep(0.0, 0.5 * wavelength, reach);
    return uv + place / reach * push / shape;
}
