//! The ready-made effects, one small file each.
