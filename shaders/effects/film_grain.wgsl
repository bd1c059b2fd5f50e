struct Params {
    amount: f32,
    size: f32,
}

const FRAMES_PER_SECOND = 24.0;

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let place = vec2<u32>(max(uv, vec2(0.0)) * context.size / max(params.size, 1.0));
    let frame = u32(context.time * FRAMES_PER_SECOND);
    let drawn = random(vec3(place, frame));
    // Three lots together are near to the normal distribution; -1 to 1.
    let grain = (drawn.x + drawn.y + drawn.z) / 1.5 - 1.0;
    // Film is grainiest in its middle tones.
    let gray = luma(color.rgb);
    let room = 0.35 + 2.6 * gray * (1.0 - gray);
    return vec4(saturate(color.rgb + 0.5 * saturate(params.amount) * room * grain), color.a);
}
