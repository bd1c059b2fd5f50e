struct Params {
    image: u32,
    position: vec2<f32>,
    size: f32,
    roundness: f32,
    border: f32,
    border_color: vec4<f32>,
    shadow: f32,
    shadow_radius: f32,
    opacity: f32,
}

// How far a place is outside a rectangle with round corners; below 0 inside.
fn outside(place: vec2<f32>, half_size: vec2<f32>, radius: f32) -> f32 {
    let beyond = abs(place) - half_size + radius;
    return length(max(beyond, vec2(0.0))) + min(max(beyond.x, beyond.y), 0.0) - radius;
}

fn effect(
    color: vec4<f32>,
    uv: vec2<f32>,
    params: Params,
    context: Context,
    image: texture_2d<f32>,
    info: ImageInfo,
) -> vec4<f32> {
    let width = max(params.size, 0.0) * context.size.x;
    let opacity = saturate(params.opacity);
    if width <= 0.0 || opacity <= 0.0 {
        return color;
    }
    // In pixels.
    let half_size = 0.5 * vec2(width, width * info.size.y / info.size.x);
    let place = (uv - params.position) * context.size;
    let shorter = min(half_size.x, half_size.y);
    let radius = saturate(params.roundness) * shorter;
    let apart = outside(place, half_size, radius);
    let border = clamp(params.border, 0.0, 1000.0);

    // The shadow falls a little downwards.
    let reach = clamp(params.shadow_radius, 0.0, 1000.0);
    let dropped = outside(place - vec2(0.0, 0.3 * reach), half_size + border, radius + border);
    let beside = saturate(0.5 + apart - border);
    let dark = saturate(params.shadow) * (1.0 - smoothstep(-reach - 0.001, reach, dropped)) * beside;
    let ground = blend(color, vec4(0.0, 0.0, 0.0, dark * opacity), 0u);

    // The frame begins where the image ends.
    let inner = sample_image(image, info, saturate(0.5 + 0.5 * place / max(half_size, vec2(0.0001))));
    let covered = saturate(0.5 - apart);
    let framed = saturate(0.5 + border - apart) - covered;
    let inner_alpha = inner.a * covered;
    let frame_alpha = params.border_color.a * framed;
    let alpha = inner_alpha + frame_alpha;
    let layer = (inner.rgb * inner_alpha + params.border_color.rgb * frame_alpha) / max(alpha, 0.0001);
    return blend(ground, vec4(layer, alpha * opacity), 0u);
}
