struct Params {
    image: u32,
    channel: u32,
    amount: f32,
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
    let there = saturate(sample_image(image, info, uv));
    let bright = select(there.a, luma(there.rgb) * there.a, params.channel == 0u);
    let stays = mix(bright, 1.0 - bright, saturate(params.inversion));
    return vec4(color.rgb, color.a * mix(1.0, stays, saturate(params.amount)));
}
