// Passes 0 and 1 blur luma, 2 finds how steep it is, 3 keeps ridges, 4 to 7 follow weak edges from strong ones; the
// last also draws.

struct Params {
    std_deviation: f32,
    low: f32,
    high: f32,
    color: vec4<f32>,
    background: vec4<f32>,
}

const LAST_PASS = 7u;
const WIDEST = 4.0;
const NARROWEST = 0.1;
// tan(22.5°): below this slope a direction is nearer to the axis than to the diagonal.
const NEAR_AXIS = 0.41421356;

// Luma, blurred along the pass's axis.
fn soft_luma(place: vec2<f32>, params: Params, context: Context) -> f32 {
    let deviation = clamp(params.std_deviation, NARROWEST, WIDEST);
    let falloff = -0.5 / (deviation * deviation);
    let axis = blur_axis(context);
    var sum = 0.0;
    var total = 0.0;
    let reach = i32(ceil(3.0 * deviation));
    for (var i = -reach; i <= reach; i++) {
        let there = sample(place + f32(i) * axis);
        let weight = exp(falloff * f32(i * i));
        sum += weight * select(unpack16(there.rg), luma(there.rgb), context.pass_index == 0u);
        total += weight;
    }
    return sum / total;
}

// How steep luma is, from the numbers of pass 1: Sobel's operator, half of it, so that it is at most 1.
fn gradient(uv: vec2<f32>, texel: vec2<f32>) -> vec2<f32> {
    let upper_left = unpack16(sample(uv - texel).rg);
    let lower_right = unpack16(sample(uv + texel).rg);
    let upper_right = unpack16(sample(uv + vec2(texel.x, -texel.y)).rg);
    let lower_left = unpack16(sample(uv + vec2(-texel.x, texel.y)).rg);
    let left = unpack16(sample(uv - vec2(texel.x, 0.0)).rg);
    let right = unpack16(sample(uv + vec2(texel.x, 0.0)).rg);
    let upper = unpack16(sample(uv - vec2(0.0, texel.y)).rg);
    let lower = unpack16(sample(uv + vec2(0.0, texel.y)).rg);
    let across = upper_right + 2.0 * right + lower_right - upper_left - 2.0 * left - lower_left;
    let down = lower_left + 2.0 * lower + lower_right - upper_left - 2.0 * upper - upper_right;
    return 0.125 * vec2(across, down);
}

// Which of the four pairs of neighbors lies up and down the slope: beside, below, on the falling or on the rising
// diagonal.
fn direction(slope: vec2<f32>) -> f32 {
    let size = abs(slope);
    if size.y <= NEAR_AXIS * size.x {
        return 0.0;
    }
    if size.x <= NEAR_AXIS * size.y {
        return 1.0;
    }
    return select(3.0, 2.0, slope.x * slope.y > 0.0);
}

fn ridge(uv: vec2<f32>, params: Params, texel: vec2<f32>) -> f32 {
    let here = sample(uv);
    let steep = unpack16(here.rg);
    var step = vec2(texel.x, 0.0);
    switch u32(round(3.0 * here.b)) {
        case 0u: {}
        case 1u: { step = vec2(0.0, texel.y); }
        case 2u: { step = texel; }
        default: { step = vec2(texel.x, -texel.y); }
    }
    // Of two that are as steep, one stays.
    let highest = steep > unpack16(sample(uv - step).rg) && steep >= unpack16(sample(uv + step).rg);
    let weak = highest && steep > 0.0 && 2.0 * steep >= params.low;
    let strong = weak && 2.0 * steep >= params.high;
    return select(0.0, select(0.5, 1.0, strong), weak);
}

// Whether a strong edge is reached from here over weak ones within two pixels: of 5 by 5 pixels, one bit each.
fn followed(uv: vec2<f32>, texel: vec2<f32>) -> f32 {
    let here = sample(uv).r;
    if here < 0.25 || here > 0.75 {
        return here;
    }
    var weak = 0u;
    var strong = 0u;
    for (var i = 0u; i < 25u; i++) {
        let step = vec2(f32(i % 5u), f32(i / 5u)) - 2.0;
        let edge = sample(uv + step * texel).r;
        weak |= select(0u, 1u << i, edge > 0.25);
        strong |= select(0u, 1u << i, edge > 0.75);
    }
    // All but the first column, and all but the last.
    let not_first = 0x1ef7bdeu;
    let not_last = 0x0f7bdefu;
    for (var i = 0; i < 4; i++) {
        let wide = strong | ((strong << 1u) & not_first) | ((strong >> 1u) & not_last);
        strong |= (wide | (wide << 5u) | (wide >> 5u)) & weak;
    }
    return select(0.5, 1.0, (strong & (1u << 12u)) != 0u);
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let place = pixel_center(uv, context);
    switch context.pass_index {
        case 0u, 1u: {
            return vec4(pack16(soft_luma(place, params, context)), 0.0, 1.0);
        }
        case 2u: {
            let slope = gradient(place, context.texel);
            return vec4(pack16(length(slope)), direction(slope) / 3.0, 1.0);
        }
        case 3u: {
            return vec4(vec3(ridge(place, params, context.texel)), 1.0);
        }
        default: {
            let edge = followed(place, context.texel);
            if context.pass_index != LAST_PASS {
                return vec4(vec3(edge), 1.0);
            }
            let drawn = select(params.background.rgb, params.color.rgb, edge > 0.75);
            return vec4(saturate(drawn), sample_original(place).a);
        }
    }
}
