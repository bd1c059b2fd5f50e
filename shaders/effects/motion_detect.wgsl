struct Params {
    mode: u32,
    amount: f32,
    threshold: f32,
    adaptation: f32,
    afterglow: f32,
    highlight: vec4<f32>,
}

// The part that is left after a time, given the time for half of it.
fn left_of(seconds: f32, half_life: f32) -> f32 {
    return select(exp2(-seconds / max(half_life, 0.0001)), 0.0, half_life <= 0.0);
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal {
    if context.delta <= 0.0 {
        // Nothing is known of what moves.
        let still = select(color.a, 0.0, params.mode == 1u);
        return Temporal(vec4(color.rgb, mix(color.a, still, saturate(params.amount))), vec4(color.rgb, 0.0));
    }
    // Kept are the still picture, which slowly becomes the present one, and how much moved lately.
    let before = saturate(sample_history(uv, context));
    let apart = abs(color.rgb - before.rgb);
    let change = max(apart.r, max(apart.g, apart.b));
    let threshold = clamp(params.threshold, 0.001, 1.0);
    let moves = smoothstep(threshold, 2.0 * threshold, change);
    let glow = max(moves, before.a * left_of(context.delta, params.afterglow));
    let still = mix(color.rgb, before.rgb, left_of(context.delta, params.adaptation));

    let seen = saturate(params.amount) * glow;
    let tinted = vec4(mix(color.rgb, saturate(params.highlight.rgb), seen * saturate(params.highlight.a)), color.a);
    let cut = vec4(color.rgb, color.a * mix(1.0, glow, saturate(params.amount)));
    return Temporal(select(tinted, cut, params.mode == 1u), vec4(still, glow));
}
