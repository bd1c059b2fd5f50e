// Draws a frame for a consumer on the CPU: each pixel is the mean of a grid of samples, so that a small target has no
// aliasing.

struct TapUniforms {
    // The affine map from the target to the frame: factors and offsets.
    view: vec4<f32>,
    // Width and height of the target, in pixels.
    size: vec2<f32>,
    // Samples for each pixel, across and down.
    grid: vec2<f32>,
}

@group(0) @binding(0) var<uniform> tap: TapUniforms;

// The mean color of a pixel, multiplied by its alpha. Outside the frame it is transparent.
fn tap_mean(pixel: vec2<f32>) -> vec4<f32> {
    var sum = vec4(0.0);
    for (var row = 0.5; row < tap.grid.y; row += 1.0) {
        for (var column = 0.5; column < tap.grid.x; column += 1.0) {
            let screen = (pixel + vec2(column, row) / tap.grid) / tap.size;
            let uv = screen * tap.view.xy + tap.view.zw;
            let color = finish(sample_camera(uv), uv);
            sum += vec4(color.rgb * color.a, color.a);
        }
    }
    return sum / (tap.grid.x * tap.grid.y);
}

// One pixel in a texel: its color, with straight alpha.
fn tap_rgba(screen: vec2<f32>) -> vec4<f32> {
    let color = tap_mean(floor(screen * tap.size));
    return vec4(color.rgb / max(color.a, 1.0 / 1024.0), color.a);
}

// Four pixels of a row in a texel: their luma, over black. WebGL2 can't read textures of one channel.
fn tap_luma(screen: vec2<f32>) -> vec4<f32> {
    let texels = vec2(ceil(tap.size.x / 4.0), tap.size.y);
    let first = floor(screen * texels) * vec2(4.0, 1.0);
    return vec4(
        luma(tap_mean(first).rgb),
        luma(tap_mean(first + vec2(1.0, 0.0)).rgb),
        luma(tap_mean(first + vec2(2.0, 0.0)).rgb),
        luma(tap_mean(first + vec2(3.0, 0.0)).rgb),
    );
}
