struct Params {
    mode: u32,
}

const LEFT_TO_RIGHT: u32 = 0u;
const RIGHT_TO_LEFT: u32 = 1u;
const TOP_TO_BOTTOM: u32 = 2u;
const BOTTOM_TO_TOP: u32 = 3u;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let near = min(uv, 1.0 - uv);
    switch params.mode {
        case LEFT_TO_RIGHT: { return vec2(near.x, uv.y); }
        case RIGHT_TO_LEFT: { return vec2(1.0 - near.x, uv.y); }
        case TOP_TO_BOTTOM: { return vec2(uv.x, near.y); }
        case BOTTOM_TO_TOP: { return vec2(uv.x, 1.0 - near.y); }
        default: { return near; }
    }
}
