// Draws a track behind a 3D scene. `screen` goes over the viewport of the Bevy camera.

struct Background {
    // The affine map from the viewport to the track: factors and offsets.
    view: vec4<f32>,
    // Width and height of a pixel of the viewport, in the track's uv.
    pixel: vec2<f32>,
    // Samples for each pixel, across and down.
    grid: vec2<f32>,
}

@group(0) @binding(0) var<uniform> background: Background;
@group(0) @binding(1) var track: texture_2d<f32>;
@group(0) @binding(2) var track_sampler: sampler;

// The mean color of a pixel, in linear light and with straight alpha.
fn mean_color(uv: vec2<f32>) -> vec4<f32> {
    var sum = vec4(0.0);
    for (var row = 0.5; row < background.grid.y; row += 1.0) {
        for (var column = 0.5; column < background.grid.x; column += 1.0) {
            let place = uv + (vec2(column, row) / background.grid - 0.5) * background.pixel;
            let color = textureSampleLevel(track, track_sampler, place, 0.0);
            sum += vec4(color.rgb * color.a, color.a);
        }
    }
    let mean = sum / (background.grid.x * background.grid.y);
    return vec4(mean.rgb / max(mean.a, 1.0 / 1024.0), mean.a);
}

// The bars beside a track that doesn't fill the viewport stay as they are.
fn visible_color(screen: vec2<f32>) -> vec4<f32> {
    let uv = screen * background.view.xy + background.view.zw;
    if any(uv < vec2(0.0)) || any(uv > vec2(1.0)) {
        discard;
    }
    return mean_color(uv);
}

@fragment
fn fragment(vertex: Vertex) -> @location(0) vec4<f32> {
    return visible_color(vertex.screen);
}

// For the pass that fills up the transparency of a scene, and leaves none.
@fragment
fn fill(vertex: Vertex) -> @location(0) vec4<f32> {
    return vec4(visible_color(vertex.screen).rgb, 1.0);
}
