#define_import_path bevy_viewfinder::effects::unsharp_mask

#import bevy_viewfinder::blur::gaussian
#import bevy_viewfinder::color::luma
#import bevy_viewfinder::effect::Context
#import bevy_viewfinder::input::sample

struct Params {
    amount: f32,
    std_deviation: f32,
    threshold: f32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let detail = here.rgb - gaussian(uv, context.texel, params.std_deviation);
    let counts = abs(luma(detail)) >= params.threshold;
    return vec4(saturate(here.rgb + select(0.0, params.amount, counts) * detail), here.a);
}
