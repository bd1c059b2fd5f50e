// What a temporal effect remembers from one frame of the camera to the next: four numbers for each pixel, in half
// precision, whatever they mean to it.
#define_import_path bevy_viewfinder::kept

#import bevy_viewfinder::effect::Context
#import bevy_viewfinder::sampling::linear_sampler

@group(0) @binding(7) var kept_texture: texture_2d<f32>;

// What a temporal effect gives back.
struct Temporal {
    // The picture.
    shown: vec4<f32>,
    // What `sample_kept` gives at the next frame.
    kept: vec4<f32>,
}

// What was kept of a place of the picture at the frame before.
fn sample_kept(uv: vec2<f32>, context: Context) -> vec4<f32> {
    return textureSampleLevel(kept_texture, linear_sampler, uv * context.kept_view.xy + context.kept_view.zw, 0.0);
}
