struct Params {
    amount: f32,
}

const TAU: f32 = 6.2831853;

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let place = vec2<u32>(max(uv, vec2(0.0)) * context.size);
    let grain = random(vec3(place, u32(context.time * 24.0))).x - 0.5;
    let glow = pow(saturate(luma(color.rgb)), 0.65) * 1.1 + 0.22 * grain;
    // A dark line every three pixels, and the round rim of the glass.
    let line = 0.9 + 0.1 * cos(TAU * (uv.y * context.size.y - 0.5) / 3.0);
    let reach = length((uv - 0.5) * vec2(context.size.x / context.size.y, 1.0));
    let rim = 1.0 - smoothstep(0.42, 0.62, reach);
    let light = saturate(glow) * line * rim;
    let green = vec3(0.9 * light * light, light, 0.45 * light * light) * vec3(0.75, 1.0, 0.75);
    return vec4(saturate(mix(color.rgb, green, saturate(params.amount))), color.a);
}
