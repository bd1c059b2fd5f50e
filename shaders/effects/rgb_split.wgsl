struct Params {
    offset: f32,
    angle: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let angle = radians(params.angle);
    let offset = vec2(cos(angle), sin(angle)) * params.offset * context.texel;
    let here = sample(uv);
    let red = sample(uv - offset);
    let blue = sample(uv + offset);
    return vec4(red.r, here.g, blue.b, here.a);
}
