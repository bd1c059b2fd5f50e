struct Params {
    amount: f32,
    size: f32,
    angle: f32,
    ink: vec4<f32>,
    paper: vec4<f32>,
}

fn turn(place: vec2<f32>, angle: f32) -> vec2<f32> {
    let c = cos(angle);
    let s = sin(angle);
    return vec2(c * place.x - s * place.y, s * place.x + c * place.y);
}

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let size = max(params.size, 3.0);
    let angle = radians(params.angle);
    // In dots, along the turned rows of dots.
    let place = turn(uv * context.size, angle) / size;
    let middle = floor(place) + 0.5;
    let under = sample(turn(middle * size, -angle) * context.texel);
    let darkness = 1.0 - luma(under.rgb);
    // A dot's area is its darkness (1 / sqrt(pi) is 0.564); when black, dots reach each other's corners.
    let widest = mix(0.564, 0.708, smoothstep(0.5, 1.0, darkness));
    let radius = widest * sqrt(saturate(darkness)) * size;
    let inked = saturate(0.5 + radius - length(place - middle) * size) * smoothstep(0.0, 0.02, darkness);
    let print = mix(params.paper.rgb, params.ink.rgb, inked);
    return vec4(saturate(mix(here.rgb, print, saturate(params.amount))), here.a);
}
