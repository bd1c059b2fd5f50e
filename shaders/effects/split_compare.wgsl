struct Params {
    position: f32,
    angle: f32,
    line_width: f32,
    line_color: vec4<f32>,
}

fn effect(
    color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context, source: vec4<f32>,
) -> vec4<f32> {
    let along = vec2(cos(radians(params.angle)), sin(radians(params.angle)));
    let whole = dot(abs(along), context.size);
    let position = saturate(params.position);
    // Pixels from the line to here.
    let from_line = dot((uv - 0.5) * context.size, along) - (position - 0.5) * whole;
    let side = mix(source, color, saturate(from_line + 0.5));
    // At the picture's ends there is nothing to be told apart.
    let shown = f32(position > 0.0 && position < 1.0) * saturate(params.line_color.a);
    let line = saturate(0.5 * max(params.line_width, 0.0) + 0.5 - abs(from_line)) * f32(params.line_width > 0.0);
    return saturate(mix(side, vec4(params.line_color.rgb, 1.0), line * shown));
}
