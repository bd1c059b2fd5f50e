struct Params {
    amount: f32,
    curvature: f32,
    spacing: f32,
    mask: f32,
}

const TAU: f32 = 6.2831853;

fn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let here = sample(uv);
    let amount = saturate(params.amount);
    // -1 to 1; each edge bows out in its middle.
    let flat_place = 2.0 * uv - 1.0;
    let bow = amount * saturate(params.curvature) * 0.4 * flat_place.yx * flat_place.yx;
    let bent = flat_place * (1.0 + bow);
    let place = 0.5 + 0.5 * bent;

    // The beam is broader than a pixel.
    let step = vec2(0.8 * context.texel.x, 0.0);
    let beam = 0.5 * sample(place) + 0.25 * (sample(place - step) + sample(place + step));

    // It draws lines, which are broader where it is bright; between them it is dark.
    let spacing = max(params.spacing, 2.0);
    let row = place.y * context.size.y - 0.5;
    let gap = 0.5 - 0.5 * cos(TAU * row / spacing);
    let line = 1.0 - gap * (0.65 - 0.35 * beam.rgb);

    // Before it stands a mask of red, green and blue stripes.
    let stripe = u32(saturate(uv.x) * context.size.x) % 3u;
    let open = vec3(stripe) == vec3(0u, 1u, 2u);
    let dots = select(vec3(1.0 - saturate(params.mask)), vec3(1.0), open);

    // Lines and mask take light, which the tube makes up for. The glass is darker towards its rim.
    let rim = 1.0 - 0.25 * dot(bent, bent) * 0.5 * saturate(4.0 * params.curvature);
    let bright = 1.0 / (1.0 - 0.45 * saturate(params.mask));
    let tube = beam.rgb * line * dots * bright * rim;
    // Beyond the rim there is nothing; its edge is as soft as two pixels.
    let inside = saturate((1.0 - abs(bent)) * 0.25 * context.size);
    let framed = saturate(tube) * inside.x * inside.y;
    return vec4(saturate(mix(here.rgb, framed, amount)), mix(here.a, beam.a, amount));
}
