#define_import_path bevy_viewfinder::effects::bloom

#import bevy_viewfinder::blur::{blur_axis, gaussian_reach, gaussian_tap}
#import bevy_viewfinder::effect::Context
#import bevy_viewfinder::input::{sample, sample_original}

struct Params {
    amount: f32,
    threshold: f32,
    radius: f32,
}

const LARGEST = 32.0;
// A Gaussian's standard deviation, for a radius of 1.
const DEVIATION = 0.4;

// What of a place shines: what is above the threshold. The second pass sees it already.
fn shine(uv: vec2<f32>, threshold: f32, context: Context) -> vec3<f32> {
    let color = sample(uv);
    if context.pass_index == 1u {
        return color.rgb;
    }
    let peak = max(color.r, max(color.g, color.b));
    let above = max(peak - threshold, 0.0) / max(1.0 - threshold, 0.05);
    return color.rgb * min(above, 1.0) * color.a;
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let threshold = saturate(params.threshold);
    let deviation = max(DEVIATION * clamp(params.radius, 0.0, LARGEST), 0.1);
    let axis = blur_axis(context);
    var sum = shine(uv, threshold, context);
    var total = 1.0;
    // What shines isn't known between two pixels: the first pass looks at each of them.
    let first = context.pass_index == 0u;
    let reach = select(gaussian_reach(deviation), i32(ceil(3.0 * deviation)), first);
    for (var i = 1; i <= reach; i++) {
        let one = vec2(f32(i), exp(-0.5 * f32(i * i) / (deviation * deviation)));
        let tap = select(gaussian_tap(i, deviation), one, first);
        sum += tap.y * shine(uv + tap.x * axis, threshold, context);
        sum += tap.y * shine(uv - tap.x * axis, threshold, context);
        total += 2.0 * tap.y;
    }
    let around = sum / total;
    if first {
        return vec4(saturate(around), 1.0);
    }
    // Light adds up and stays below white: the blend mode that is called screen.
    let here = sample_original(uv);
    let glow = saturate(max(params.amount, 0.0) * around);
    return vec4(saturate(1.0 - (1.0 - here.rgb) * (1.0 - glow)), here.a);
}
