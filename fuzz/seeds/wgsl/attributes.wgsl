struct Params { @align(16) a: f32, @size(16) b: f32 }
@must_use @diagnostic(off, derivative_uniformity) fn a() -> f32 { return 0x1p3 + 1e-1f; }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> { switch 1 { case 1, 2: { return color * a(); } default: { } } return color; }
