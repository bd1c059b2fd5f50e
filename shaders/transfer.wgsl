// The transfer functions of sRGB (IEC 61966-2-1): from display-encoded values to linear light, and back.

fn decode(encoded: vec3<f32>) -> vec3<f32> {
    let curve = pow((encoded + 0.055) / 1.055, vec3(2.4));
    return select(curve, encoded / 12.92, encoded <= vec3(0.04045));
}

fn encode(linear: vec3<f32>) -> vec3<f32> {
    let curve = 1.055 * pow(linear, vec3(1.0 / 2.4)) - 0.055;
    return select(curve, linear * 12.92, linear <= vec3(0.0031308));
}
