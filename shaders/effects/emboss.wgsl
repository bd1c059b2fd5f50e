struct Params {
    amount: f32,
    angle: f32,
    depth: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let angle = radians(params.angle);
    let light = vec2(cos(angle), sin(angle)) * context.texel;
    // Slopes towards the light are bright.
    let slope = luma(sample(uv - light).rgb) - luma(sample(uv + light).rgb);
    let relief = vec3(0.5 + params.depth * slope);
    return vec4(saturate(mix(here.rgb, relief, saturate(params.amount))), here.a);
}
