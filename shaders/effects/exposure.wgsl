struct Params {
    stops: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    // 24 doublings make black of white, or white of anything but black.
    let gain = exp2(clamp(params.stops, -24.0, 24.0));
    return vec4(saturate(encode(decode(saturate(color.rgb)) * gain)), color.a);
}
