// What effects say of colors. Values are display-encoded.

// How bright a color looks, 0 to 1: BT.709's luma.
fn luma(rgb: vec3<f32>) -> f32 {
    return dot(rgb, vec3(0.2126, 0.7152, 0.0722));
}
