struct Params {
    radius: f32,
}

const LARGEST = 64.0;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let radius = min(params.radius, LARGEST);
    if radius <= 0.0 {
        return sample(uv);
    }
    let along = blur_axis(context);
    var sum = sample_premultiplied(uv);
    var total = 1.0;
    // Two pixels at a time: between them, the sampler blends them by their weights.
    let last = i32(ceil(radius));
    for (var i = 1; i <= last; i += 2) {
        let near = f32(i);
        // The outermost pixel counts by the part of it that is within.
        let near_weight = saturate(radius - near + 1.0);
        let far_weight = saturate(radius - near);
        let weight = near_weight + far_weight;
        let step = along * (near + far_weight / weight);
        sum += weight * (sample_premultiplied(uv + step) + sample_premultiplied(uv - step));
        total += 2.0 * weight;
    }
    return vec4(saturate(sum.rgb / max(sum.a, 0.000001)), saturate(sum.a / total));
}
