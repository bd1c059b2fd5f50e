//! Pillow, the reference for metadata and color profiles: it writes files and decodes them, with LittleCMS.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Runs a Python program with these arguments, and returns its standard output.
pub fn python(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    const MISSING: &str =
        "Python with Pillow is needed for this test (`cargo xtask test` installs python3-pil)";
    // The system's Python has the system's packages. Another one may come first in the path.
    let system = Path::new("/usr/bin/python3");
    let mut child = Command::new(if system.exists() { system } else { Path::new("python3") })
        .args(["-c", program])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{MISSING}: {error}"));
    child.stdin.take().expect("a pipe").write_all(input).expect("Python reads its input");
    let output = child.wait_with_output().expect("Python ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!errors.contains("No module named"), "{MISSING}: {errors}");
    assert!(output.status.success(), "{errors}");
    output.stdout
}

/// Writes an image of 48 by 32 pixels, each of another color, in one of Pillow's modes. The profile and the options of
/// `Image.save` may be empty.
pub fn save(path: &Path, mode: &str, icc: &[u8], options: &str) {
    const PROGRAM: &str = "
import sys
from PIL import Image
path, mode, options = sys.argv[1:]
icc = sys.stdin.buffer.read()
width, height = 48, 32
colors = [(x * 5, y * 8, (x * y) % 256, 255 - x * 4) for y in range(height) for x in range(width)]
image = Image.new('RGBA', (width, height))
image.putdata(colors)
if mode == 'P':
    image = image.quantize(64)
else:
    image = image.convert(mode)
options = eval('dict(' + options + ')')
if 'orientation' in options:
    exif = Image.Exif()
    exif[0x0112] = options.pop('orientation')
    options['exif'] = exif.tobytes()
if 'frames' in options:
    options['save_all'] = True
    options['append_images'] = [image.transpose(Image.Transpose.ROTATE_180)] * options.pop('frames')
if icc:
    options['icc_profile'] = icc
image.save(path, **options)
";
    python(PROGRAM, &[path.to_str().expect("a path of ASCII"), mode, options], icc);
}

/// The first picture of a file as Pillow and LittleCMS decode it: upright, in sRGB, R, G, B, A, with its size.
pub fn decode(path: &Path) -> ((u32, u32), Vec<u8>) {
    const PROGRAM: &str = "
import io, struct, sys
from PIL import Image, ImageCms, ImageOps
image = Image.open(sys.argv[1])
icc = image.info.get('icc_profile')
image = ImageOps.exif_transpose(image)
gray = image.mode in ('L', 'LA', '1', 'I', 'I;16')
rgba = image.convert('RGBA')
if icc:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    space = profile.profile.xcolor_space.strip()
    if space == ('GRAY' if gray else 'RGB'):
        colors = rgba.convert('L' if gray else 'RGB')
        colors = ImageCms.profileToProfile(colors, profile, ImageCms.createProfile('sRGB'), outputMode='RGB')
        colors.putalpha(rgba.getchannel('A'))
        rgba = colors
sys.stdout.buffer.write(struct.pack('<II', *rgba.size) + rgba.tobytes())
";
    let output = python(PROGRAM, &[path.to_str().expect("a path of ASCII")], &[]);
    let (size, pixels) = output.split_at(8);
    let number = |at: usize| u32::from_le_bytes(size[at..at + 4].try_into().expect("four bytes"));
    ((number(0), number(4)), pixels.to_vec())
}
