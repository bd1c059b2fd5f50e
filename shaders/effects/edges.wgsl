#define_import_path bevy_viewfinder::effects::edges

#import bevy_viewfinder::effect::Context
#import bevy_viewfinder::input::sample

struct Params {
    amount: f32,
    strength: f32,
    threshold: f32,
    color: vec4<f32>,
    background: vec4<f32>,
}

fn luma(uv: vec2<f32>) -> f32 {
    return dot(sample(uv).rgb, vec3(0.2126, 0.7152, 0.0722));
}

// Sobel's operator: how steep luma is, 1 for an edge from black to white.
fn steepness(uv: vec2<f32>, texel: vec2<f32>) -> f32 {
    let upper_left = luma(uv - texel);
    let lower_right = luma(uv + texel);
    let upper_right = luma(uv + vec2(texel.x, -texel.y));
    let lower_left = luma(uv + vec2(-texel.x, texel.y));
    let left = luma(uv - vec2(texel.x, 0.0));
    let right = luma(uv + vec2(texel.x, 0.0));
    let upper = luma(uv - vec2(0.0, texel.y));
    let lower = luma(uv + vec2(0.0, texel.y));
    let across = upper_right + 2.0 * right + lower_right - upper_left - 2.0 * left - lower_left;
    let down = lower_left + 2.0 * lower + lower_right - upper_left - 2.0 * upper - upper_right;
    return 0.25 * length(vec2(across, down));
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let steep = steepness(uv, context.texel);
    // Below half the threshold there is nothing, and from there it comes on softly.
    let kept = smoothstep(0.5, 1.0, steep / max(params.threshold, 0.0001));
    let line = kept * saturate(max(steep - 0.5 * params.threshold, 0.0) * params.strength);
    let drawing = mix(params.background.rgb, params.color.rgb, line);
    return vec4(saturate(mix(here.rgb, drawing, saturate(params.amount))), here.a);
}
