struct Params { amount: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context, source: vec4<f32>) -> vec4<f32> { return mix(color, source, params.amount); }
