struct Params {
    mask: u32,
    threshold: f32,
    softness: f32,
}

fn effect(
    color: vec4<f32>,
    uv: vec2<f32>,
    params: Params,
    context: Context,
    source: vec4<f32>,
    image: texture_2d<f32>,
    info: ImageInfo,
) -> vec4<f32> {
    let opacity = person_opacity(person_at(source.rgb, uv, image, info), params.threshold, params.softness);
    return vec4(mix(color.rgb, source.rgb, opacity), 1.0);
}
