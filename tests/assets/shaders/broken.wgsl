// A name in line 7 is misspelled.
struct Params {
    amount: f32,
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let dark = colr.rgb * params.amount;
    return vec4(dark, color.a);
}
