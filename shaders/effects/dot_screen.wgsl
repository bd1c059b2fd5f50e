struct Params {
    amount: f32,
    size: f32,
    angle: f32,
    softness: f32,
}

const TAU: f32 = 6.2831853;

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let angle = radians(params.angle);
    let size = max(params.size, 2.0);
    let place = (uv - 0.5) * context.size;
    let turned = vec2(cos(angle) * place.x + sin(angle) * place.y, cos(angle) * place.y - sin(angle) * place.x);
    // Two waves across each other: how bright a color must be here to be paper. 1 in the middles of the dots.
    let wave = cos(TAU * turned / size);
    let screen = 0.5 + 0.25 * (wave.x + wave.y);
    // At least as soft as a pixel.
    let soft = clamp(0.5 * params.softness, 1.0 / size, 0.5);
    let white = smoothstep(-soft, soft, saturate(luma(color.rgb)) - mix(soft, 1.0 - soft, screen));
    return vec4(saturate(mix(color.rgb, vec3(white), saturate(params.amount))), color.a);
}
