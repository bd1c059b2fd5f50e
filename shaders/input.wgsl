// The input of a filter: the output of the pass before it, display-encoded, with straight alpha.

@group(0) @binding(6) var input_texture: texture_2d<f32>;
@group(0) @binding(8) var original_texture: texture_2d<f32>;

// The color at a place of the frame, mixed from the nearest four pixels; outside the frame the color of its
// edge.
fn sample(uv: vec2<f32>) -> vec4<f32> {
    return textureSampleLevel(input_texture, linear_sampler, uv, 0.0);
}

// The same of the input of the filter's first pass.
fn sample_original(uv: vec2<f32>) -> vec4<f32> {
    return textureSampleLevel(original_texture, linear_sampler, uv, 0.0);
}

// The color of `sample`, multiplied by its alpha: transparent pixels add no color to a mean of such values.
fn sample_premultiplied(uv: vec2<f32>) -> vec4<f32> {
    let color = sample(uv);
    return vec4(color.rgb * color.a, color.a);
}
