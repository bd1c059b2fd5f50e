struct Params {
    strength: f32,
}

// All pixels of all patches: 7 by 7.
const SIDE = 7;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    if !(params.strength > 0.0) {
        return here;
    }
    var colors: array<vec3<f32>, 49>;
    for (var i = 0; i < SIDE * SIDE; i++) {
        let step = vec2(f32(i % SIDE), f32(i / SIDE)) - 3.0;
        colors[i] = sample(uv + step * context.texel).rgb;
    }
    let strength = max(params.strength, 0.001);
    let falloff = -1.0 / (strength * strength);
    var sum = vec3(0.0);
    var total = 0.0;
    for (var y = 1; y < SIDE - 1; y++) {
        for (var x = 1; x < SIDE - 1; x++) {
            // The mean square of the differences between the patch around this pixel and that around ours.
            var unlike = 0.0;
            for (var row = -1; row <= 1; row++) {
                for (var column = -1; column <= 1; column++) {
                    let step = row * SIDE + column;
                    let difference = colors[y * SIDE + x + step] - colors[24 + step];
                    unlike += dot(difference, difference);
                }
            }
            let weight = exp(falloff * unlike / 27.0);
            sum += weight * colors[y * SIDE + x];
            total += weight;
        }
    }
    return vec4(saturate(sum / total), here.a);
}
