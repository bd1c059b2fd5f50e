//! Color profiles (ICC.1:2001): matrices and curves.

/// The colorants of color spaces, adapted to D50: X, Y and Z of red, green and blue.
pub const SRGB: [[f64; 3]; 3] =
    [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.71410]];
pub const DISPLAY_P3: [[f64; 3]; 3] =
    [[0.51512, 0.24120, -0.00105], [0.29198, 0.69225, 0.04189], [0.15710, 0.06657, 0.78407]];
pub const ADOBE_RGB: [[f64; 3]; 3] =
    [[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]];

/// The white point of all profiles, D50.
const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];

/// A profile of RGB.
pub fn rgb(colorants: [[f64; 3]; 3], gamma: f64) -> Vec<u8> {
    let xyz = [*b"rXYZ", *b"gXYZ", *b"bXYZ"].into_iter().zip(colorants.map(|xyz| values(b"XYZ ", &xyz)));
    let curves = [*b"rTRC", *b"gTRC", *b"bTRC"].into_iter().map(|name| (name, curve(gamma)));
    profile(*b"RGB ", xyz.chain(curves).collect())
}

/// A profile of gray.
pub fn gray(gamma: f64) -> Vec<u8> {
    profile(*b"GRAY", vec![(*b"kTRC", curve(gamma))])
}

fn profile(space: [u8; 4], tags: Vec<([u8; 4], Vec<u8>)>) -> Vec<u8> {
    let text = [&b"desc\0\0\0\0\0\0\0\x05test\0"[..], &[0; 78]].concat();
    let about = [(*b"desc", text), (*b"wtpt", values(b"XYZ ", &WHITE))];
    let tags: Vec<_> = about.into_iter().chain(tags).collect();
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let start = 128 + 4 + tags.len() * 12;
    let mut data = Vec::new();
    for (name, bytes) in tags {
        table.extend(name);
        table.extend(((start + data.len()) as u32).to_be_bytes());
        table.extend((bytes.len() as u32).to_be_bytes());
        data.extend(bytes);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut header = [0; 128];
    header[..4].copy_from_slice(&((start + data.len()) as u32).to_be_bytes());
    // Version 2.4, a display.
    header[8..24].copy_from_slice(&[&[2, 0x40, 0, 0][..], b"mntr", &space, b"XYZ "].concat());
    header[24..36].copy_from_slice(&[2026, 1, 1, 0, 0, 0].map(u16::to_be_bytes).concat());
    header[36..40].copy_from_slice(b"acsp");
    header[68..80].copy_from_slice(&WHITE.map(fixed).concat());
    [&header[..], &table, &data].concat()
}

/// Numbers of 16 bits before the point and 16 after it.
fn values(kind: &[u8; 4], values: &[f64]) -> Vec<u8> {
    [kind.to_vec(), vec![0; 4], values.iter().flat_map(|value| fixed(*value)).collect()].concat()
}

fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

/// A curve that is a power.
fn curve(gamma: f64) -> Vec<u8> {
    [&b"curv\0\0\0\0\0\0\0\x01"[..], &((gamma * 256.0).round() as u16).to_be_bytes()].concat()
}
