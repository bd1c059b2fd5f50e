struct Params { a: f32 }
@group(0) @binding(0) var mine: texture_2d<f32>;
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { return color; }
