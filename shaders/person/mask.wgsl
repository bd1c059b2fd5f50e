// The mask of people at a place of the frame, from 0 to 1. Its edges follow those of the frame: texels whose color is
// that of this pixel weigh more (Kopf et al., Joint Bilateral Upsampling, 2007).

// The difference in color at which a texel weighs e^-1/2.
const COLOR_DEVIATION = 0.1;
// The weight that texels keep whatever their color, so that there always is a mean.
const LEAST_WEIGHT = 0.001;

fn person_at(color: vec3<f32>, uv: vec2<f32>, image: texture_2d<f32>, info: ImageInfo) -> f32 {
    if info.ready == 0u {
        return 0.0;
    }
    let place = uv * info.size - 0.5;
    let corner = vec2<i32>(floor(place));
    let last = vec2<i32>(info.size) - 1;
    var sum = 0.0;
    var total = 0.0;
    for (var y = -1; y <= 2; y++) {
        for (var x = -1; x <= 2; x++) {
            let texel = corner + vec2(x, y);
            let there = textureLoad(image, clamp(texel, vec2(0), last), 0);
            let away = place - vec2<f32>(texel);
            let apart = (color - there.rgb) / COLOR_DEVIATION;
            let weight = exp(-0.5 * dot(away, away)) * (exp(-0.5 * dot(apart, apart)) + LEAST_WEIGHT);
            sum += weight * there.a;
            total += weight;
        }
    }
    return sum / total;
}

// How opaque people with this value of the mask are.
fn person_opacity(mask: f32, threshold: f32, softness: f32) -> f32 {
    let reach = 0.5 * max(softness, 0.001);
    return smoothstep(threshold - reach, threshold + reach, mask);
}

