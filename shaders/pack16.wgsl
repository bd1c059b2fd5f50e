// Numbers of 16 bits in two channels of 8, for filters whose passes exchange more than colors.

// A number from 0 to 1 as its high and its low byte.
fn pack16(value: f32) -> vec2<f32> {
    let whole = round(saturate(value) * 65535.0);
    let high = floor(whole / 256.0);
    return vec2(high, whole - 256.0 * high) / 255.0;
}

fn unpack16(bytes: vec2<f32>) -> f32 {
    return dot(round(bytes * 255.0), vec2(256.0, 1.0)) / 65535.0;
}

// The center of the pixel at this place. Bytes of a number can't be interpolated: they are read at pixel centers.
fn pixel_center(uv: vec2<f32>, context: Context) -> vec2<f32> {
    return (clamp(floor(uv * context.size), vec2(0.0), context.size - 1.0) + 0.5) * context.texel;
}
