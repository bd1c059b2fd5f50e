struct Params { amount: f32 }
override SIZE: f32 = 1.0;
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { let x = color ; return x; }
