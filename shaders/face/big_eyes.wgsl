
struct Params {
    faces: FaceShapes,
    amount: f32,
}

// The place of the input that is shown at a place near the eyes of a face.
fn magnified(uv: vec2<f32>, shape: FaceShape, is_there: bool, strength: f32, context: Context) -> vec2<f32> {
    if !is_there {
        return uv;
    }
    let left = scale_area(uv, shape.eyes.xy, shape.eye_radii.x, strength, context);
    return scale_area(left, shape.eyes.zw, shape.eye_radii.y, strength, context);
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let strength = -0.6 * saturate(params.amount);
    let count = params.faces.in_view;
    var place = uv;
    // Constant indexes, so that no copy of the array is made.
    place = magnified(place, face_shape(params.faces.list[0], params.faces.list[1], params.faces.list[2]), count > 0u, strength, context);
    place = magnified(place, face_shape(params.faces.list[3], params.faces.list[4], params.faces.list[5]), count > 1u, strength, context);
    place = magnified(place, face_shape(params.faces.list[6], params.faces.list[7], params.faces.list[8]), count > 2u, strength, context);
    place = magnified(place, face_shape(params.faces.list[9], params.faces.list[10], params.faces.list[11]), count > 3u, strength, context);
    place = magnified(place, face_shape(params.faces.list[12], params.faces.list[13], params.faces.list[14]), count > 4u, strength, context);
    place = magnified(place, face_shape(params.faces.list[15], params.faces.list[16], params.faces.list[17]), count > 5u, strength, context);
    place = magnified(place, face_shape(params.faces.list[18], params.faces.list[19], params.faces.list[20]), count > 6u, strength, context);
    place = magnified(place, face_shape(params.faces.list[21], params.faces.list[22], params.faces.list[23]), count > 7u, strength, context);
    place = magnified(place, face_shape(params.faces.list[24], params.faces.list[25], params.faces.list[26]), count > 8u, strength, context);
    place = magnified(place, face_shape(params.faces.list[27], params.faces.list[28], params.faces.list[29]), count > 9u, strength, context);
    place = magnified(place, face_shape(params.faces.list[30], params.faces.list[31], params.faces.list[32]), count > 10u, strength, context);
    place = magnified(place, face_shape(params.faces.list[33], params.faces.list[34], params.faces.list[35]), count > 11u, strength, context);
    place = magnified(place, face_shape(params.faces.list[36], params.faces.list[37], params.faces.list[38]), count > 12u, strength, context);
    place = magnified(place, face_shape(params.faces.list[39], params.faces.list[40], params.faces.list[41]), count > 13u, strength, context);
    place = magnified(place, face_shape(params.faces.list[42], params.faces.list[43], params.faces.list[44]), count > 14u, strength, context);
    place = magnified(place, face_shape(params.faces.list[45], params.faces.list[46], params.faces.list[47]), count > 15u, strength, context);
    return place;
}
