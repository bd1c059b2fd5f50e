struct Params {
    duration: f32,
    angle: f32,
    line_color: vec4<f32>,
}

// Half of the line's width, in pixels.
const LINE = 1.0;

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal {
    if params.duration <= 0.0 || context.delta <= 0.0 {
        return Temporal(color, color);
    }
    let along = vec2(cos(radians(params.angle)), sin(radians(params.angle)));
    // The whole way of the line in pixels, and where on it this pixel lies.
    let whole = dot(abs(along), context.size);
    let place = dot((uv - 0.5) * context.size, along) / whole + 0.5;
    let position = fract(context.time / params.duration);
    // How far the line is ahead of the pixel, and how far it went since the frame before: one pixel more, so that none
    // is left out between two frames.
    let behind = fract(position - place);
    let gone = max(context.time - context.previous_time, 0.0) / params.duration + 1.0 / whole;
    let renewed = behind <= gone;
    let seen = select(sample_history(uv, context), color, renewed);
    let line = saturate(LINE + 0.5 - abs(position - place) * whole) * saturate(params.line_color.a);
    return Temporal(saturate(mix(seen, vec4(params.line_color.rgb, 1.0), line)), seen);
}
