// The sampler of every texture: linear between the nearest four texels, clamped to the edge.

@group(0) @binding(5) var linear_sampler: sampler;
