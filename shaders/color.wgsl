// Properties of display-encoded colors.

// The luma of BT.709, 0 to 1: how bright a color looks.
fn luma(rgb: vec3<f32>) -> f32 {
    return dot(rgb, vec3(0.2126, 0.7152, 0.0722));
}
