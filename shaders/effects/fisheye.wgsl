struct Params {
    amount: f32,
}

// 75°, in radians.
const WIDEST = 1.3089969;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let half_angle = saturate(params.amount) * WIDEST;
    if half_angle < 0.001 {
        return uv;
    }
    let shape = vec2(context.size.x / context.size.y, 1.0);
    // 0 in the middle, 1 in the corners. The fisheye's angles are even over its picture (equidistant projection); the
    // camera's are those of a pinhole.
    let reach = max(length((uv - 0.5) * shape) / length(0.5 * shape), 0.0001);
    return 0.5 + (uv - 0.5) * tan(min(reach, 1.0) * half_angle) / (tan(half_angle) * min(reach, 1.0));
}
