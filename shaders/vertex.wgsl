// The vertex shader of every pass: one triangle over the whole target.

struct Vertex {
    @builtin(position) position: vec4<f32>,
    // 0 to 1 from the target's top left.
    @location(0) screen: vec2<f32>,
}

@vertex
fn vertex(@builtin(vertex_index) index: u32) -> Vertex {
    let screen = vec2(f32((index << 1u) & 2u), f32(index & 2u));
    return Vertex(vec4(screen.x * 2.0 - 1.0, 1.0 - screen.y * 2.0, 0.0, 1.0), screen);
}
