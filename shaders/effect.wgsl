// What every effect is told of the picture that it works on.
#define_import_path bevy_viewfinder::effect

struct Context {
    // Width and height of the picture, in pixels.
    size: vec2<f32>,
    // One pixel in uv: 1 / size.
    texel: vec2<f32>,
    // Seconds since the app began, wrapped at an hour.
    time: f32,
    // Which of a filter's passes this is, from 0.
    pass_index: u32,
    // Seconds between the camera's frame and the one before it, as temporal effects see them; 0 at the first.
    delta: f32,
    // From uv to where it is in what was kept: factors and offsets. `sample_kept` knows what to do with it.
    kept_view: vec4<f32>,
}
