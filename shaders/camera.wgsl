// The track's own frame: its planes, in the format that the source sends, to RGB, upright and cropped.
//
// The generated part of a pass adds the declarations that differ between formats: `camera_color`, and those of
// `camera_pixel`, `chroma_sample`, `Y_BYTE`, `U_BYTE`, `V_BYTE`, `R_BYTE`, `OPAQUE`,
// `LARGEST_WORD` and `NEUTRAL_CHROMA` that are called.

struct Camera {
    // The rows of the affine map from Y, U, V to red, green and blue.
    red: vec4<f32>,
    green: vec4<f32>,
    blue: vec4<f32>,
    // The affine map from the upright frame's uv to that of the planes: x factor, y factor, offset. The last number is
    // the brightness: 1, or 0 for a black frame.
    u: vec4<f32>,
    v: vec4<f32>,
    // The frame's size, in pixels.
    size: vec2<f32>,
    // Chroma samples for one pixel, across and down.
    chroma_scale: vec2<f32>,
    // The affine map from pixels to chroma samples adds this, in chroma samples: where they lie between the pixels.
    chroma_offset: vec2<f32>,
    // The most samples for a pixel of the output, across and down: 1 if the frame isn't shown smaller than it is.
    most_samples: vec2<f32>,
    // The lens whose distortion is undone, for uv of the upright frame: focal lengths and principal point. The focal
    // lengths are 0 for none.
    lens: vec4<f32>,
    // Its distortion as in OpenCV: k1, k2, p1, p2; then k3, and the largest squared distance from the axis.
    distortion: vec4<f32>,
    distortion_rest: vec4<f32>,
}

@group(0) @binding(1) var<uniform> camera: Camera;
@group(0) @binding(2) var plane_0: texture_2d<f32>;
@group(0) @binding(3) var plane_1: texture_2d<f32>;
@group(0) @binding(4) var plane_2: texture_2d<f32>;

// The color at a place of the upright frame; outside the frame the color of its edge.
fn sample_camera(uv: vec2<f32>) -> vec4<f32> {
    let place = vec3(through_lens(uv), 1.0);
    let color = camera_color(vec2(dot(camera.u.xyz, place), dot(camera.v.xyz, place)));
    return select(vec4(0.0, 0.0, 0.0, 1.0), color, camera.u.w > 0.0);
}

// The mean color of the part of the frame that a pixel of the output covers: a large frame that is shown small has no
// aliasing. `across` and `down` lead to the next pixels of the output, in uv.
fn sample_camera_mean(uv: vec2<f32>, across: vec2<f32>, down: vec2<f32>) -> vec4<f32> {
    if all(camera.most_samples <= vec2(1.0)) {
        return sample_camera(uv);
    }
    let to_right = frame_pixels(across);
    let below = frame_pixels(down);
    let covered = vec2(length(to_right), length(below));
    let samples = min(vec2(mean_samples(to_right), mean_samples(below)), camera.most_samples);
    // A warp with a seam leads far away to the next pixel.
    let longest = min(vec2(1.0), camera.most_samples / max(covered, vec2(1.0)));
    var sum = vec4(0.0);
    for (var row = 0.5; row < samples.y; row += 1.0) {
        for (var column = 0.5; column < samples.x; column += 1.0) {
            let place = (vec2(column, row) / samples - 0.5) * longest;
            let color = sample_camera(uv + across * place.x + down * place.y);
            sum += vec4(color.rgb * color.a, color.a);
        }
    }
    return vec4(sum.rgb / max(sum.a, 1.0 / 1024.0), sum.a / (samples.x * samples.y));
}

// A step in uv, in pixels of the frame.
fn frame_pixels(step: vec2<f32>) -> vec2<f32> {
    return vec2(dot(camera.u.xy, step), dot(camera.v.xy, step)) * camera.size;
}

// The samples for a step of this many pixels. A sample is the mean of the two pixels that it lies between, so half as
// many are exact if they all lie midway. That isn't so in a direction in which samples of chroma lie midway too.
fn mean_samples(step: vec2<f32>) -> f32 {
    let covered = length(step);
    if covered < 1.01 {
        return 1.0;
    }
    let pairs = round(covered / 2.0);
    let are_exact = (camera.chroma_scale == vec2(1.0)) | (camera.chroma_offset != vec2(0.0)) | (abs(step) < vec2(0.01));
    return select(ceil(covered), pairs, all(are_exact) && abs(covered / 2.0 - pairs) < 0.001);
}

// Where the lens shows a place of the frame of a pinhole.
fn through_lens(uv: vec2<f32>) -> vec2<f32> {
    if camera.lens.x == 0.0 {
        return uv;
    }
    let ray = (uv - camera.lens.zw) / camera.lens.xy;
    let square = min(dot(ray, ray), camera.distortion_rest.y);
    let k = camera.distortion;
    let radial = 1.0 + square * (k.x + square * (k.y + square * camera.distortion_rest.x));
    let cross = 2.0 * ray.x * ray.y;
    let tangential = vec2(
        k.z * cross + k.w * (square + 2.0 * ray.x * ray.x),
        k.z * (square + 2.0 * ray.y * ray.y) + k.w * cross,
    );
    return (ray * radial + tangential) * camera.lens.xy + camera.lens.zw;
}

fn yuv_to_rgb(yuv: vec3<f32>) -> vec4<f32> {
    let place = vec4(yuv, 1.0);
    let rgb = vec3(dot(camera.red, place), dot(camera.green, place), dot(camera.blue, place));
    return vec4(clamp(rgb, vec3(0.0), vec3(1.0)), 1.0);
}

// An `Image` asset of display-encoded values in place of planes.
fn encoded_image(uv: vec2<f32>) -> vec4<f32> {
    return textureSampleLevel(plane_0, linear_sampler, uv, 0.0);
}

// An `Image` asset of linear light in place of planes.
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

// Chroma, mixed from the nearest four of its samples; beyond the outermost pixels theirs.
fn plane_chroma(uv: vec2<f32>) -> vec2<f32> {
    let pixel = clamp(uv * camera.size, vec2(0.5), camera.size - 0.5);
    let place = pixel * camera.chroma_scale + camera.chroma_offset;
    return chroma_sample(place / vec2<f32>(textureDimensions(plane_1)));
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

// The sampler can't filter formats with several pixels in a texel or with one channel in it: this mixes four pixels.
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

// The nearest pixel of the frame.
fn inside_planes(place: vec2<i32>) -> vec2<i32> {
    return clamp(place, vec2(0), vec2<i32>(camera.size) - 1);
}

// Two pixels share a texel and its chroma, which is mixed with that of the texel on the side where the pixel lies.
fn packed_422(at: vec2<i32>) -> vec4<f32> {
    let pair = at.x / 2;
    let second = (at.x & 1) == 1;
    let aside = select(-0.25, 0.25, second) + camera.chroma_offset.x;
    let last = i32(textureDimensions(plane_0).x) - 1;
    let neighbor = clamp(pair + select(1, -1, aside < 0.0), 0, last);
    let own = textureLoad(plane_0, vec2(pair, at.y), 0);
    let next = textureLoad(plane_0, vec2(neighbor, at.y), 0);
    let luma = select(own[Y_BYTE], own[Y_BYTE + 2], second);
    let chroma = mix(vec2(own[U_BYTE], own[V_BYTE]), vec2(next[U_BYTE], next[V_BYTE]), abs(aside));
    return yuv_to_rgb(vec3(luma, chroma));
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

// A word of two bytes, the lower one first: 1 is the largest value.
fn word(bytes: vec2<f32>) -> f32 {
    return dot(bytes, vec2(255.0, 65280.0)) / LARGEST_WORD;
}

fn gray_words(at: vec2<i32>) -> vec4<f32> {
    return yuv_to_rgb(vec3(word(textureLoad(plane_0, at, 0).rg), vec2(NEUTRAL_CHROMA)));
}

// Words can't be mixed by the sampler, whose precision is that of bytes.
fn semi_planar_words(at: vec2<i32>) -> vec4<f32> {
    let luma = word(textureLoad(plane_0, at, 0).rg);
    let place = (vec2<f32>(at) + 0.5) * camera.chroma_scale + camera.chroma_offset - 0.5;
    let corner = vec2<i32>(floor(place));
    let part = place - floor(place);
    let top = mix(chroma_words(corner), chroma_words(corner + vec2(1, 0)), part.x);
    let bottom = mix(chroma_words(corner + vec2(0, 1)), chroma_words(corner + vec2(1, 1)), part.x);
    return yuv_to_rgb(vec3(luma, mix(top, bottom, part.y)));
}

// The nearest chroma sample of the frame.
fn chroma_words(place: vec2<i32>) -> vec2<f32> {
    let last = vec2<i32>(textureDimensions(plane_1)) - 1;
    let texel = textureLoad(plane_1, clamp(place, vec2(0), last), 0);
    return vec2(word(texel.rg), word(texel.ba));
}
