// What every pass begins and ends with: one triangle over the whole target, and the color as the target wants it.
#define_import_path bevy_viewfinder::pass

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

// The color for the target. Outside the picture (where it doesn't fill the target) there is nothing.
fn finish(color: vec4<f32>, uv: vec2<f32>) -> vec4<f32> {
    let inside = all(uv >= vec2(0.0)) && all(uv <= vec2(1.0));
    let shown = select(vec4(0.0), color, inside);
#ifdef SRGB_TARGET
    // The target encodes by itself what is written to it.
    let low = shown.rgb / 12.92;
    let high = pow((shown.rgb + 0.055) / 1.055, vec3(2.4));
    return vec4(select(high, low, shown.rgb <= vec3(0.04045)), shown.a);
#else
    return shown;
#endif
}
