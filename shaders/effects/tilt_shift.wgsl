struct Params {
    position: f32,
    angle: f32,
    width: f32,
    softness: f32,
    std_deviation: f32,
}

const LARGEST = 32.0;
const SMALLEST = 0.1;

// How far out of focus a place is, 0 to 1.
fn defocus(uv: vec2<f32>, params: Params, context: Context) -> f32 {
    let angle = radians(params.angle);
    let place = vec2((uv.x - 0.5) * context.size.x / context.size.y, uv.y - params.position);
    let beside = abs(cos(angle) * place.y - sin(angle) * place.x) - 0.5 * params.width;
    return smoothstep(0.0, 1.0, beside / max(params.softness, 0.0001));
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let deviation = clamp(params.std_deviation, 0.0, LARGEST) * defocus(uv, params, context);
    if deviation < SMALLEST {
        return sample(uv);
    }
    let along = blur_axis(context);
    let falloff = -0.5 / (deviation * deviation);
    var sum = sample_premultiplied(uv);
    var total = 1.0;
    let reach = i32(ceil(3.0 * deviation));
    for (var i = 1; i <= reach; i++) {
        for (var side = -1.0; side <= 1.0; side += 2.0) {
            let place = uv + side * f32(i) * along;
            // Sharp pixels don't spill into blurred ones, or they would leave a ghost.
            let weight = exp(falloff * f32(i * i)) * saturate(0.05 + defocus(place, params, context));
            sum += weight * sample_premultiplied(place);
            total += weight;
        }
    }
    return vec4(saturate(sum.rgb / max(sum.a, 0.000001)), saturate(sum.a / total));
}
