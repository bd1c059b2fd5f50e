struct Params {
    image: u32,
    position: vec2<f32>,
    size: f32,
    rotation: f32,
    opacity: f32,
    blend_mode: u32,
}

fn effect(
    color: vec4<f32>,
    uv: vec2<f32>,
    params: Params,
    context: Context,
    image: texture_2d<f32>,
    info: ImageInfo,
) -> vec4<f32> {
    // In pixels from the sticker's middle, and turned as it is.
    let offset = (uv - params.position) * context.size;
    let angle = radians(params.rotation);
    let turned = vec2(
        cos(angle) * offset.x + sin(angle) * offset.y,
        cos(angle) * offset.y - sin(angle) * offset.x,
    );
    let width = max(params.size, 0.0) * context.size.x;
    let size = vec2(width, width * info.size.y / info.size.x);
    let place = turned / max(size, vec2(0.0001)) + 0.5;
    // How much of the pixel the sticker covers, at its edges.
    let covered = saturate((0.5 - abs(place - 0.5)) * size + 0.5);
    let sticker = sample_image(image, info, saturate(place));
    let alpha = sticker.a * covered.x * covered.y * saturate(params.opacity);
    if width <= 0.0 || alpha <= 0.0 {
        return color;
    }
    return blend(color, vec4(sticker.rgb, alpha), params.blend_mode);
}
