struct Params {
    amount: f32,
    std_deviation: f32,
    strength: f32,
    color: f32,
}

const PAPER = vec3(0.98, 0.975, 0.96);
const PENCIL = vec3(0.16, 0.16, 0.18);

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let around = gaussian(uv, params.std_deviation, context);
    if context.pass_index == 0u {
        return around;
    }
    let here = sample_original(uv);
    // Pixels as bright as their surroundings are paper: the blend mode that is called color dodge, with the blurred
    // negative. A little is added, or the noise in what is black would be drawn.
    let light = (luma(here.rgb) + 0.06) / (luma(around.rgb) + 0.06);
    let stroke = 1.0 - pow(saturate(light), 2.0 * max(params.strength, 0.0));
    let pencil = mix(PENCIL, 0.8 * here.rgb, saturate(params.color));
    let drawing = mix(PAPER, pencil, stroke);
    // Colored pencils also shade.
    let shaded = drawing * mix(vec3(1.0), 0.35 + 0.65 * here.rgb, saturate(params.color));
    return vec4(saturate(mix(here.rgb, shaded, saturate(params.amount))), here.a);
}
