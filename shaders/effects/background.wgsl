struct Params {
    image: u32,
    fit: u32,
    zoom: f32,
}

fn effect(
    color: vec4<f32>,
    uv: vec2<f32>,
    params: Params,
    context: Context,
    image: texture_2d<f32>,
    info: ImageInfo,
) -> vec4<f32> {
    // Pixels of the picture for one of the image.
    let room = context.size / info.size;
    var scale = vec2(max(room.x, room.y)); // cover
    if params.fit == 1u { // contain
        scale = vec2(min(room.x, room.y));
    } else if params.fit == 2u { // stretch
        scale = room;
    } else if params.fit == 3u { // tile
        scale = vec2(1.0);
    }
    scale *= clamp(params.zoom, 0.01, 100.0);
    var place = (uv - 0.5) * context.size / (info.size * scale) + 0.5;
    var there = vec4(0.0);
    if params.fit == 3u {
        // From the upper left corner.
        let texel = uv * context.size / scale;
        let at = texel - info.size * floor(texel / info.size);
        there = sample_image(image, info, clamp(at, vec2(0.5), info.size - 0.5) / info.size);
    } else if all(place >= vec2(0.0)) && all(place <= vec2(1.0)) {
        there = sample_image(image, info, place);
    }
    return blend(there, color, 0u);
}
