struct Params {
    amount: f32,
    std_deviation: f32,
    strength: f32,
    threshold: f32,
    softness: f32,
    ink: vec4<f32>,
    paper: vec4<f32>,
}

// How much wider the second Gaussian is: with this, their difference is near to the Laplacian of one.
const WIDER = 1.6;

// Luma, blurred along the pass's axis by both Gaussians.
fn soft_luma(place: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let deviation = vec2(1.0, WIDER) * clamp(params.std_deviation, 0.1, 3.75);
    let falloff = -0.5 / (deviation * deviation);
    let axis = blur_axis(context);
    var sum = vec2(0.0);
    var total = vec2(0.0);
    let reach = i32(ceil(3.0 * deviation.y));
    for (var i = -reach; i <= reach; i++) {
        let there = sample(place + f32(i) * axis);
        let weight = exp(falloff * f32(i * i));
        let both = vec2(unpack16(there.rg), unpack16(there.ba));
        sum += weight * select(both, vec2(luma(there.rgb)), context.pass_index == 0u);
        total += weight;
    }
    return sum / total;
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let soft = soft_luma(pixel_center(uv, context), params, context);
    if context.pass_index == 0u {
        return vec4(pack16(soft.x), pack16(soft.y));
    }
    let here = sample_original(uv);
    let sharp = soft.x + max(params.strength, 0.0) * (soft.x - soft.y);
    let below = params.threshold - sharp;
    let inked = saturate(below / max(params.softness, 0.001));
    let drawing = mix(params.paper.rgb, params.ink.rgb, inked);
    return vec4(saturate(mix(here.rgb, drawing, saturate(params.amount))), here.a);
}
