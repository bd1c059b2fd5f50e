//! Encodes a video in YUV4MPEG2 (4:2:0, 8 bits) as VP9 in IVF, and prints the speed:
//!
//! ```sh
//! ffmpeg -i in.mp4 -pix_fmt yuv420p -f yuv4mpegpipe - | cargo run --release --example encode_y4m > out.ivf
//! ```

use std::{
    error::Error,
    io::{self, BufRead, Read, Write},
    time::Instant,
};

use viewfinder_vpx::{Codec, Encoder, EncoderConfig, I420};

fn main() -> Result<(), Box<dyn Error>> {
    let (codec, name) = match std::env::args().nth(1).as_deref() {
        Some("vp8") => (Codec::Vp8, b"VP80"),
        _ => (Codec::Vp9, b"VP90"),
    };
    let mut input = io::stdin().lock();
    let mut header = String::new();
    input.read_line(&mut header)?;
    let field = |letter| header.split_whitespace().skip(1).find_map(|field| field.strip_prefix(letter));
    let (width, height) = (field('W').ok_or("no width")?.parse()?, field('H').ok_or("no height")?.parse()?);
    let (rate, scale) = field('F').and_then(|rate| rate.split_once(':')).ok_or("no frame rate")?;
    let seconds_per_frame = scale.parse::<f64>()? / rate.parse::<f64>()?;

    let config = EncoderConfig::new(codec, width, height).frame_rate((1.0 / seconds_per_frame) as f32);
    let mut encoder = Encoder::new(config)?;
    let mut output = io::stdout().lock();
    output.write_all(b"DKIF\0\0\x20\0")?;
    output.write_all(name)?;
    output.write_all(&[u16::try_from(width)?, u16::try_from(height)?].map(u16::to_le_bytes).concat())?;
    output.write_all(&[1000, 1, 0, 0].map(u32::to_le_bytes).concat())?;

    let mut bytes = vec![0; I420::packed_len(width, height).ok_or("too large")?];
    let (mut frames, mut line) = (0, String::new());
    let mut time_encoding = std::time::Duration::ZERO;
    while input.read_line(&mut line)? > 0 {
        line.clear();
        input.read_exact(&mut bytes)?;
        let image = I420::packed(width, height, &bytes)?;
        let pts_ms = (f64::from(frames) * seconds_per_frame * 1000.0).round() as u64;
        let start = Instant::now();
        let packet = encoder.encode(&image, pts_ms, false)?;
        time_encoding += start.elapsed();
        output.write_all(&u32::try_from(packet.data.len())?.to_le_bytes())?;
        output.write_all(&packet.pts_ms.to_le_bytes())?;
        output.write_all(packet.data)?;
        frames += 1;
    }
    let speed = f64::from(frames) * seconds_per_frame / time_encoding.as_secs_f64();
    eprintln!("{frames} frames, {speed:.1} times as fast as real time");
    Ok(())
}
