#define_import_path bevy_viewfinder::effects::exposure

#import bevy_viewfinder::effect::Context

struct Params {
    stops: f32,
}

// The transfer functions of sRGB (IEC 61966-2-1).
fn decode(encoded: vec3<f32>) -> vec3<f32> {
    let curve = pow((encoded + 0.055) / 1.055, vec3(2.4));
    return select(curve, encoded / 12.92, encoded <= vec3(0.04045));
}

fn encode(linear: vec3<f32>) -> vec3<f32> {
    let curve = 1.055 * pow(linear, vec3(1.0 / 2.4)) - 0.055;
    return select(curve, linear * 12.92, linear <= vec3(0.0031308));
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    // 24 doublings make black of white, or white of anything but black.
    let gain = exp2(clamp(params.stops, -24.0, 24.0));
    return vec4(saturate(encode(decode(saturate(color.rgb)) * gain)), color.a);
}
