struct Params {
    part: u32,
}

const WHOLE: u32 = 0u;
const UPPER_LEFT: u32 = 1u;
const UPPER_RIGHT: u32 = 2u;
const LOWER_LEFT: u32 = 3u;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    // 0 at the outer edges, 1 in the middle.
    let inward = 1.0 - abs(2.0 * uv - 1.0);
    switch params.part {
        case WHOLE: { return inward; }
        case UPPER_LEFT: { return 0.5 * inward; }
        case UPPER_RIGHT: { return vec2(1.0 - 0.5 * inward.x, 0.5 * inward.y); }
        case LOWER_LEFT: { return vec2(0.5 * inward.x, 1.0 - 0.5 * inward.y); }
        default: { return 1.0 - 0.5 * inward; }
    }
}
