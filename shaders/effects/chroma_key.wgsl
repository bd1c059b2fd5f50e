#define_import_path bevy_viewfinder::effects::chroma_key

#import bevy_viewfinder::color::luma
#import bevy_viewfinder::effect::Context

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
    let opaque_part = smoothstep(0.0, 1.0, beyond / max(params.smoothness, 0.0001));

    // Of what stays, chroma in the key's direction is the screen's shine.
    let direction = key / max(length(key), 0.0001);
    let shine = max(dot(here, direction), 0.0) * direction;
    let spilled = select(1.0 - saturate(beyond / max(params.spill, 0.0001)), 0.0, params.spill <= 0.0);
    let change = -spilled * shine / VIDEO_SCALE;
    let red = change.y * 1.5748;
    let blue = change.x * 1.8556;
    // Luma stays as it is.
    let green = -(0.2126 * red + 0.0722 * blue) / 0.7152;
    return vec4(saturate(color.rgb + vec3(red, green, blue)), color.a * opaque_part);
}
