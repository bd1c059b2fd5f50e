#define_import_path bevy_viewfinder::effects::ink

#import bevy_viewfinder::blur::gaussian
#import bevy_viewfinder::color::luma
#import bevy_viewfinder::effect::Context
#import bevy_viewfinder::input::sample

struct Params {
    amount: f32,
    std_deviation: f32,
    strength: f32,
    threshold: f32,
    softness: f32,
    ink: vec4<f32>,
    paper: vec4<f32>,
}

// How much wider the second Gaussian is: with this, their difference is near to the Laplacian of one.
const WIDER = 1.6;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let deviation = clamp(params.std_deviation, 0.1, 3.75);
    let narrow = luma(gaussian(uv, context.texel, deviation));
    let wide = luma(gaussian(uv, context.texel, WIDER * deviation));
    let sharp = narrow + max(params.strength, 0.0) * (narrow - wide);
    let below = params.threshold - sharp;
    let inked = saturate(below / max(params.softness, 0.001));
    let drawing = mix(params.paper.rgb, params.ink.rgb, inked);
    return vec4(saturate(mix(here.rgb, drawing, saturate(params.amount))), here.a);
}
