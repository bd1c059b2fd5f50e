struct Params {
    amount: f32,
    strength: f32,
    threshold: f32,
    color: vec4<f32>,
    background: vec4<f32>,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let steep = steepness(uv, context.texel);
    // Below half the threshold there is nothing, and from there it comes on softly.
    let kept = smoothstep(0.5, 1.0, steep / max(params.threshold, 0.0001));
    let line = kept * saturate(max(steep - 0.5 * params.threshold, 0.0) * params.strength);
    let drawing = mix(params.background.rgb, params.color.rgb, line);
    return vec4(saturate(mix(here.rgb, drawing, saturate(params.amount))), here.a);
}
