
struct Params {
    faces: FaceShapes,
    amount: f32,
}

// The radius of the surroundings that are magnified, in radii of the head.
const REACH = 1.5;

// The place of the input that is shown at a place near a head.
fn magnified(uv: vec2<f32>, shape: FaceShape, is_there: bool, strength: f32, aspect: f32) -> vec2<f32> {
    let away = length(head_place(uv, shape, aspect)) / REACH;
    if !is_there || away >= 1.0 {
        return uv;
    }
    let weight = 1.0 - away * away;
    return shape.ellipse.xy + (uv - shape.ellipse.xy) * (1.0 + strength * weight * weight);
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    let strength = -0.6 * saturate(params.amount);
    let count = params.faces.in_view;
    var place = uv;
    // Constant indexes, so that no copy of the array is made.
    place = magnified(place, params.faces.list[0], count > 0u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[1], count > 1u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[2], count > 2u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[3], count > 3u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[4], count > 4u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[5], count > 5u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[6], count > 6u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[7], count > 7u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[8], count > 8u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[9], count > 9u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[10], count > 10u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[11], count > 11u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[12], count > 12u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[13], count > 13u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[14], count > 14u, strength, params.faces.aspect);
    place = magnified(place, params.faces.list[15], count > 15u, strength, params.faces.aspect);
    return place;
}
