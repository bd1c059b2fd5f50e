struct Params {
    axis: u32,
}

const HORIZONTAL: u32 = 0u;
const VERTICAL: u32 = 1u;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    switch params.axis {
        case HORIZONTAL: { return vec2(1.0 - uv.x, uv.y); }
        case VERTICAL: { return vec2(uv.x, 1.0 - uv.y); }
        default: { return 1.0 - uv; }
    }
}
