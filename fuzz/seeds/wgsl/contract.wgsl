// The names that the WGSL file of an effect can use without declaring them, for editors and tools that check WGSL.
//
// An app needs no copy of this file. For a tool that needs declarations, copy those that the effect uses to the top of
// its file, unchanged: bevy_viewfinder uses its own in their place. Any other declaration of one of these names in the
// file of an effect hides it there.
//
// The file itself has `struct Params`, with the fields of the Rust struct, and the function of the effect's kind:
// - Warp: `fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32>`
// - Color: `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>`
// - Spatial: `fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>`
// - WithSource: as Color, with the argument `source: vec4<f32>` after `context`
// - Composite: as Color, with the arguments `image: texture_2d<f32>, info: ImageInfo` after `context`
// - CompositeWithSource: as Composite, with the argument `source: vec4<f32>` before `image`
// - Temporal: `fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal`

// The frame that the effect works on: the parameter `context` of `fn effect`.
struct Context {
    // Width and height, in pixels.
    size: vec2<f32>,
    // One pixel in uv: 1 / size.
    texel: vec2<f32>,
    // Seconds since the app began, wrapped at an hour.
    time: f32,
    // The index of the pass among those of a spatial effect, from 0.
    pass_index: u32,
    // Seconds between this frame and the one before it, as temporal effects see them; 0 at the first.
    delta: f32,
    // `time` when the frame before was last drawn.
    previous_time: f32,
    // Read by `sample_history`.
    history_view: vec4<f32>,
}

// Spatial: the color at a place of the frame, mixed from the nearest four pixels; outside the frame that of its edge.
// In later passes, the result of the pass before.
fn sample(uv: vec2<f32>) -> vec4<f32> {
    return vec4(0.0);
}

// Spatial: the same in the input of the first pass.
fn sample_original(uv: vec2<f32>) -> vec4<f32> {
    return vec4(0.0);
}

// Composite and CompositeWithSource: the image that the effect sees beside the frame.
struct ImageInfo {
    // Width and height, in pixels.
    size: vec2<f32>,
    // 1 if the texture gives linear light, else 0. Read by `sample_image`.
    linear: u32,
    // 1 if the image is there. Without it only effects are called whose image a component sets (`ProvidedImage`).
    ready: u32,
}

// Composite and CompositeWithSource: the color at a place of the image, display-encoded, with straight alpha; outside
// the image that of its edge.
fn sample_image(image: texture_2d<f32>, info: ImageInfo, uv: vec2<f32>) -> vec4<f32> {
    return vec4(0.0);
}

// Temporal: what the effect returns.
struct Temporal {
    // The color.
    shown: vec4<f32>,
    // Read by `sample_history` at the next frame: any four numbers, in half precision.
    history: vec4<f32>,
}

// Temporal: what the effect stored as history at a place of the frame before; 0 at the first frame.
fn sample_history(uv: vec2<f32>, context: Context) -> vec4<f32> {
    return vec4(0.0);
}

struct Params { a: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { return color; }
