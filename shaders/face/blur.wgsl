
struct Params {
    faces: FaceShapes,
    strength: f32,
    softness: f32,
    kind: u32,
    unsearched: u32,
}

// The strength that is always left.
const LEAST_STRENGTH = 0.05;
// The samples to each side of a blur, and of each side of a square.
const BLUR_REACH = 24;
const SQUARE_SIDE = 8;
// The width of a head, in heights of the frame, by which a frame is blurred that isn't searched.
const UNKNOWN_WIDTH = 0.5;
// The radius in which the first pass blurs: the second mixes pixels of this surrounding.
const SURROUNDING = 2.5;

// How much a place is covered, from 0 to 1, and the width of the widest head there, in heights of the frame.
struct Cover {
    part: f32,
    width: f32,
}

// The cover by one more face. It is 1 up to the radius, and 0 from the outer radius on.
fn covered(
    cover: Cover,
    uv: vec2<f32>,
    shape: FaceShape,
    is_there: bool,
    radius: f32,
    outer: f32,
    aspect: f32,
) -> Cover {
    let part = 1.0 - smoothstep(radius, outer, length(head_place(uv, shape, aspect)));
    if !is_there || part <= 0.0 {
        return cover;
    }
    return Cover(max(cover.part, part), max(cover.width, 2.0 * shape.ellipse.z));
}

fn cover_at(uv: vec2<f32>, faces: FaceShapes, radius: f32, outer: f32) -> Cover {
    var cover = Cover(0.0, 0.0);
    let count = faces.count;
    // Constant indexes, so that no copy of the array is made.
    cover = covered(cover, uv, face_shape(faces.list[0], faces.list[1], faces.list[2]), count > 0u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[3], faces.list[4], faces.list[5]), count > 1u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[6], faces.list[7], faces.list[8]), count > 2u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[9], faces.list[10], faces.list[11]), count > 3u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[12], faces.list[13], faces.list[14]), count > 4u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[15], faces.list[16], faces.list[17]), count > 5u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[18], faces.list[19], faces.list[20]), count > 6u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[21], faces.list[22], faces.list[23]), count > 7u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[24], faces.list[25], faces.list[26]), count > 8u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[27], faces.list[28], faces.list[29]), count > 9u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[30], faces.list[31], faces.list[32]), count > 10u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[33], faces.list[34], faces.list[35]), count > 11u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[36], faces.list[37], faces.list[38]), count > 12u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[39], faces.list[40], faces.list[41]), count > 13u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[42], faces.list[43], faces.list[44]), count > 14u, radius, outer, faces.aspect);
    cover = covered(cover, uv, face_shape(faces.list[45], faces.list[46], faces.list[47]), count > 15u, radius, outer, faces.aspect);
    return cover;
}

// The color that takes the place of faces, after the first or the second pass.
fn hidden_color(uv: vec2<f32>, width: f32, params: Params, context: Context) -> vec4<f32> {
    let strength = select(LEAST_STRENGTH, params.strength, params.strength > LEAST_STRENGTH);
    let size = min(strength, 1.0) * width * context.size.y;
    if params.kind == 1u {
        return square_color(uv, size, context);
    }
    return wide_blur(uv, size, context);
}

// A Gaussian blur along the pass's axis, by a fixed number of samples. The standard deviation is in pixels.
fn wide_blur(uv: vec2<f32>, deviation: f32, context: Context) -> vec4<f32> {
    let axis = blur_axis(context);
    let step = 2.5 * deviation / f32(BLUR_REACH);
    var sum = sample_premultiplied(uv);
    var total = 1.0;
    for (var i = 1; i <= BLUR_REACH; i++) {
        let away = 2.5 * f32(i) / f32(BLUR_REACH);
        let weight = exp(-0.5 * away * away);
        let offset = f32(i) * step * axis;
        sum += weight * (sample_premultiplied(uv + offset) + sample_premultiplied(uv - offset));
        total += 2.0 * weight;
    }
    return vec4(saturate(sum.rgb / max(sum.a, 0.000001)), saturate(sum.a / total));
}

// The mean of a square, in the first pass. Its side is twice the size, in pixels.
fn square_color(uv: vec2<f32>, size: f32, context: Context) -> vec4<f32> {
    if context.pass_index == 1u {
        return sample(uv);
    }
    // Steps of a quarter of an octave, so that squares keep their places while a head moves a little.
    let side = max(exp2(round(4.0 * log2(max(2.0 * size, 1.0))) / 4.0), 1.0);
    let corner = floor(uv * context.size / side) * side;
    var sum = vec4(0.0);
    for (var y = 0; y < SQUARE_SIDE; y++) {
        for (var x = 0; x < SQUARE_SIDE; x++) {
            let place = corner + (vec2(f32(x), f32(y)) + 0.5) * side / f32(SQUARE_SIDE);
            sum += sample_premultiplied(min(place, context.size - 0.5) * context.texel);
        }
    }
    return vec4(saturate(sum.rgb / max(sum.a, 0.000001)), saturate(sum.a / f32(SQUARE_SIDE * SQUARE_SIDE)));
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    if params.faces.searched == 0u && params.unsearched == 0u {
        return hidden_color(uv, UNKNOWN_WIDTH, params, context);
    }
    let outer = 1.0 + select(0.001, params.softness, params.softness > 0.001);
    if context.pass_index == 0u {
        let near = cover_at(uv, params.faces, SURROUNDING, SURROUNDING + 0.001);
        if near.part <= 0.0 {
            return sample(uv);
        }
        return hidden_color(uv, near.width, params, context);
    }
    let near = cover_at(uv, params.faces, SURROUNDING, SURROUNDING + 0.001);
    let cover = cover_at(uv, params.faces, 1.0, outer);
    let original = sample_original(uv);
    if cover.part <= 0.0 {
        return original;
    }
    return mix(original, hidden_color(uv, near.width, params, context), cover.part);
}
