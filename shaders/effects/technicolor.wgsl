struct Params {
    process: u32,
    amount: f32,
}

const THREE_STRIP: u32 = 0u;

// Each strip's dye is pure: what the other two colors have is taken away, and gray stays gray.
fn three_strip(color: vec3<f32>) -> vec3<f32> {
    let others = 0.5 * (color.gbr + color.brg);
    let pure = saturate(color + 0.5 * (color - others));
    // Prints had more contrast than the negative.
    return mix(pure, pure * pure * (3.0 - 2.0 * pure), 0.4);
}

// The second strip has green and blue as one, and is printed in teal.
fn two_strip(color: vec3<f32>) -> vec3<f32> {
    let teal = 0.6 * color.g + 0.4 * color.b;
    return vec3(color.r, teal, mix(teal, 0.5 * (color.r + teal), 0.15));
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    var film = two_strip(color.rgb);
    if params.process == THREE_STRIP {
        film = three_strip(color.rgb);
    }
    return vec4(saturate(mix(color.rgb, film, saturate(params.amount))), color.a);
}
