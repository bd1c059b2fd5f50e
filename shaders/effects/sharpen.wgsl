struct Params {
    amount: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let right = vec2(context.texel.x, 0.0);
    let down = vec2(0.0, context.texel.y);
    let around = sample(uv + right) + sample(uv - right) + sample(uv + down) + sample(uv - down);
    return vec4(saturate(here.rgb + params.amount * (here.rgb - 0.25 * around.rgb)), here.a);
}
