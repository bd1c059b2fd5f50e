// Where faces are. Lengths are in heights of the frame.

// The shape of a face.
struct FaceShape {
    // The middle of the head in uv, and half of its width and height.
    ellipse: vec4<f32>,
    // The direction across the head, to the right of the image if it is upright.
    across: vec2<f32>,
    // The radii of the left and the right eye.
    eye_radii: vec2<f32>,
    // The middle of the left and of the right eye, in uv.
    eyes: vec4<f32>,
}

struct FaceShapes {
    // The number of faces, and of those that are in view, which are the first.
    count: u32,
    in_view: u32,
    // 1 if the frame was searched and all its faces are in the list, else 0.
    searched: u32,
    // The width of the frame divided by its height. A photo may have another shape.
    aspect: f32,
    // Three for each face. WebGL has no more levels of structs in a uniform.
    list: array<vec4<f32>, 48>,
}

// The shape of a face by its three vectors in the list.
fn face_shape(ellipse: vec4<f32>, axes: vec4<f32>, eyes: vec4<f32>) -> FaceShape {
    return FaceShape(ellipse, axes.xy, axes.zw, eyes);
}

// The place in the axes of a head, whose ellipse has the radius 1.
fn head_place(uv: vec2<f32>, shape: FaceShape, aspect: f32) -> vec2<f32> {
    let away = (uv - shape.ellipse.xy) * vec2(aspect, 1.0);
    let down = vec2(-shape.across.y, shape.across.x);
    return vec2(dot(away, shape.across), dot(away, down)) / max(shape.ellipse.zw, vec2(0.0001));
}
