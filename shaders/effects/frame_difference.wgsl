struct Params {
    gain: f32,
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal {
    var difference = vec3(0.0);
    if context.delta > 0.0 {
        difference = saturate(abs(color.rgb - sample_history(uv, context).rgb) * max(params.gain, 0.0));
    }
    return Temporal(vec4(mix(color.rgb, difference, saturate(params.amount)), color.a), color);
}
