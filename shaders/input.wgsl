// What a filter looks at: the picture as the pass before drew it, display-encoded, with straight alpha.
#define_import_path bevy_viewfinder::input

#import bevy_viewfinder::sampling::linear_sampler

@group(0) @binding(6) var input_texture: texture_2d<f32>;
@group(0) @binding(8) var original_texture: texture_2d<f32>;

// The color at a place of the picture, between pixels mixed from the nearest four, outside it that of its edge.
fn sample(uv: vec2<f32>) -> vec4<f32> {
    return textureSampleLevel(input_texture, linear_sampler, uv, 0.0);
}

// The same of the picture as it was before the filter's first pass.
fn sample_original(uv: vec2<f32>) -> vec4<f32> {
    return textureSampleLevel(original_texture, linear_sampler, uv, 0.0);
}

// The color that `sample` gives with alpha in, so that what is transparent lends no color to what is mixed of it.
fn sample_premultiplied(uv: vec2<f32>) -> vec4<f32> {
    let color = sample(uv);
    return vec4(color.rgb * color.a, color.a);
}
