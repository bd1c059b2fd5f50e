// A Gaussian blur in one pass, for filters that also need the picture as it is.
#define_import_path bevy_viewfinder::blur

#import bevy_viewfinder::input::{sample, sample_premultiplied}

// A kernel of 37 by 37 pixels, seen by 19 by 19 samples, is as much as one pass should take.
const WIDEST_DEVIATION = 6.0;
// Below this the neighbours' weights are 0 in any case.
const NARROWEST_DEVIATION = 0.1;

// Where to look along one axis, in pixels, and the weight of what is seen there. Two pixels are seen at a time:
// between them, the sampler blends them by their weights.
fn gaussian_tap(index: i32, falloff: f32) -> vec2<f32> {
    if index == 0 {
        return vec2(0.0, 1.0);
    }
    let near = 2.0 * abs(f32(index)) - 1.0;
    let near_weight = exp(falloff * near * near);
    let far_weight = exp(falloff * (near + 1.0) * (near + 1.0));
    let weight = near_weight + far_weight;
    return vec2(sign(f32(index)) * (near + far_weight / weight), weight);
}

// What is around this place, blurred by this standard deviation in pixels. What is transparent lends no colour.
fn gaussian(uv: vec2<f32>, texel: vec2<f32>, std_deviation: f32) -> vec3<f32> {
    let deviation = min(std_deviation, WIDEST_DEVIATION);
    if !(deviation >= NARROWEST_DEVIATION) {
        return sample(uv).rgb;
    }
    let falloff = -0.5 / (deviation * deviation);
    let reach = i32(ceil(1.5 * deviation));
    var sum = vec4(0.0);
    for (var y = -reach; y <= reach; y++) {
        let row = gaussian_tap(y, falloff);
        for (var x = -reach; x <= reach; x++) {
            let column = gaussian_tap(x, falloff);
            sum += column.y * row.y * sample_premultiplied(uv + vec2(column.x, row.x) * texel);
        }
    }
    return saturate(sum.rgb / max(sum.a, 0.000001));
}
