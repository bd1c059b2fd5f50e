struct Params {
    key_color: vec4<f32>,
    similarity: f32,
    smoothness: f32,
    spill: f32,
}

// 8-bit video's chroma has 224 steps of 255.
const VIDEO_SCALE = 0.8784314;

// Cb and Cr of BT.709.
fn chroma(color: vec3<f32>) -> vec2<f32> {
    let bright = luma(color);
    return VIDEO_SCALE * vec2((color.b - bright) / 1.8556, (color.r - bright) / 1.5748);
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let key = chroma(params.key_color.rgb);
    let here = chroma(color.rgb);
    let beyond = length(here - key) - params.similarity;
    let opaque_part = pow(saturate(beyond / max(params.smoothness, 0.0001)), 1.5);
    // Near the key, what stays loses its color and with it the screen's shine.
    let clean = pow(saturate(beyond / max(params.spill, 0.0001)), 1.5);
    let own = select(clean, 1.0, params.spill <= 0.0);
    return vec4(saturate(mix(vec3(luma(color.rgb)), color.rgb, own)), color.a * opaque_part);
}
