struct Params {
    amount: f32,
    levels: u32,
    size: f32,
}

// Bayer's matrix of 8 by 8, as numbers above 0 and below 1: the bits of both coordinates in turn, the lowest first.
fn bayer(place: vec2<u32>) -> f32 {
    let across = place.x ^ place.y;
    let down = place.y;
    let order = ((across & 1u) << 5u) | ((down & 1u) << 4u)
        | ((across & 2u) << 2u) | ((down & 2u) << 1u)
        | ((across & 4u) >> 1u) | ((down & 4u) >> 2u);
    return (f32(order) + 0.5) / 64.0;
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let place = vec2<u32>(saturate(uv) * context.size / max(params.size, 1.0));
    let highest = f32(clamp(params.levels, 2u, 256u)) - 1.0;
    let dotted = min(floor(saturate(color.rgb) * highest + bayer(place)), vec3(highest)) / highest;
    return vec4(saturate(mix(color.rgb, dotted, saturate(params.amount))), color.a);
}
