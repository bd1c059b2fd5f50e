#define_import_path bevy_viewfinder::effects::film_grain

#import bevy_viewfinder::effect::Context

struct Params {
    amount: f32,
    size: f32,
}

const LUMA = vec3(0.2126, 0.7152, 0.0722);
const FRAMES_PER_SECOND = 24.0;

// Numbers 0 to 1 that look drawn by lot: pcg3d of Jarzynski and Olano, "Hash Functions for GPU Rendering" (2020).
fn lot(place: vec3<u32>) -> vec3<f32> {
    var v = place * 1664525u + 1013904223u;
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v ^= v >> vec3(16u);
    v.x += v.y * v.z;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    return vec3<f32>(v >> vec3(8u)) / 16777216.0;
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let place = vec2<u32>(max(uv, vec2(0.0)) * context.size / max(params.size, 1.0));
    let frame = u32(context.time * FRAMES_PER_SECOND);
    let drawn = lot(vec3(place, frame));
    // Three lots together are near to the normal distribution; -1 to 1.
    let grain = (drawn.x + drawn.y + drawn.z) / 1.5 - 1.0;
    // Film is grainiest in its middle tones.
    let gray = dot(color.rgb, LUMA);
    let room = 0.35 + 2.6 * gray * (1.0 - gray);
    return vec4(saturate(color.rgb + 0.5 * saturate(params.amount) * room * grain), color.a);
}
