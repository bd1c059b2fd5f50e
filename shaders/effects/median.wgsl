struct Params {
    radius: u32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let radius = i32(min(params.radius, 3u));
    if radius == 0 {
        return here;
    }
    var colors: array<vec3<f32>, 49>;
    var count = 0;
    for (var y = -radius; y <= radius; y++) {
        for (var x = -radius; x <= radius; x++) {
            colors[count] = 255.0 * sample(uv + vec2(f32(x), f32(y)) * context.texel).rgb;
            count += 1;
        }
    }
    // There are 256 values: the median is found by halves, of all three channels at once, instead of sorting.
    var low = vec3(0.0);
    var high = vec3(255.0);
    for (var step = 0; step < 8; step++) {
        let middle = floor(0.5 * (low + high));
        var below = vec3(0.0);
        for (var i = 0; i < count; i++) {
            below += select(vec3(0.0), vec3(1.0), colors[i] < middle + 0.5);
        }
        let reached = 2.0 * below > vec3(f32(count));
        high = select(high, middle, reached);
        low = select(middle + 1.0, low, reached);
    }
    return vec4(saturate(high / 255.0), here.a);
}
