// How every pass reads its textures: between texels mixed from the nearest four, outside them the nearest.

@group(0) @binding(5) var linear_sampler: sampler;
