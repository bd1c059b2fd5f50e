#define_import_path bevy_viewfinder::effects::threshold

#import bevy_viewfinder::effect::Context

struct Params {
    level: f32,
    softness: f32,
}

const LUMA = vec3(0.2126, 0.7152, 0.0722);

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let half_width = 0.5 * max(params.softness, 0.0001);
    let white = smoothstep(params.level - half_width, params.level + half_width, dot(color.rgb, LUMA));
    return vec4(vec3(white), color.a);
}
