struct Params {
    std_deviation: f32,
    similarity: f32,
}

// A kernel of 21 by 21 pixels is as much as one pass should take.
const LARGEST = 5.0;
const SMALLEST = 0.1;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let deviation = min(params.std_deviation, LARGEST);
    if !(deviation >= SMALLEST) {
        return here;
    }
    let similarity = max(params.similarity, 0.001);
    let by_place = -0.5 / (deviation * deviation);
    let by_color = -0.5 / (similarity * similarity);
    let reach = i32(ceil(2.0 * deviation));
    var sum = vec3(0.0);
    var total = 0.0;
    for (var y = -reach; y <= reach; y++) {
        for (var x = -reach; x <= reach; x++) {
            let step = vec2(f32(x), f32(y));
            let color = sample(uv + step * context.texel);
            let unlike = color.rgb - here.rgb;
            // Transparent pixels add no color; the pixel itself always counts.
            let visible = select(color.a, 1.0, x == 0 && y == 0);
            let weight = visible * exp(by_place * dot(step, step) + by_color * dot(unlike, unlike));
            sum += weight * color.rgb;
            total += weight;
        }
    }
    return vec4(saturate(sum / total), here.a);
}
