struct Params {
    distance: f32,
    angle: f32,
}

const LARGEST = 64.0;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    // Half of the way lies before the place, half behind it.
    let reach = 0.5 * min(params.distance, LARGEST);
    if reach <= 0.0 {
        return sample(uv);
    }
    let angle = radians(params.angle);
    let along = vec2(cos(angle), sin(angle)) * context.texel;
    var sum = sample_premultiplied(uv);
    var total = 1.0;
    let last = i32(ceil(reach));
    for (var i = 1; i <= last; i++) {
        // The outermost pixel counts by the part of it that was reached.
        let weight = saturate(reach - f32(i) + 1.0);
        let step = f32(i) * along;
        sum += weight * (sample_premultiplied(uv + step) + sample_premultiplied(uv - step));
        total += 2.0 * weight;
    }
    return vec4(saturate(sum.rgb / max(sum.a, 0.000001)), saturate(sum.a / total));
}
