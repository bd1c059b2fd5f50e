// First along rows, then along columns.
#define_import_path bevy_viewfinder::effects::gaussian_blur

#import bevy_viewfinder::effect::Context
#import bevy_viewfinder::input::{sample, sample_premultiplied}

struct Params {
    std_deviation: f32,
}

// A kernel of 193 pixels is as much as a small GPU can take.
const LARGEST = 32.0;
// Below this the neighbours' weights are 0 in any case.
const SMALLEST = 0.1;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let deviation = min(params.std_deviation, LARGEST);
    if deviation < SMALLEST {
        return sample(uv);
    }
    let along = select(vec2(context.texel.x, 0.0), vec2(0.0, context.texel.y), context.pass_index == 1u);
    let falloff = -0.5 / (deviation * deviation);
    var sum = sample_premultiplied(uv);
    var total = 1.0;
    // Two pixels at a time: between them, the sampler blends them by their weights.
    let radius = i32(ceil(3.0 * deviation));
    for (var i = 1; i <= radius; i += 2) {
        let near = f32(i);
        let near_weight = exp(falloff * near * near);
        let far_weight = exp(falloff * (near + 1.0) * (near + 1.0));
        let weight = near_weight + far_weight;
        let step = along * (near + far_weight / weight);
        sum += weight * (sample_premultiplied(uv + step) + sample_premultiplied(uv - step));
        total += 2.0 * weight;
    }
    return vec4(saturate(sum.rgb / max(sum.a, 0.000001)), saturate(sum.a / total));
}
