struct Params { amount: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal { let last = sample_history(uv, context); let mixed = mix(color, last, params.amount); return Temporal(mixed, mixed); }
