struct Params {
    amount: f32,
    std_deviation: f32,
    threshold: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let around = gaussian(uv, params.std_deviation, context);
    if context.pass_index == 0u {
        return around;
    }
    let here = sample_original(uv);
    let detail = here.rgb - around.rgb;
    let counts = abs(luma(detail)) >= params.threshold;
    return vec4(saturate(here.rgb + select(0.0, params.amount, counts) * detail), here.a);
}
