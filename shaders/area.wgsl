// Scales the surroundings of a point: by 1 + strength at the center, by 1 from the radius on, smoothly between. The radius
// is a fraction of the height.
fn scale_area(uv: vec2<f32>, center: vec2<f32>, radius: f32, strength: f32, context: Context) -> vec2<f32> {
    let shape = vec2(context.size.x / context.size.y, 1.0);
    let distance_in_radii = length((uv - center) * shape) / max(radius, 0.0001);
    let weight = saturate(1.0 - distance_in_radii * distance_in_radii);
    return center + (uv - center) * (1.0 + strength * weight * weight);
}
