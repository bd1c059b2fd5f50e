struct Deep { x: f32 }
struct Inner { deep: Deep }
struct Params { amount: f32, m: mat2x2<f32>, i: vec3<i32>, u: u32, a: array<vec4<f32>, 2> }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { return color; }
