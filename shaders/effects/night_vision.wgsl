#define_import_path bevy_viewfinder::effects::night_vision

#import bevy_viewfinder::effect::Context

struct Params {
    amount: f32,
}

const LUMA = vec3(0.2126, 0.7152, 0.0722);
const TAU: f32 = 6.2831853;

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
    let place = vec2<u32>(max(uv, vec2(0.0)) * context.size);
    let grain = lot(vec3(place, u32(context.time * 24.0))).x - 0.5;
    let glow = pow(saturate(dot(color.rgb, LUMA)), 0.65) * 1.1 + 0.22 * grain;
    // A dark line every three pixels, and the round rim of the glass.
    let line = 0.9 + 0.1 * cos(TAU * (uv.y * context.size.y - 0.5) / 3.0);
    let reach = length((uv - 0.5) * vec2(context.size.x / context.size.y, 1.0));
    let rim = 1.0 - smoothstep(0.42, 0.62, reach);
    let light = saturate(glow) * line * rim;
    let green = vec3(0.9 * light * light, light, 0.45 * light * light) * vec3(0.75, 1.0, 0.75);
    return vec4(saturate(mix(color.rgb, green, saturate(params.amount))), color.a);
}
