struct Params {
    image: u32,
    strength: f32,
}

// Texels of a row of curves.
const ROW = 1024;

// The entry of a curve, of which each row of the image has so many.
fn on_curves(image: texture_2d<f32>, index: vec3<i32>) -> vec3<f32> {
    let red = textureLoad(image, vec2(index.x % ROW, 1 + index.x / ROW), 0).r;
    let green = textureLoad(image, vec2(index.y % ROW, 1 + index.y / ROW), 0).g;
    let blue = textureLoad(image, vec2(index.z % ROW, 1 + index.z / ROW), 0).b;
    return vec3(red, green, blue);
}

// The entry of a cube, which lies in slices of equal blue, so many columns of them.
fn in_cube(image: texture_2d<f32>, size: i32, columns: i32, index: vec3<i32>) -> vec3<f32> {
    let slice = size * vec2(index.z % columns, index.z / columns);
    return textureLoad(image, slice + index.xy + vec2(0, 1), 0).rgb;
}

// A cube of eight entries is six tetrahedra that share its diagonal from dark to bright. The place lies in one of them,
// and is mixed of its four corners.
fn tetrahedral(image: texture_2d<f32>, size: i32, columns: i32, place: vec3<f32>) -> vec3<f32> {
    let corner = min(vec3<i32>(place), vec3(size - 2));
    let part = place - vec3<f32>(corner);
    let x_first = part.x >= part.y && part.x >= part.z;
    let y_first = !x_first && part.y >= part.z;
    let nearest = select(select(vec3(0, 0, 1), vec3(0, 1, 0), y_first), vec3(1, 0, 0), x_first);
    let x_last = part.x < part.y && part.x < part.z;
    let y_last = !x_last && part.y < part.z;
    // Where two are alike, either order gives the same, but none may be both first and last.
    let z_last = !x_last && !y_last;
    let furthest = vec3(1) - select(select(vec3(0, 1, 0), vec3(1, 0, 0), x_last), vec3(0, 0, 1), z_last);
    let high = max(part.x, max(part.y, part.z));
    let low = min(part.x, min(part.y, part.z));
    let middle = part.x + part.y + part.z - high - low;
    return (1.0 - high) * in_cube(image, size, columns, corner)
        + (high - middle) * in_cube(image, size, columns, corner + nearest)
        + (middle - low) * in_cube(image, size, columns, corner + furthest)
        + low * in_cube(image, size, columns, corner + vec3(1));
}

fn effect(
    color: vec4<f32>,
    uv: vec2<f32>,
    params: Params,
    context: Context,
    image: texture_2d<f32>,
    info: ImageInfo,
) -> vec4<f32> {
    // The first row says what the rest is.
    let header = vec4<i32>(textureLoad(image, vec2(0, 0), 0));
    let size = header.y * ROW + header.z;
    let columns = header.w;
    let is_table = (header.x == 1 || header.x == 3) && size >= 2 && columns >= 1;
    if !is_table {
        return color;
    }
    let first = textureLoad(image, vec2(1, 0), 0).rgb;
    let last = textureLoad(image, vec2(2, 0), 0).rgb;
    let place = saturate((color.rgb - first) / (last - first)) * f32(size - 1);
    var graded = vec3(0.0);
    if header.x == 3 {
        graded = tetrahedral(image, size, columns, place);
    } else {
        let before = min(vec3<i32>(place), vec3(size - 2));
        let part = place - vec3<f32>(before);
        graded = mix(on_curves(image, before), on_curves(image, before + 1), part);
    }
    return vec4(saturate(mix(color.rgb, graded, saturate(params.strength))), color.a);
}
