// Numbers of 16 bits in pictures of 8: for filters whose passes hand on more than colors.
#define_import_path bevy_viewfinder::exact

#import bevy_viewfinder::effect::Context

// A number from 0 to 1 in two parts.
fn split(value: f32) -> vec2<f32> {
    let whole = round(saturate(value) * 65535.0);
    let high = floor(whole / 256.0);
    return vec2(high, whole - 256.0 * high) / 255.0;
}

fn joined(parts: vec2<f32>) -> f32 {
    return dot(round(parts * 255.0), vec2(256.0, 1.0)) / 65535.0;
}

// The middle of the pixel at this place. Numbers in two parts can't be blended: only middles of pixels have them.
fn pixel(uv: vec2<f32>, context: Context) -> vec2<f32> {
    return (clamp(floor(uv * context.size), vec2(0.0), context.size - 1.0) + 0.5) * context.texel;
}
