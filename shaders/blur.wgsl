// A Gaussian blur: along rows in a filter's first pass, along columns in its second.

// This needs a kernel of 193 pixels, the most that a small GPU can draw in time.
const WIDEST_DEVIATION = 32.0;
// Below this the weights of the neighbors are 0.
const NARROWEST_DEVIATION = 0.1;

// The step to the next pixel: in the row, or in the second pass in the column.
fn blur_axis(context: Context) -> vec2<f32> {
    return select(vec2(context.texel.x, 0.0), vec2(0.0, context.texel.y), context.pass_index == 1u);
}

// The number of samples to each side for a Gaussian of this standard deviation, in pixels. Each sample covers two
// pixels.
fn gaussian_reach(deviation: f32) -> i32 {
    return i32(ceil(1.5 * deviation));
}

// The distance of a sample, in pixels, and its weight. The index begins at 1; the pixel itself has the weight 1. The
// sample lies between two pixels, where the sampler mixes them by their weights.
fn gaussian_tap(index: i32, deviation: f32) -> vec2<f32> {
    let falloff = -0.5 / (deviation * deviation);
    let near = 2.0 * f32(index) - 1.0;
    let near_weight = exp(falloff * near * near);
    let far_weight = exp(falloff * (near + 1.0) * (near + 1.0));
    let weight = near_weight + far_weight;
    return vec2(near + far_weight / weight, weight);
}

// The color at this place, blurred along the pass's axis. Transparent pixels add no color.
fn gaussian(uv: vec2<f32>, std_deviation: f32, context: Context) -> vec4<f32> {
    let deviation = min(std_deviation, WIDEST_DEVIATION);
    if !(deviation >= NARROWEST_DEVIATION) {
        return sample(uv);
    }
    let axis = blur_axis(context);
    var sum = sample_premultiplied(uv);
    var total = 1.0;
    let reach = gaussian_reach(deviation);
    for (var i = 1; i <= reach; i++) {
        let tap = gaussian_tap(i, deviation);
        sum += tap.y * (sample_premultiplied(uv + tap.x * axis) + sample_premultiplied(uv - tap.x * axis));
        total += 2.0 * tap.y;
    }
    return vec4(saturate(sum.rgb / max(sum.a, 0.000001)), saturate(sum.a / total));
}
