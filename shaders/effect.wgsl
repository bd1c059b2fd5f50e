// The frame that an effect works on, for every effect.

struct Context {
    // Width and height of the frame, in pixels.
    size: vec2<f32>,
    // One pixel in uv: 1 / size.
    texel: vec2<f32>,
    // Seconds since the app began, wrapped at an hour.
    time: f32,
    // Which of a filter's passes this is, from 0.
    pass_index: u32,
    // Seconds between the track's frame and the one before it, as temporal effects see them; 0 at the first.
    delta: f32,
    // `time` when the frame before was last drawn.
    previous_time: f32,
    // The affine map from uv to the texture that `sample_history` reads: factors and offsets.
    history_view: vec4<f32>,
}
