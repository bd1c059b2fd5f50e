// Shows the frame of a track at the place of a mesh.

#import bevy_pbr::forward_io::VertexOutput
#import bevy_pbr::mesh_view_bindings::view

struct Lens {
    // Focal lengths in widths and heights of the frame.
    scale: vec2<f32>,
    // The principal point in uv.
    center: vec2<f32>,
    // 1 if the output is mirrored.
    mirrored: u32,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> lens: Lens;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var track: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var track_sampler: sampler;

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
#ifdef TONEMAP_IN_SHADER
    let place = (view.view_from_world * vec4(in.world_position.xyz, 1.0)).xyz;
    // The camera looks along -z, and v is down.
    var uv = vec2(place.x, -place.y) / -place.z * lens.scale + lens.center;
    if lens.mirrored == 1u {
        uv.x = 1.0 - uv.x;
    }
    return vec4(textureSampleLevel(track, track_sampler, uv, 0.0).rgb, 1.0);
#else
    // The frame is drawn under the transparency of the scene, after its colors are mapped.
    return vec4(0.0);
#endif
}
