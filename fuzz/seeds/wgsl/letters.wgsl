struct Params { größe: f32 }
fn 明るさ(Δ: ptr<function, f32>) -> f32 { return *Δ; }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { var x = params.größe; return color * 明るさ(&x); }
