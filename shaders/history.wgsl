// The history of a temporal effect: what it stored at one frame of the track and reads at the next, four numbers for
// each pixel, in half precision.

@group(0) @binding(7) var history_texture: texture_2d<f32>;

// The result of a temporal effect.
struct Temporal {
    // The color.
    shown: vec4<f32>,
    // Read by `sample_history` at the next frame.
    history: vec4<f32>,
}

// The history of a place: what the effect stored there at the frame before; 0 at the first frame.
fn sample_history(uv: vec2<f32>, context: Context) -> vec4<f32> {
    let place = uv * context.history_view.xy + context.history_view.zw;
    return textureSampleLevel(history_texture, linear_sampler, place, 0.0);
}
