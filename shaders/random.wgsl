// Random numbers for grain and glitches: the same at the same place, without a visible pattern.

// Three numbers, 0 to 1: pcg3d of Jarzynski and Olano, "Hash Functions for GPU Rendering" (2020).
fn random(place: vec3<u32>) -> vec3<f32> {
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
