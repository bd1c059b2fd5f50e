// Pass 0 blurs, 1 finds how steep luma is, 2 keeps ridges, 3 to 6 follow weak edges from strong ones; the last also
// draws. Alpha goes along unchanged.
#define_import_path bevy_viewfinder::effects::canny

#import bevy_viewfinder::blur::gaussian
#import bevy_viewfinder::color::luma
#import bevy_viewfinder::effect::Context
#import bevy_viewfinder::input::sample

struct Params {
    std_deviation: f32,
    low: f32,
    high: f32,
    color: vec4<f32>,
    background: vec4<f32>,
}

const LAST_PASS = 6u;
// 4 also is the widest blur.
const WIDEST = 4.0;
// tan(22.5°): below this slope a direction is nearer to the axis than to the diagonal.
const NEAR_AXIS = 0.41421356;

// A number of 16 bits as two of 8, which is what a pass hands on.
fn split(value: f32) -> vec2<f32> {
    let whole = round(saturate(value) * 65535.0);
    let high = floor(whole / 256.0);
    return vec2(high, whole - 256.0 * high) / 255.0;
}

fn joined(parts: vec2<f32>) -> f32 {
    return dot(round(parts * 255.0), vec2(256.0, 1.0)) / 65535.0;
}

// How steep luma is, from two numbers of pass 0: Sobel's operator, half of it, so that it is at most 1.
fn gradient(uv: vec2<f32>, texel: vec2<f32>) -> vec2<f32> {
    let upper_left = joined(sample(uv - texel).rg);
    let lower_right = joined(sample(uv + texel).rg);
    let upper_right = joined(sample(uv + vec2(texel.x, -texel.y)).rg);
    let lower_left = joined(sample(uv + vec2(-texel.x, texel.y)).rg);
    let left = joined(sample(uv - vec2(texel.x, 0.0)).rg);
    let right = joined(sample(uv + vec2(texel.x, 0.0)).rg);
    let upper = joined(sample(uv - vec2(0.0, texel.y)).rg);
    let lower = joined(sample(uv + vec2(0.0, texel.y)).rg);
    let across = upper_right + 2.0 * right + lower_right - upper_left - 2.0 * left - lower_left;
    let down = lower_left + 2.0 * lower + lower_right - upper_left - 2.0 * upper - upper_right;
    return 0.125 * vec2(across, down);
}

// Which of the four pairs of neighbours lies up and down the slope: beside, below, on the falling or on the rising
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
    let steep = joined(here.rg);
    var step = vec2(texel.x, 0.0);
    switch u32(round(3.0 * here.b)) {
        case 0u: {}
        case 1u: { step = vec2(0.0, texel.y); }
        case 2u: { step = texel; }
        default: { step = vec2(texel.x, -texel.y); }
    }
    // Of two that are as steep, one stays.
    let highest = steep > joined(sample(uv - step).rg) && steep >= joined(sample(uv + step).rg);
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
    // Numbers in two parts can't be blended: only middles of pixels are looked at, wherever a later warp points.
    let place = (clamp(floor(uv * context.size), vec2(0.0), context.size - 1.0) + 0.5) * context.texel;
    let alpha = sample(place).a;
    switch context.pass_index {
        case 0u: {
            let blurred = luma(gaussian(place, context.texel, min(params.std_deviation, WIDEST)));
            return vec4(split(blurred), 0.0, alpha);
        }
        case 1u: {
            let slope = gradient(place, context.texel);
            return vec4(split(length(slope)), direction(slope) / 3.0, alpha);
        }
        case 2u: {
            return vec4(vec3(ridge(place, params, context.texel)), alpha);
        }
        default: {
            let edge = followed(place, context.texel);
            if context.pass_index != LAST_PASS {
                return vec4(vec3(edge), alpha);
            }
            let drawn = select(params.background.rgb, params.color.rgb, edge > 0.75);
            return vec4(saturate(drawn), alpha);
        }
    }
}
