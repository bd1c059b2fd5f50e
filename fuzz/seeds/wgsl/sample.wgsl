struct Params { amount: f32 }
fn a(uv: vec2<f32>) -> vec4<f32> { return sample(uv); }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { let x = color + a(uv); return x; }
