struct Params {
    amount: f32,
    spacing: f32,
}

const TAU: f32 = 6.2831853;

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    // 0 in the middle of the first row of pixels.
    let row = uv.y * context.size.y - 0.5;
    let shade = 0.5 - 0.5 * cos(TAU * row / max(params.spacing, 2.0));
    return vec4(color.rgb * (1.0 - saturate(params.amount) * shade), color.a);
}
