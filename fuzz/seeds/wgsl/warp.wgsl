struct Params { center: vec2<f32>, amount: f32 }
fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> { return mix(uv, params.center, params.amount); }
