// The picture's light and shade in the colors of a plasma that flows through it, brightest at a point.

struct Params {
    amount: f32,
    scale: f32,
    point: vec2<f32>,
}

// A turn through the colors, each a cosine a third of a turn from the next.
fn rainbow(turn: f32) -> vec3<f32> {
    return 0.5 + 0.5 * cos(6.2831853 * (vec3(0.0, 0.33, 0.67) + turn));
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let time = context.time;
    let place = (uv - params.point) * vec2(context.size.x / context.size.y, 1.0);
    let wave = place / params.scale;
    let waves = sin(8.0 * wave.x + time)
        + sin(7.0 * wave.y - 1.3 * time)
        + sin(6.0 * (wave.x + wave.y) + 0.7 * time)
        + sin(14.0 * length(wave) - 2.0 * time);
    let light = dot(color.rgb, vec3(0.2126, 0.7152, 0.0722));
    let glow = 0.15 + 1.1 * light + 0.4 * exp(-8.0 * dot(place, place));
    let plasma = (0.25 + 0.75 * rainbow(0.12 * waves + 0.5 * light)) * glow;
    return vec4(mix(color.rgb, plasma, params.amount), color.a);
}
