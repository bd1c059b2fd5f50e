struct Params { step: vec2<f32> }
fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
  var sum = vec4<f32>();
  for (var x = -1; x <= 1; x++) { sum += sample(uv + f32(x) * params.step / context.size); }
  return sum / 3.0 + 0.0 * sample_original(uv);
}
