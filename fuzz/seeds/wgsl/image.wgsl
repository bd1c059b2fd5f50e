struct Params { amount: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context, image: texture_2d<f32>, info: ImageInfo) -> vec4<f32> { return mix(color, sample_image(image, info, uv), params.amount); }
