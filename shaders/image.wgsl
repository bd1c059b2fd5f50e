// The image that an effect of the kind Composite samples beside the track's frame.

struct ImageInfo {
    // Width and height, in pixels.
    size: vec2<f32>,
    // 1 if the texture gives linear light, as sRGB textures do, else 0.
    linear: u32,
    // 1 if the image is there. Without it only effects are called whose image a component beside the track sets.
    ready: u32,
}

// The color at a place of the image, display-encoded, with straight alpha; outside the image the color of its
// edge.
fn sample_image(image: texture_2d<f32>, info: ImageInfo, uv: vec2<f32>) -> vec4<f32> {
    let color = textureSampleLevel(image, linear_sampler, uv, 0.0);
    if info.linear == 0u {
        return color;
    }
    return vec4(encode(saturate(color.rgb)), color.a);
}
