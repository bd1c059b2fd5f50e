// The matrix of the W3C's Filter Effects, `hue-rotate()`.

struct Params {
    angle: f32,
}

const LUMA = vec3(0.213, 0.715, 0.072);

// Column by column.
const COSINE = mat3x3(
    vec3(0.787, -0.213, -0.213),
    vec3(-0.715, 0.285, -0.715),
    vec3(-0.072, -0.072, 0.928),
);
const SINE = mat3x3(
    vec3(-0.213, 0.143, -0.787),
    vec3(-0.715, 0.140, 0.715),
    vec3(0.928, -0.283, 0.072),
);

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let angle = radians(params.angle);
    let turned = vec3(dot(color.rgb, LUMA))
        + cos(angle) * (COSINE * color.rgb)
        + sin(angle) * (SINE * color.rgb);
    return vec4(saturate(turned), color.a);
}
