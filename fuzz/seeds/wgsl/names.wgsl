struct Params { amount: f32, luma: vec3<f32> }
const SCALE = 3u; alias V = vec4<f32>;
var<private> seed: u32 = SCALE;
const_assert SCALE > 1u;
fn sample(luma: f32) -> f32 { let helper = luma; return helper; }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { var x: V = color; for (var i = 0u; i < SCALE; i++) { x.r += sample(f32(i)); } if x.r > 1.0 { return x.bgra; } else { seed += 1u; } return x * f32(seed % 3u); }
