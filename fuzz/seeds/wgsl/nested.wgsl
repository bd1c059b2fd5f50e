struct Deep { x: f32 }
struct Inner { deep: Deep }
struct Params { inner: Inner }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { return color; }
