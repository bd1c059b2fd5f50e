struct Params {
    palette: u32,
    amount: f32,
}

const THERMAL: u32 = 0u;
const RAINBOW: u32 = 1u;

// Each color blends into the next, a fifth of the way each.
fn thermal(level: f32) -> vec3<f32> {
    let place = 5.0 * level;
    var color = mix(vec3(0.0, 0.0, 0.04), vec3(0.22, 0.02, 0.48), saturate(place));
    color = mix(color, vec3(0.72, 0.08, 0.42), saturate(place - 1.0));
    color = mix(color, vec3(0.96, 0.42, 0.08), saturate(place - 2.0));
    color = mix(color, vec3(1.0, 0.84, 0.25), saturate(place - 3.0));
    return mix(color, vec3(1.0, 1.0, 0.95), saturate(place - 4.0));
}

fn rainbow(level: f32) -> vec3<f32> {
    let place = 4.0 * level;
    return saturate(vec3(
        place - 2.0,
        min(place, 4.0 - place),
        2.0 - place,
    ));
}

fn viridis(level: f32) -> vec3<f32> {
    let place = 5.0 * level;
    var color = mix(vec3(0.267, 0.005, 0.329), vec3(0.255, 0.267, 0.530), saturate(place));
    color = mix(color, vec3(0.165, 0.471, 0.557), saturate(place - 1.0));
    color = mix(color, vec3(0.133, 0.659, 0.518), saturate(place - 2.0));
    color = mix(color, vec3(0.478, 0.820, 0.318), saturate(place - 3.0));
    return mix(color, vec3(0.992, 0.906, 0.145), saturate(place - 4.0));
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let bright = saturate(luma(color.rgb));
    var painted = vec3(0.0);
    switch params.palette {
        case THERMAL: { painted = thermal(bright); }
        case RAINBOW: { painted = rainbow(bright); }
        default: { painted = viridis(bright); }
    }
    return vec4(saturate(mix(color.rgb, painted, saturate(params.amount))), color.a);
}
