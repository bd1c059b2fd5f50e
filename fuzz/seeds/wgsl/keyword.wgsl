struct Params { amount: f32 }
fn if() {}
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { let x = color ; return x; }
