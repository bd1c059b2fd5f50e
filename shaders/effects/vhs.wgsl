struct Params {
    amount: f32,
    bleed: f32,
    jitter: f32,
    noise: f32,
}

const FRAMES_PER_SECOND = 25.0;
const SMEARED = 12;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let amount = saturate(params.amount);
    let frame = u32(context.time * FRAMES_PER_SECOND);
    let pixel = vec2<u32>(saturate(uv) * context.size);

    // Each line trembles by itself, and the last ones, where the heads change over, are torn aside.
    let line = random(vec3(pixel.y, frame, 1u));
    let torn = smoothstep(0.965, 1.0, uv.y) * (0.03 + 0.06 * random(vec3(pixel.y / 3u, frame, 2u)).x);
    let aside = (2.0 * line.x - 1.0) * clamp(params.jitter, 0.0, 64.0) * context.texel.x - torn;
    let place = uv + vec2(amount * aside, 0.0);

    // Luma is a little soft; chroma is coarse, and late.
    let step = vec2(context.texel.x, 0.0);
    let sharp = sample(place);
    let soft = 0.5 * luma(sharp.rgb) + 0.25 * (luma(sample(place - step).rgb) + luma(sample(place + step).rgb));
    var smeared = vec3(0.0);
    let bleed = clamp(params.bleed, 0.0, 32.0) * step;
    for (var i = 0; i < SMEARED; i++) {
        smeared += sample(place - (f32(i) + 0.5) / f32(SMEARED) * 1.5 * bleed + 0.25 * bleed).rgb;
    }
    smeared /= f32(SMEARED);
    var tape = soft + 0.9 * (smeared - luma(smeared));
    // Its black isn't black.
    tape = 0.04 + 0.94 * tape;

    // Grain, and streaks of snow that crowd where a band of bad tape rolls by.
    let noise = saturate(params.noise);
    let grain = random(vec3(pixel.x / 2u, pixel.y, frame)) - 0.5;
    tape += 0.25 * noise * (0.6 * grain.x + 0.4 * grain);
    let band = fract(uv.y + 0.13 * context.time);
    let bad = smoothstep(0.9, 0.96, band) * (1.0 - smoothstep(0.96, 1.0, band)) + 20.0 * torn;
    let streak = random(vec3(pixel.x / 12u, pixel.y / 2u, frame + 3u));
    tape = select(tape, vec3(0.9), vec3(streak.x < noise * (0.004 + 0.25 * bad) && streak.y > 0.4));
    return vec4(saturate(mix(here.rgb, tape, amount)), mix(here.a, sharp.a, amount));
}
