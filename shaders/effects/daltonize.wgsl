// The matrices are those of Machado, Oliveira and Fernandes (2009) for a severity of 1.

struct Params {
    mode: u32,
    deficiency: u32,
    severity: f32,
}

const SIMULATE: u32 = 0u;
const DEUTAN: u32 = 0u;
const PROTAN: u32 = 1u;

fn simulate(light: vec3<f32>, deficiency: u32) -> vec3<f32> {
    switch deficiency {
        case DEUTAN: {
            return vec3(
                dot(light, vec3(0.367322, 0.860646, -0.227968)),
                dot(light, vec3(0.280085, 0.672501, 0.047413)),
                dot(light, vec3(-0.011820, 0.042940, 0.968881)),
            );
        }
        case PROTAN: {
            return vec3(
                dot(light, vec3(0.152286, 1.052583, -0.204868)),
                dot(light, vec3(0.114503, 0.786281, 0.099216)),
                dot(light, vec3(-0.003882, -0.048116, 1.051998)),
            );
        }
        default: {
            return vec3(
                dot(light, vec3(1.255528, -0.076749, -0.178779)),
                dot(light, vec3(-0.078411, 0.930809, 0.147602)),
                dot(light, vec3(0.004733, 0.691367, 0.303900)),
            );
        }
    }
}

fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {
    let severity = saturate(params.severity);
    let light = decode(saturate(color.rgb));
    let seen = encode(saturate(mix(light, simulate(light, params.deficiency), severity)));
    if params.mode == SIMULATE {
        return vec4(saturate(seen), color.a);
    }
    let lost = color.rgb - seen;
    var helped = vec3(0.0, lost.g + 0.7 * lost.r, lost.b + 0.7 * lost.r);
    if params.deficiency > PROTAN {
        // Red and green stay visible without blue.
        helped = vec3(lost.r + 0.7 * lost.b, lost.g + 0.7 * lost.b, 0.0);
    }
    return vec4(saturate(color.rgb + helped), color.a);
}
