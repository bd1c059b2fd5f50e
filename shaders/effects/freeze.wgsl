struct Params {
    amount: f32,
    interval: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal {
    let amount = saturate(params.amount);
    var renew = amount <= 0.0 || context.delta <= 0.0;
    if params.interval > 0.0 {
        renew |= floor(context.time / params.interval) != floor(context.previous_time / params.interval);
    }
    let held = select(sample_history(uv, context), color, renew);
    return Temporal(mix(color, held, amount), held);
}
