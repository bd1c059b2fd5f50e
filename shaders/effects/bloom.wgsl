#define_import_path bevy_viewfinder::effects::bloom

#import bevy_viewfinder::effect::Context
#import bevy_viewfinder::input::sample

struct Params {
    amount: f32,
    threshold: f32,
    radius: f32,
}

const LARGEST = 32.0;
// Samples from the middle to each side: two pixels apart, and between pixels, they see all up to a radius of 16.
const STEPS = 8;

// What of a colour shines: what is above the threshold.
fn shine(color: vec4<f32>, threshold: f32) -> vec3<f32> {
    let peak = max(color.r, max(color.g, color.b));
    let above = max(peak - threshold, 0.0) / max(1.0 - threshold, 0.05);
    return color.rgb * min(above, 1.0) * color.a;
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let threshold = saturate(params.threshold);
    let stride = clamp(params.radius, 0.0, LARGEST) / f32(STEPS) * context.texel;
    var sum = vec3(0.0);
    var total = 0.0;
    for (var y = -STEPS; y <= STEPS; y++) {
        for (var x = -STEPS; x <= STEPS; x++) {
            // Every second row and column is a pixel aside, or the edge of what shines would leave a comb.
            let step = vec2(f32(x) + 0.5 * f32(y & 1), f32(y) + 0.5 * f32(x & 1)) - 0.25;
            // A Gaussian whose standard deviation is 2 / 5 of the radius.
            let weight = exp(-0.5 * dot(step, step) / (0.16 * f32(STEPS * STEPS)));
            sum += weight * shine(sample(uv + step * stride), threshold);
            total += weight;
        }
    }
    // Light adds up and stays below white: the blend mode that is called screen.
    let glow = saturate(max(params.amount, 0.0) * sum / total);
    return vec4(saturate(1.0 - (1.0 - here.rgb) * (1.0 - glow)), here.a);
}
