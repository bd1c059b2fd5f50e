struct Params {
    amount: f32,
    threshold: f32,
    radius: f32,
}

const LARGEST = 32.0;
// A Gaussian's standard deviation, for a radius of 1.
const DEVIATION = 0.4;

// The part of a color that glows: that above the threshold.
fn shine(uv: vec2<f32>, threshold: f32) -> vec3<f32> {
    let color = sample(uv);
    let peak = max(color.r, max(color.g, color.b));
    let above = max(peak - threshold, 0.0) / max(1.0 - threshold, 0.05);
    return color.rgb * min(above, 1.0) * color.a;
}

// The same, blurred along the pass's axis. What shines isn't known between two pixels: each of them is looked at.
fn soft_shine(uv: vec2<f32>, deviation: f32, threshold: f32, context: Context) -> vec3<f32> {
    let axis = blur_axis(context);
    var sum = shine(uv, threshold);
    var total = 1.0;
    let reach = i32(ceil(3.0 * deviation));
    for (var i = 1; i <= reach; i++) {
        let weight = exp(-0.5 * f32(i * i) / (deviation * deviation));
        let step = f32(i) * axis;
        sum += weight * (shine(uv + step, threshold) + shine(uv - step, threshold));
        total += 2.0 * weight;
    }
    return saturate(sum / total);
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let deviation = max(DEVIATION * clamp(params.radius, 0.0, LARGEST), 0.1);
    if context.pass_index == 0u {
        return vec4(soft_shine(uv, deviation, saturate(params.threshold), context), 1.0);
    }
    let around = gaussian(uv, deviation, context).rgb;
    // Light adds up and stays below white: the blend mode that is called screen.
    let here = sample_original(uv);
    let glow = saturate(max(params.amount, 0.0) * around);
    return vec4(saturate(1.0 - (1.0 - here.rgb) * (1.0 - glow)), here.a);
}
