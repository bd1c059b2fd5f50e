struct Params {
    direction: u32,
    radial_a: f32,
    radial_b: f32,
    radial_c: f32,
    tangential_a: f32,
    tangential_b: f32,
    focal_length: f32,
    zoom: f32,
    center: vec2<f32>,
}

const DISTORT: u32 = 0u;
// Further from the middle than this there is no picture, and the polynomial is too large for a number.
const FURTHEST = 8.0;

// How far the lens is from straight at this place: the factor along the ray, and the shift beside it.
fn lens(place: vec2<f32>, params: Params) -> vec3<f32> {
    let square = dot(place, place);
    let radial = 1.0 + square * (params.radial_a + square * (params.radial_b + square * params.radial_c));
    let tangential = vec2(
        2.0 * params.tangential_a * place.x * place.y + params.tangential_b * (square + 2.0 * place.x * place.x),
        params.tangential_a * (square + 2.0 * place.y * place.y) + 2.0 * params.tangential_b * place.x * place.y,
    );
    return vec3(tangential, radial);
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> {
    // Half a diagonal is a focal length of 1.
    let scale = 0.5 * length(context.size) * max(params.focal_length, 0.01);
    let ray = (uv - params.center) * context.size / (scale * max(params.zoom, 0.01));
    let place = clamp(ray, vec2(-FURTHEST), vec2(FURTHEST));
    var seen = place;
    if params.direction == DISTORT {
        // Which straight ray the lens bends to here: there is no formula for it, so it is sought, each time nearer.
        for (var i = 0; i < 20; i++) {
            let bent = lens(seen, params);
            seen = clamp((place - bent.xy) / max(bent.z, 0.05), vec2(-FURTHEST), vec2(FURTHEST));
        }
    } else {
        let bent = lens(place, params);
        seen = clamp(place * bent.z + bent.xy, vec2(-FURTHEST), vec2(FURTHEST));
    }
    return params.center + seen * scale * context.texel;
}
