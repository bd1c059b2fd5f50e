struct Params {
    mode: u32,
    half_life: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal {
    // With alpha in, so that what is transparent leaves nothing behind.
    let here = vec4(color.rgb * color.a, color.a);
    if context.delta <= 0.0 || params.half_life <= 0.0 {
        return Temporal(color, here);
    }
    // The rest of the frame before.
    let left = exp2(-context.delta / params.half_life);
    let before = saturate(sample_history(uv, context));
    let light = max(here, before * left);
    // At least by this much, or what is faint would never fade: half precision has no smaller steps.
    let apart = before - here;
    let ghosts = here + sign(apart) * max(abs(apart) * left - vec4(0.0005), vec4(0.0));
    let seen = select(ghosts, light, params.mode == 0u);
    return Temporal(vec4(saturate(seen.rgb / max(seen.a, 0.000001)), seen.a), seen);
}
