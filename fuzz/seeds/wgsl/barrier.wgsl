struct Params { amount: f32 }
fn a() { workgroupBarrier(); }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { let x = color ; a(); return x; }
