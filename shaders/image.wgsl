// The picture that an effect sees beside the camera's.
#define_import_path bevy_viewfinder::image

#import bevy_viewfinder::sampling::linear_sampler
#import bevy_viewfinder::transfer::encode

struct ImageInfo {
    // Width and height, in pixels.
    size: vec2<f32>,
    // 1 where its texture gives linear light, as sRGB textures do, else 0.
    linear: u32,
    // 1 where there is a picture. An effect isn't called without.
    ready: u32,
}

// The color at a place of the picture, display-encoded, with straight alpha; outside it that of its edge.
fn sample_image(image: texture_2d<f32>, info: ImageInfo, uv: vec2<f32>) -> vec4<f32> {
    let color = textureSampleLevel(image, linear_sampler, uv, 0.0);
    if info.linear == 0u {
        return color;
    }
    return vec4(encode(saturate(color.rgb)), color.a);
}
