struct Params {
    strength: f32,
    threshold: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal {
    let average = sample_history(uv, context);
    let difference = abs(color - average);
    let most = max(max(difference.r, difference.g), max(difference.b, difference.a));
    let threshold = max(saturate(params.threshold), 0.000001);
    let still = 1.0 - smoothstep(0.5 * threshold, threshold, most);
    // With all of the average, nothing small would ever change again.
    let weight = select(min(saturate(params.strength), 0.98) * still, 0.0, context.delta <= 0.0);
    let mixed = mix(color, average, weight);
    return Temporal(mixed, mixed);
}
