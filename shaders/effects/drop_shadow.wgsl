struct Params {
    color: vec4<f32>,
    offset: vec2<f32>,
    std_deviation: f32,
}

const LARGEST = 32.0;

// How opaque the picture is. Outside it there is nothing that could cast a shadow.
fn opaque(uv: vec2<f32>) -> f32 {
    return select(0.0, sample(uv).a, all(uv >= vec2(0.0)) && all(uv <= vec2(1.0)));
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let deviation = clamp(params.std_deviation, 0.1, LARGEST);
    let axis = blur_axis(context);
    // Reads the pixels that cast the shadow: along rows in the first pass, along columns in the second.
    let place = uv - params.offset * axis;
    var sum = opaque(place);
    var total = 1.0;
    let reach = gaussian_reach(deviation);
    for (var i = 1; i <= reach; i++) {
        let tap = gaussian_tap(i, deviation);
        sum += tap.y * (opaque(place + tap.x * axis) + opaque(place - tap.x * axis));
        total += 2.0 * tap.y;
    }
    let shade = saturate(sum / total);
    if context.pass_index == 0u {
        return vec4(0.0, 0.0, 0.0, shade);
    }
    let shadow = saturate(vec4(params.color.rgb, params.color.a * shade));
    return blend(shadow, sample_original(uv), 0u);
}
