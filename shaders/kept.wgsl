// What a temporal effect keeps from one frame of the track to the next: four numbers for each pixel, in half precision.

@group(0) @binding(7) var kept_texture: texture_2d<f32>;

// What a temporal effect returns.
struct Temporal {
    // The color.
    shown: vec4<f32>,
    // What `sample_kept` gives at the next frame.
    kept: vec4<f32>,
}

// What was kept at a place of the frame before.
fn sample_kept(uv: vec2<f32>, context: Context) -> vec4<f32> {
    return textureSampleLevel(kept_texture, linear_sampler, uv * context.kept_view.xy + context.kept_view.zw, 0.0);
}
