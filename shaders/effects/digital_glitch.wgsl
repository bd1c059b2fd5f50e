struct Params {
    amount: f32,
    speed: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let amount = saturate(params.amount);
    let moment = u32(max(params.speed, 0.0) * context.time);
    // Bands of two sizes, some of which jump.
    let wide = random(vec3(u32(max(uv.y, 0.0) * 9.0), 1u, moment));
    let thin = random(vec3(u32(max(uv.y, 0.0) * 48.0), 2u, moment));
    let wide_jump = select(0.0, wide.y - 0.5, wide.x < 0.5 * amount);
    let thin_jump = select(0.0, 0.4 * (thin.y - 0.5), thin.x < 0.35 * amount);
    let jump = wide_jump + thin_jump;
    let aside = vec2(0.5 * amount * jump, 0.0);
    let apart = vec2(amount * (0.006 + 0.12 * abs(jump)), 0.0);
    let here = sample(uv + aside);
    let red = sample(uv + aside + apart);
    let blue = sample(uv + aside - apart);
    return vec4(red.r, here.g, blue.b, here.a);
}
