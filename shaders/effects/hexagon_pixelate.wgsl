struct Params {
    size: f32,
}

// Rows of hexagons repeat after two, which are 2 / sqrt(3) times 1.5 as far as one is wide.
const CELL = vec2(1.0, 1.7320508);

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    if params.size <= 1.0 {
        return uv;
    }
    let place = uv * context.size / params.size;
    // The middles of hexagons lie in the middles of these cells, and in their corners. The nearest is ours.
    let inner = (floor(place / CELL) + 0.5) * CELL;
    let outer = round(place / CELL) * CELL;
    let nearer = distance(place, inner) < distance(place, outer);
    let middle = select(outer, inner, nearer) * params.size;
    // The middle of a hexagon at the edge may be beyond it.
    return clamp(middle, vec2(0.5), context.size - 0.5) * context.texel;
}
