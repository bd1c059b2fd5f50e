struct Params { amount: f32 }
fn helper(x: f32) -> f32 { return x * 2.0; }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    // dims
    return color * helper(params.amount);
}
