// The track's own frame: its planes, in the format that the source sends, to RGB, upright and cropped.
//
// What differs between formats the generated part of a pass adds: `camera_color`, and what this calls of `camera_pixel`,
// `chroma_sample`, `Y_BYTE`, `U_BYTE`, `V_BYTE`, `R_BYTE` and `OPAQUE`.

struct Camera {
    // The rows of the affine map from Y, U, V to red, green and blue.
    red: vec4<f32>,
    green: vec4<f32>,
    blue: vec4<f32>,
    // The affine map from the upright frame's uv to the planes': x, y factors and offset. The last is the brightness:
    // 1, or 0 if the frame isn't to be seen.
    u: vec4<f32>,
    v: vec4<f32>,
    // The planes' size in pixels.
    size: vec2<f32>,
    // Pixels of luma for one of chroma.
    subsampling: vec2<f32>,
}

@group(0) @binding(1) var<uniform> camera: Camera;
@group(0) @binding(2) var plane_0: texture_2d<f32>;
@group(0) @binding(3) var plane_1: texture_2d<f32>;
@group(0) @binding(4) var plane_2: texture_2d<f32>;

// The color at a place of the upright frame; outside it that of its edge.
fn sample_camera(uv: vec2<f32>) -> vec4<f32> {
    let place = vec3(uv, 1.0);
    let color = camera_color(vec2(dot(camera.u.xyz, place), dot(camera.v.xyz, place)));
    return select(vec4(0.0, 0.0, 0.0, 1.0), color, camera.u.w > 0.0);
}

fn yuv_to_rgb(yuv: vec3<f32>) -> vec4<f32> {
    let place = vec4(yuv, 1.0);
    let rgb = vec3(dot(camera.red, place), dot(camera.green, place), dot(camera.blue, place));
    return vec4(clamp(rgb, vec3(0.0), vec3(1.0)), 1.0);
}

// An image of the app's, whose values are display-encoded.
fn encoded_image(uv: vec2<f32>) -> vec4<f32> {
    return textureSampleLevel(plane_0, linear_sampler, uv, 0.0);
}

// An image of the app's, whose values are linear light.
fn linear_image(uv: vec2<f32>) -> vec4<f32> {
    let color = textureSampleLevel(plane_0, linear_sampler, uv, 0.0);
    return vec4(encode(saturate(color.rgb)), color.a);
}

fn plane_luma(uv: vec2<f32>) -> f32 {
    return textureSampleLevel(plane_0, linear_sampler, uv, 0.0).r;
}

fn two_planes(uv: vec2<f32>) -> vec4<f32> {
    return yuv_to_rgb(vec3(plane_luma(uv), plane_chroma(uv)));
}

fn gray_plane(uv: vec2<f32>) -> vec4<f32> {
    return yuv_to_rgb(vec3(plane_luma(uv), vec2(128.0 / 255.0)));
}

// Where a frame's sides are whole numbers of chroma samples, each sample colors the pixels that it was made of, as
// ffmpeg has it. An odd frame's samples don't line up with its pixels: ffmpeg spreads them over it and mixes them
// by cubic convolution, and so is it done here.
fn plane_chroma(uv: vec2<f32>) -> vec2<f32> {
    let samples = vec2<f32>(textureDimensions(plane_1));
    let pixel = clamp(floor(uv * camera.size), vec2(0.0), camera.size - 1.0);
    let own = (floor(pixel / camera.subsampling) + 0.5) / samples;
    let odd = camera.size % 2.0 > vec2(0.5);
    if !odd.y {
        return chroma_sample(own);
    }
    return cubic_chroma(vec2(select(own.x, uv.x, odd.x), uv.y) * samples, samples);
}

// Chroma in one plane, and in two.
fn chroma_pair(uv: vec2<f32>) -> vec2<f32> {
    return textureSampleLevel(plane_1, linear_sampler, uv, 0.0).rg;
}

fn chroma_planes(uv: vec2<f32>) -> vec2<f32> {
    return vec2(
        textureSampleLevel(plane_1, linear_sampler, uv, 0.0).r,
        textureSampleLevel(plane_2, linear_sampler, uv, 0.0).r,
    );
}

// The weights of the four samples around a place that lies this far from the second to the third.
fn cubic_weights(part: f32) -> vec4<f32> {
    const SHARPNESS = 0.6;
    let near = vec2(part, 1.0 - part);
    let far = near + 1.0;
    let inner = ((2.0 - SHARPNESS) * near + SHARPNESS - 3.0) * near * near + 1.0;
    let outer = ((-SHARPNESS * far + 5.0 * SHARPNESS) * far - 8.0 * SHARPNESS) * far + 4.0 * SHARPNESS;
    return vec4(outer.x, inner.x, inner.y, outer.y);
}

fn cubic_chroma(place: vec2<f32>, samples: vec2<f32>) -> vec2<f32> {
    let corner = floor(place - 0.5);
    let across = cubic_weights(place.x - 0.5 - corner.x);
    let down = cubic_weights(place.y - 0.5 - corner.y);
    var sum = vec2(0.0);
    for (var y = 0; y < 4; y++) {
        for (var x = 0; x < 4; x++) {
            let at = corner + vec2(f32(x), f32(y)) - 0.5;
            sum += across[x] * down[y] * chroma_sample(at / samples);
        }
    }
    return sum;
}

// Formats that hold several values or several pixels in a texel are mixed here and not by the sampler.
fn between_pixels(uv: vec2<f32>) -> vec4<f32> {
    let place = clamp(uv, vec2(0.0), vec2(1.0)) * camera.size - 0.5;
    let corner = floor(place);
    let part = place - corner;
    let at = vec2<i32>(corner);
    let nearest = camera_pixel(inside_planes(at));
    if all(part < vec2(1.0 / 512.0)) {
        return nearest;
    }
    let top = mix(nearest, camera_pixel(inside_planes(at + vec2(1, 0))), part.x);
    let lower_left = camera_pixel(inside_planes(at + vec2(0, 1)));
    let bottom = mix(lower_left, camera_pixel(inside_planes(at + vec2(1, 1))), part.x);
    return mix(top, bottom, part.y);
}

// The nearest pixel that there is.
fn inside_planes(place: vec2<i32>) -> vec2<i32> {
    return clamp(place, vec2(0), vec2<i32>(camera.size) - 1);
}

fn packed_422(at: vec2<i32>) -> vec4<f32> {
    let pair = textureLoad(plane_0, vec2(at.x / 2, at.y), 0);
    let second = (at.x & 1) == 1;
    return yuv_to_rgb(vec3(select(pair[Y_BYTE], pair[Y_BYTE + 2], second), pair[U_BYTE], pair[V_BYTE]));
}

fn rgb_24(at: vec2<i32>) -> vec4<f32> {
    let red = textureLoad(plane_0, vec2(at.x * 3 + R_BYTE, at.y), 0).r;
    let green = textureLoad(plane_0, vec2(at.x * 3 + 1, at.y), 0).r;
    let blue = textureLoad(plane_0, vec2(at.x * 3 + 2 - R_BYTE, at.y), 0).r;
    return vec4(red, green, blue, 1.0);
}

fn rgb_32(at: vec2<i32>) -> vec4<f32> {
    let texel = textureLoad(plane_0, at, 0);
    return vec4(texel[R_BYTE], texel.g, texel[2 - R_BYTE], max(texel.a, OPAQUE));
}
