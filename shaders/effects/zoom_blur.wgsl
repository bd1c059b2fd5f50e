struct Params {
    center: vec2<f32>,
    strength: f32,
}

const SAMPLES = 40;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let ray = (params.center - uv) * clamp(params.strength, 0.0, 1.0);
    // Each pixel begins a little elsewhere, so that no steps are seen.
    let place = vec2<u32>(saturate(uv) * context.size);
    let first = random(vec3(place, 0u)).x;
    var sum = vec4(0.0);
    var total = 0.0;
    for (var i = 0; i < SAMPLES; i++) {
        let part = (f32(i) + first) / f32(SAMPLES);
        // Soft at both ends.
        let weight = 4.0 * part * (1.0 - part) + 0.001;
        sum += weight * sample_premultiplied(uv + part * ray);
        total += weight;
    }
    return vec4(saturate(sum.rgb / max(sum.a, 0.000001)), saturate(sum.a / total));
}
