struct Params {
    radius: u32,
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let radius = i32(min(params.radius, 8u));
    let count = f32((radius + 1) * (radius + 1));
    var best = here.rgb;
    var least = 1000.0;
    for (var corner = 0; corner < 4; corner++) {
        let toward = context.texel * vec2(f32(corner % 2) * 2.0 - 1.0, f32(corner / 2) * 2.0 - 1.0);
        var sum = vec3(0.0);
        var squares = vec3(0.0);
        for (var y = 0; y <= radius; y++) {
            for (var x = 0; x <= radius; x++) {
                let color = sample(uv + toward * vec2(f32(x), f32(y))).rgb;
                sum += color;
                squares += color * color;
            }
        }
        let mean = sum / count;
        let spread = dot(squares / count - mean * mean, vec3(1.0));
        if spread < least {
            least = spread;
            best = mean;
        }
    }
    return vec4(saturate(best), here.a);
}
