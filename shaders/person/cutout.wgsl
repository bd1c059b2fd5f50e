struct Params {
    mask: u32,
    threshold: f32,
    softness: f32,
    inversion: f32,
}

fn effect(
    color: vec4<f32>,
    uv: vec2<f32>,
    params: Params,
    context: Context,
    image: texture_2d<f32>,
    info: ImageInfo,
) -> vec4<f32> {
    let opacity = person_opacity(person_at(color.rgb, uv, image, info), params.threshold, params.softness);
    return vec4(color.rgb, color.a * mix(opacity, 1.0 - opacity, saturate(params.inversion)));
}
