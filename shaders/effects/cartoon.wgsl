struct Params {
    amount: f32,
    levels: u32,
    outline: f32,
}

// The mean of that corner of the surroundings that is most even (Kuwahara's filter): areas flatten, edges stay.
fn flatten(uv: vec2<f32>, texel: vec2<f32>) -> vec3<f32> {
    var best = vec3(0.0);
    var least = 1000.0;
    for (var corner = 0; corner < 4; corner++) {
        let toward = texel * vec2(f32(corner % 2) * 2.0 - 1.0, f32(corner / 2) * 2.0 - 1.0);
        var sum = vec3(0.0);
        var squares = vec3(0.0);
        for (var y = 0; y < 4; y++) {
            for (var x = 0; x < 4; x++) {
                let color = sample(uv + toward * vec2(f32(x), f32(y))).rgb;
                sum += color;
                squares += color * color;
            }
        }
        let mean = sum / 16.0;
        let spread = dot(squares / 16.0 - mean * mean, vec3(1.0));
        if spread < least {
            least = spread;
            best = mean;
        }
    }
    return best;
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let even = flatten(uv, context.texel);

    // Steps of brightness, with strong colors.
    let luma_even = luma(even);
    let levels = f32(max(params.levels, 2u));
    let place = luma_even * (levels - 1.0);
    let stepped = (floor(place) + smoothstep(0.4, 0.6, fract(place))) / (levels - 1.0);
    let strong = mix(vec3(stepped), even * stepped / max(luma_even, 0.01), 1.2);

    let steep = steepness(uv, context.texel);
    let line = saturate(params.outline) * smoothstep(0.12, 0.3, steep * max(params.outline, 1.0));
    let comic = saturate(strong) * (1.0 - line);
    return vec4(saturate(mix(here.rgb, comic, saturate(params.amount))), here.a);
}
