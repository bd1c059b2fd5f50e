struct Params {
    channel: u32,
    black: f32,
    shadows: f32,
    midtones: f32,
    highlights: f32,
    white: f32,
}

const ALL: u32 = 0u;

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    var points = array<f32, 5>(params.black, params.shadows, params.midtones, params.highlights, params.white);
    // How much the curve bends at each of the inner points, where it goes on as smoothly as it can: the second
    // differences, by the inverse of the matrix with 4 on its diagonal and 1 beside it. At the ends it doesn't bend.
    let differences = vec3(
        points[0] - 2.0 * points[1] + points[2],
        points[1] - 2.0 * points[2] + points[3],
        points[2] - 2.0 * points[3] + points[4],
    );
    var bends = array<f32, 5>(
        0.0,
        dot(vec3(15.0, -4.0, 1.0), differences) / 56.0,
        dot(vec3(-4.0, 16.0, -4.0), differences) / 56.0,
        dot(vec3(1.0, -4.0, 15.0), differences) / 56.0,
        0.0,
    );
    var curved = vec3(0.0);
    for (var segment = 0; segment < 4; segment++) {
        // 0 to 1 along this segment. Beyond it another one says what the color becomes.
        let place = 4.0 * saturate(color.rgb) - f32(segment);
        let rest = 1.0 - place;
        let level = rest * points[segment]
            + place * points[segment + 1]
            + (rest * rest * rest - rest) * bends[segment]
            + (place * place * place - place) * bends[segment + 1];
        curved = select(curved, level, place >= vec3(0.0));
    }
    if params.channel != ALL {
        curved = select(color.rgb, curved, vec3(params.channel) == vec3(1u, 2u, 3u));
    }
    return vec4(saturate(curved), color.a);
}
