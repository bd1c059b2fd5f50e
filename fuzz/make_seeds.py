"""Makes the seeds of the fuzz targets with ffmpeg and Pillow: python3 fuzz/make_seeds.py

The seeds are in the repository, with those that the targets found (found_*). Run it again to add one, and commit what
changes.
"""

import io
import random
import struct
import subprocess
from pathlib import Path

from PIL import Image, ImageCms

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "fuzz/seeds"


def save(target, name, data):
    path = SEEDS / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def ffmpeg(arguments, suffix, source="testsrc2=size=32x24:rate=10", frames=6):
    """The file that ffmpeg makes of a test picture."""
    path = SEEDS / f"made{suffix}"
    command = f"ffmpeg -v error -y -f lavfi -i {source} {arguments} -bitexact -frames:v {frames} {path}"
    subprocess.run(command.split(), check=True)
    data = path.read_bytes()
    path.unlink()
    return data


def picture(width, height, mode="RGB"):
    image = Image.new("RGB", (width, height))
    image.putdata([(x * 9 % 256, y * 11 % 256, (x * y * 3) % 256) for y in range(height) for x in range(width)])
    return image.convert(mode)


def encoded(image, kind, **options):
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def segments(jpeg):
    """The segments of a JPEG up to its scan, as (code, bytes), and the rest."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        length = struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
        found.append((jpeg[at + 1], jpeg[at : at + 2 + length]))
        at += 2 + length
    return found, jpeg[at:]


def with_segments(jpeg, change):
    found, rest = segments(jpeg)
    return b"\xff\xd8" + b"".join(change(code, data) for code, data in found) + rest


def jpegs():
    files = {}
    for name, subsampling in [("444", 0), ("422", 1), ("420", 2)]:
        files[f"pillow_{name}"] = encoded(picture(37, 21), "JPEG", quality=60, subsampling=subsampling)
    files["gray"] = encoded(picture(19, 9, "L"), "JPEG", quality=70)
    files["cmyk"] = encoded(picture(17, 9, "CMYK"), "JPEG", quality=70)
    files["rgb"] = encoded(picture(17, 9), "JPEG", quality=70, keep_rgb=True)
    files["progressive"] = encoded(picture(33, 17), "JPEG", quality=60, progressive=True)
    files["progressive_444"] = encoded(picture(20, 17), "JPEG", quality=90, progressive=True, subsampling=0)
    files["progressive_gray"] = encoded(picture(20, 17, "L"), "JPEG", quality=90, progressive=True)
    files["optimized"] = encoded(picture(33, 17), "JPEG", quality=95, optimize=True)
    files["restarts"] = encoded(picture(49, 33), "JPEG", quality=50, restart_marker_blocks=1)
    files["one_pixel"] = encoded(picture(1, 1), "JPEG")
    for form in ["yuvj420p", "yuvj422p", "yuvj444p"]:
        files[f"ffmpeg_{form}"] = ffmpeg(f"-pix_fmt {form} -q:v 5", ".mjpeg", frames=1)
    files["ffmpeg_440"] = ffmpeg("-pix_fmt yuvj440p -q:v 5", ".jpg", frames=1)
    whole = files["pillow_422"]
    files["no_tables"] = with_segments(files["pillow_422"], lambda code, data: b"" if code == 0xC4 else data)
    files["no_end"] = whole[:-2]
    files["padded"] = whole + bytes(100)
    files["cut"] = whole[: len(whole) * 2 // 3]
    files["stray_bytes"] = with_segments(whole, lambda code, data: b"\0\0\x07" + data)

    def field(number):
        mark = b"\xff\xe0\0\x10AVI1" + bytes([number]) + bytes(9)
        return with_segments(encoded(picture(24, 8), "JPEG"), lambda code, data: mark if code == 0xE0 else data)

    files["fields"] = field(1) + field(2)
    files["fields_unmarked"] = encoded(picture(24, 8), "JPEG") + encoded(picture(24, 8), "JPEG")
    # A frame header with subsampling that no pixel format has, and one of 12 bits.
    files["factors_41"] = with_segments(
        files["pillow_444"], lambda code, data: data.replace(b"\x01\x11", b"\x01\x42") if code == 0xC0 else data
    )
    files["deep"] = with_segments(
        files["gray"], lambda code, data: data[:4] + b"\x0c" + data[5:] if code == 0xC0 else data
    )
    files["claims_30000"] = with_segments(
        files["gray"], lambda code, data: data[:5] + b"\x75\x30\x75\x30" + data[9:] if code == 0xC0 else data
    )
    for name, data in files.items():
        save("jpeg", f"{name}.jpg", data)
    return files


def raws():
    # In the order of the library. ffmpeg doesn't convert to NV16 and NV61, which have as many bytes as these.
    formats = (
        "yuyv422 yvyu422 uyvy422 uyvy422 nv12 nv21 yuyv422 uyvy422 nv24 nv42 yuv420p yuv422p yuv440p yuv444p yuv411p gray "
        "rgb24 bgr24 rgba bgra rgb0 bgr0"
    )
    for index, form in enumerate(formats.split()):
        pixels = ffmpeg(f"-f rawvideo -pix_fmt {form}", ".raw", "testsrc2=size=8x6:rate=10", 1)
        head = bytes([index, index % 3, index % 2, index // 3 % 3, index % 4]) + struct.pack("<2H", 8, 6)
        save("raw", f"{index:02}_{form}", head + bytes(12) + pixels)
        if index % 5 == 0:
            # Rows that are longer, behind an offset.
            places = b"".join(struct.pack("<2H", 3 + plane * 20, 2) for plane in range(3))
            save("raw", f"{index:02}_{form}_padded", head + places + pixels + bytes(120))


def videos(images):
    small = "testsrc2=size=12x8:rate=10"
    for form in ["yuv420p", "yuv422p", "yuv444p", "yuv411p", "gray"]:
        save("y4m", f"{form}.y4m", ffmpeg(f"-strict -1 -pix_fmt {form}", ".y4m", small, 3))
    whole = ffmpeg("-pix_fmt yuv420p", ".y4m", small, 4)
    head, frames = whole.split(b"\n", 1)
    save("y4m", "no_rate.y4m", b"YUV4MPEG2 W12 H8\n" + frames)
    save("y4m", "tags.y4m", b"YUV4MPEG2 W12 H8 F30000:1001 Ip A1:1 C420paldv XCOLORRANGE=FULL XYSCSS=420\n" + frames)
    save("y4m", "subsampling.y4m", b"YUV4MPEG2 W8 H12 F0:0 XYSCSS=422 XCOLORRANGE=LIMITED\n" + frames)
    save("y4m", "lost_bytes.y4m", head + b"\n" + frames[:180] + frames[200:])
    save("y4m", "extra_bytes.y4m", head + b"\n" + frames[:150] + b"FRAMEjunk" + frames[150:])
    save("y4m", "frame_tags.y4m", head + b"\n" + frames.replace(b"FRAME\n", b"FRAME Ixyz\n"))
    save("y4m", "cut.y4m", whole[:-70])

    avi = ffmpeg("-c:v mjpeg -q:v 20 -pix_fmt yuvj420p", ".avi")
    sound = ffmpeg("-f lavfi -i sine=d=0.5:r=8000 -c:v mjpeg -q:v 25 -c:a pcm_u8 -ar 8000 -pix_fmt yuvj422p", ".avi")
    save("avi", "plain.avi", avi)
    save("avi", "sound.avi", sound)
    save("avi", "indexed.avi", ffmpeg("-c:v mjpeg -q:v 25 -pix_fmt yuvj420p -write_channel_mask 0", ".avi", frames=2))
    save("avi", "h264.avi", ffmpeg("-c:v libx264 -pix_fmt yuv420p", ".avi", frames=1))
    movie = avi.index(b"movi")
    frame = avi.index(b"00dc", movie)
    save("avi", "nulls_before_frames.avi", avi[:frame] + bytes(24) + avi[frame:])
    save("avi", "lost_bytes.avi", avi[: frame + 60] + avi[frame + 140 :])
    save("avi", "no_index.avi", avi[: avi.index(b"idx1")])
    save("avi", "cut.avi", avi[: len(avi) * 3 // 5])
    record = b"LIST" + struct.pack("<I", 40) + b"rec 00dc" + struct.pack("<I", 0) + b"JUNK" + struct.pack("<I", 16) + bytes(16)
    save("avi", "records.avi", avi[:frame] + record + avi[frame:])
    save("avi", "second_riff.avi", avi + b"RIFF" + struct.pack("<I", len(avi) - movie + 8) + b"AVIXLIST" + avi[movie - 4 :])
    save("avi", "wrong_lengths.avi", avi[:frame] + avi[frame:].replace(b"00dc", b"00dc\xff\xff", 1))

    stream = ffmpeg("-c:v mjpeg -q:v 20 -pix_fmt yuvj420p", ".mjpeg", frames=3)
    save("mjpeg", "stream.mjpeg", stream)
    save("mjpeg", "within.mjpeg", stream[300:])
    part = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n"
    parts = b"".join(part % (len(images[name]), images[name]) for name in ["gray", "pillow_420"])
    save("mjpeg", "multipart.mjpeg", parts + b"--frame--\r\n")
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=frame\r\n\r\n"
    save("mjpeg", "answer.mjpeg", answer + parts)
    save("mjpeg", "thumbnail.mjpeg", with_segments(images["gray"], lambda code, data: data) + images["one_pixel"][:-2])
    save("mjpeg", "damaged.mjpeg", stream[:700] + bytes(40) + stream[760:])
    save("mjpeg", "cut.mjpeg", stream[:-150])
    save("mjpeg", "progressive.mjpeg", images["progressive"] + images["fields"])

    h264 = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -crf 40 -g 4 -bf 1 -x264-params no-info=1"
    opus = "-f lavfi -i sine=d=0.6 -c:a libopus -b:a 6k"
    vp8 = "-c:v libvpx -deadline realtime -b:v 20k -pix_fmt yuv420p -g 3"
    vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 20k -pix_fmt yuv420p -g 3"
    fragments = "-movflags frag_keyframe+empty_moov+default_base_moof"
    for name, arguments, suffix in [
        ("h264", h264, ".mp4"),
        ("h264_front", f"{h264} -movflags faststart", ".mp4"),
        ("h264_fragments", f"{h264} {fragments}", ".mp4"),
        ("h264_each_frame", f"{h264} -movflags frag_every_frame+separate_moof", ".mp4"),
        ("h264_shifted", f"{h264} -output_ts_offset 0.4", ".mov"),
        ("sound", f"{opus} {h264}", ".mp4"),
        ("sound_fragments", f"{opus} {vp9} {fragments}", ".mp4"),
        ("mjpeg", "-c:v mjpeg -q:v 20 -pix_fmt yuvj420p", ".mp4"),
        ("mjpeg_quicktime", "-c:v mjpeg -q:v 20 -pix_fmt yuvj422p", ".mov"),
        ("mjpeg_fragments", f"-c:v mjpeg -q:v 20 -pix_fmt yuvj420p {fragments}", ".mp4"),
        ("vp9", vp9, ".mp4"),
        ("prores", "-c:v prores_ks -pix_fmt yuv422p10", ".mov"),
        ("phone", f"{h264} -color_range pc -colorspace bt709 -color_primaries bt709 -color_trc bt709", ".3gp"),
    ]:
        save("mp4", name + suffix, ffmpeg(arguments, suffix))
    whole = ffmpeg(h264, ".mp4")
    save("mp4", "cut.mp4", whole[: len(whole) // 2])
    save("mp4", "large_sizes.mp4", large_boxes(ffmpeg(f"{h264} -movflags faststart", ".mp4")))
    save("mp4", "compact_sizes.mp4", compact_sizes(whole))
    for name, codec in [("hevc", b"hvc1"), ("av1", b"av01"), ("secret", b"encv"), ("other", b"xxxx")]:
        save("mp4", f"{name}.mp4", whole.replace(b"avc1\0", codec + b"\0"))
    turned = whole.index(b"tkhd") + 44
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 24 << 16, 0, 1 << 30)
    save("mp4", "turned.mp4", whole[:turned] + matrix + whole[turned + 36 :])

    for name, arguments, suffix in [
        ("mjpeg", "-c:v mjpeg -q:v 20 -pix_fmt yuvj420p", ".mkv"),
        ("mjpeg_live", "-c:v mjpeg -q:v 20 -pix_fmt yuvj422p -live 1", ".mkv"),
        ("h264", h264, ".mkv"),
        ("h264_sound", f"{opus} {h264} -cluster_time_limit 100", ".mkv"),
        ("vp8", vp8, ".webm"),
        ("vp8_sound", f"{opus} {vp8} -cluster_size_limit 300", ".webm"),
        ("vp9", f"{vp9} -colorspace bt709 -color_range tv", ".webm"),
        ("vp9_dash", f"{vp9} -dash 1", ".webm"),
        ("front_cues", f"{vp8} -reserve_index_space 200", ".mkv"),
        ("ffv1", "-c:v ffv1 -pix_fmt yuv420p", ".mkv"),
    ]:
        save("matroska", name + suffix, ffmpeg(arguments, suffix))
    whole = ffmpeg(f"{vp8} -cluster_size_limit 200", ".webm", frames=12)
    save("matroska", "cut.webm", whole[: len(whole) * 2 // 3])
    save("matroska", "damaged.webm", whole[: len(whole) // 2] + bytes(30) + whole[len(whole) // 2 + 50 :])
    save("matroska", "groups.mkv", block_groups())


def large_boxes(data):
    """The boxes at the top of an MP4 file with sizes of 64 bits, and the last one without a size."""
    boxes, at = [], 0
    while at < len(data):
        size = struct.unpack(">I", data[at : at + 4])[0]
        boxes.append((data[at + 4 : at + 8], data[at + 8 : at + size]))
        at += size
    made = b"".join(struct.pack(">I4sQ", 1, kind, len(content) + 16) + content for kind, content in boxes[:-1])
    kind, content = boxes[-1]
    return made + struct.pack(">I4s", 0, kind) + content


def element(name, content):
    return bytes.fromhex(name) + struct.pack(">Q", 1 << 56 | len(content)) + content


def block_groups():
    """Matroska with block groups, lacing of all kinds, stripped headers, and clusters of unknown size."""
    jpeg = encoded(picture(8, 8, "L"), "JPEG", quality=20)
    head = element("1a45dfa3", element("4282", b"matroska"))
    size = element("b0", b"\x08") + element("ba", b"\x08")
    encoding = element("6d80", element("6240", element("5031", b"\0") + element("5032", b"\1") + element("5034", element("4254", b"\3") + element("4255", b"\xff\xd8"))))
    track = element("ae", element("d7", b"\1") + element("83", b"\1") + element("86", b"V_MJPEG") + element("e0", size) + encoding + element("23e383", struct.pack(">I", 40_000_000)))
    info = element("1549a966", element("2ad7b1", b"\x0f\x42\x40") + element("4489", struct.pack(">d", 240.0)))
    frame = jpeg[2:]
    blocks = element("e7", b"\0") + element("a3", b"\x81\0\0\x80" + frame)
    blocks += element("a0", element("a1", b"\x81\0\x28\0" + frame) + element("9b", b"\x28") + element("fb", b"\x28"))
    sizes = bytes([1]) + b"\xff" * (len(frame) // 255) + bytes([len(frame) % 255])
    blocks += element("a3", b"\x81\0\x50\x82" + sizes + frame + frame)
    blocks += element("a3", b"\x81\0\x78\x84\1" + frame + frame)
    blocks += element("a3", b"\x81\0\xa0\x86\1" + struct.pack(">H", 0x4000 | len(frame)) + frame + frame)
    unknown = bytes.fromhex("1f43b67501ffffffffffffff")
    segment = bytes.fromhex("1853806701ffffffffffffff")
    return head + segment + info + element("1654ae6b", track) + element("ec", bytes(9)) + unknown + blocks + unknown + element("e7", b"\xc8") + element("a3", b"\x81\0\0\x80" + frame)


def tracks():
    """Matroska whose tracks have all that tracks can have, and some that can't be played."""
    jpeg = encoded(picture(8, 8, "L"), "JPEG", quality=20)
    siting = element("55b7", b"\2") + element("55b8", b"\2")
    color = element("55b0", element("55b1", b"\1") + element("55b9", b"\2") + siting)
    crop = element("54cc", b"\1") + element("54dd", b"\1") + element("54bb", b"\1") + element("54aa", b"\1")
    turn = element("7670", element("7671", b"\0") + element("7675", struct.pack(">f", -90.0)))
    size = element("b0", b"\x08") + element("ba", b"\x08")
    bitmap = struct.pack("<3I2H", 40, 8, 8, 1, 24) + b"VP80" + bytes(20)
    packed = element("6d80", element("6240", element("5034", element("4254", b"\0"))))
    secret = element("6d80", element("6240", element("5033", b"\1") + element("5035", element("47e1", b"\5"))))
    codecs = "V_AV1 V_MPEGH/ISO/HEVC V_MPEG2 V_THEORA V_PRORES V_UNCOMPRESSED V_NOTHING".split()
    for name, codec, more in [
        ("all", b"V_MJPEG", element("e0", size + color + crop + turn)),
        ("vfw", b"V_MS/VFW/FOURCC", element("63a2", bitmap) + element("e0", size)),
        ("vfw_mjpeg", b"V_MS/VFW/FOURCC", element("63a2", bitmap.replace(b"VP80", b"MJPG")) + element("e0", size)),
        ("packed", b"V_VP8", packed + element("e0", size)),
        ("secret", b"V_VP8", secret + element("e0", size)),
        *((codec.split("/")[-1].lower(), codec.encode(), element("e0", size)) for codec in codecs),
    ]:
        head = element("1a45dfa3", element("4282", b"matroska"))
        sound = element("ae", element("d7", b"\2") + element("83", b"\2") + element("86", b"A_OPUS"))
        track = sound + element("ae", element("d7", b"\1") + element("83", b"\1") + element("86", codec) + more)
        cluster = element("1f43b675", element("e7", b"\0") + element("a3", b"\x81\0\0\x80" + jpeg) + element("a3", b"\x82\0\0\x80abc"))
        save("matroska", f"track_{name}.mkv", head + element("18538067", element("1654ae6b", track) + cluster))


def compact_sizes(data):
    """An MP4 file with the sizes of its samples in 16 bits each."""
    at = data.index(b"stsz")
    count = struct.unpack(">I", data[at + 12 : at + 16])[0]
    sizes = struct.unpack(f">{count}I", data[at + 16 : at + 16 + 4 * count])
    table = b"stz2" + bytes(4) + b"\0\0\0\x10" + struct.pack(f">I{count}H", count, *sizes) + bytes(2 * count)
    return data[:at] + table + data[at + 16 + 4 * count :]


def stills(images):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Without the time at which it was made.
    profile = profile[:24] + bytes(12) + profile[36:84] + bytes(16) + profile[100:]
    exif = Image.Exif()
    exif[0x0112] = 6
    for mode in ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"]:
        image = picture(13, 7, "L").convert("I;16") if mode == "I;16" else picture(13, 7, mode if mode != "LA" else "L").convert(mode)
        save("image", f"{mode.replace(';', '')}.png", encoded(image, "PNG"))
    save("image", "turned.png", encoded(picture(9, 5), "PNG", exif=exif))
    save("image", "turned.jpg", encoded(picture(9, 5), "JPEG", exif=exif))
    save("image", "profile.png", encoded(picture(9, 5), "PNG", icc_profile=profile))
    save("image", "profile.jpg", encoded(picture(9, 5), "JPEG", icc_profile=profile))
    save("image", "lossless.webp", encoded(picture(9, 5), "WEBP", lossless=True))
    save("image", "alpha.webp", encoded(picture(9, 5, "RGBA"), "WEBP", lossless=True, exif=exif))
    save("image", "lossy.webp", encoded(picture(16, 16), "WEBP", quality=20))
    frames = [picture(8, 8), picture(8, 8).rotate(90)]
    save("image", "animated.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    save("image", "animated.png", encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]))
    for name in ["progressive", "cmyk", "gray", "cut", "claims_30000"]:
        save("image", f"{name}.jpg", images[name])
    png = encoded(picture(13, 7), "PNG")
    save("image", "cut.png", png[: len(png) * 2 // 3])
    save("image", "claims_30000.png", png[:16] + struct.pack(">II", 30000, 30000) + png[24:])
    deep = ffmpeg("-pix_fmt rgba64be", ".png", "testsrc2=size=9x5:rate=1", 1)
    save("image", "deep.png", deep)
    with_profile = encoded(picture(9, 5, "RGBA"), "PNG", icc_profile=profile)
    save("image", "alpha_profile.png", with_profile)
    chunk = with_profile.index(b"iCCP") - 4
    length = struct.unpack(">I", with_profile[chunk : chunk + 4])[0] + 12
    save("image", "deep_profile.png", deep[:33] + with_profile[chunk : chunk + length] + deep[33:])
    gray = encoded(picture(9, 5, "L"), "PNG")
    save("image", "gray_profile.png", gray[:33] + with_profile[chunk : chunk + length] + gray[33:])


def texts():
    rows = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 0.5) for r in (0.25, 1))
    save("cube", "small.cube", f'TITLE "A small one"\nLUT_3D_SIZE 2\n{rows}\n')
    save("cube", "domain.cube", f"# a comment\n\nDOMAIN_MIN -0.5 0 0\nDOMAIN_MAX 1 2e0 1.5\nLUT_3D_SIZE 2\n{rows}\n")
    save("cube", "curves.cube", "LUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE 0.0 2.0\n0 0 0\n.5 .25 0.125\n1 1 1\n")
    save("cube", "video.cube", f"LUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\r\nLUT_3D_INPUT_RANGE 0 1\rLUT_3D_SIZE 2\n{rows}")
    save("cube", "infinite.cube", "LUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\nLUT_1D_SIZE 2\nDOMAIN_MAX 3e38 1 1\n3e38 0 0\n1 1 1\n")
    save("cube", "both.cube", "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n")
    save("cube", "rows.cube", "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n1 1 1\n")
    save("cube", "marks.cube", "\ufeffTITLE   quoted\" \"x\nLUT_1D_SIZE 2\n-1e-3 0 0\n+1 1 1\n")
    for path in sorted((ROOT / "assets/presets").glob("*.preset.ron")):
        save("preset", path.name, path.read_bytes())
    save("preset", "all_kinds.preset.ron", '[\n mirror(mode: bottom_to_top), chroma_key(color: "#00ff0080"), pixelate(size: (4.0, 4.0)),\n wave(), curves(), lut(), /* none */ vignette(amount: -1e3, radius: 0x10), ]')
    save("preset", "unknown.preset.ron", "[sepia(amount: 0.5), nothing()]")
    save("preset", "types.preset.ron", '[sepia(amount: "a lot")]')
    matrix = "[ 921.5, 0., 639.5, 0., 922.25, 355.25, 0., 0., 1. ]"
    coefficients = "[ -2.5e-01, 1.0e-01, 0., 0., -3.0e-02 ]"
    opencv = f"%YAML:1.0\n---\nimage_width: 1280\nimage_height: 720\ncamera_matrix: !!opencv-matrix\n   rows: 3\n   cols: 3\n   dt: d\n   data: {matrix}\ndistortion_coefficients: !!opencv-matrix\n   rows: 5\n   cols: 1\n   dt: d\n   data: {coefficients}\navg_reprojection_error: 2.5e-01\n"
    save("calibration", "opencv.yaml", opencv)
    save("calibration", "long_lines.yaml", opencv.replace("0., 922.25", "\n       0., 922.25"))
    save("calibration", "ros.yaml", f"image_width: 640\nimage_height: 480\ncamera_name: webcam # a name\ncamera_matrix:\n  rows: 3\n  cols: 3\n  data: {matrix}\ndistortion_model: plumb_bob\ndistortion_coefficients:\n  rows: 1\n  cols: 5\n  data: {coefficients}\n")
    save("calibration", "lists.yaml", "camera_matrix:\n- [650, 0, 319.5]\n- [0, 660, 239.5]\n- [0, 0, 1]\ndist_coeff: [[-0.25, 0.1, 0.0, 0.0, -0.03]]\nimage_width: 640\nimage_height: 480\n")
    save("calibration", "flat.json", '{"image_width":640,"image_height":480,"K":[[650,0,319.5],[0,660,239.5],[0,0,1]],\n"D":[-0.25,0.1,0,0,-0.03]}')
    save("calibration", "opencv.json", f'{{ "image_width": 1280, "image_height": 720, "camera_matrix": {{ "type_id": "opencv-matrix", "rows": 3, "cols": 3, "dt": "d", "data": {matrix} }}, "note": "a \\"quoted\\" text" }}')
    save("calibration", "fisheye.yaml", opencv + "distortion_model: equidistant\n")
    save("calibration", "not_finite.yaml", opencv.replace("921.5", ".nan"))


FUNCTION = "fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> vec4<f32>"


def effects():
    save("wgsl", "plasma.wgsl", (ROOT / "assets/shaders/plasma.wgsl").read_bytes())
    save("wgsl", "contract.wgsl", (ROOT / "docs/effect.wgsl").read_text() + f"\nstruct Params {{ a: f32 }}\n{FUNCTION} {{ return color; }}\n")
    save("wgsl", "color.wgsl", f"struct Params {{ amount: f32 }}\nfn helper(x: f32) -> f32 {{ return x * 2.0; }}\n{FUNCTION} {{\n    // dims\n    return color * helper(params.amount);\n}}\n")
    save("wgsl", "names.wgsl", f"struct Params {{ amount: f32, luma: vec3<f32> }}\nconst SCALE = 3u; alias V = vec4<f32>;\nvar<private> seed: u32 = SCALE;\nconst_assert SCALE > 1u;\nfn sample(luma: f32) -> f32 {{ let helper = luma; return helper; }}\n{FUNCTION} {{ var x: V = color; for (var i = 0u; i < SCALE; i++) {{ x.r += sample(f32(i)); }} if x.r > 1.0 {{ return x.bgra; }} else {{ seed += 1u; }} return x * f32(seed % 3u); }}\n")
    save("wgsl", "warp.wgsl", "struct Params { center: vec2<f32>, amount: f32 }\nfn effect(uv: vec2<f32>, params: Params, context: Context) -> vec2<f32> { return mix(uv, params.center, params.amount); }\n")
    save("wgsl", "spatial.wgsl", "struct Params { step: vec2<f32> }\nfn effect(uv: vec2<f32>, params: Params, context: Context) -> vec4<f32> {\n  var sum = vec4<f32>();\n  for (var x = -1; x <= 1; x++) { sum += sample(uv + f32(x) * params.step / context.size); }\n  return sum / 3.0 + 0.0 * sample_original(uv);\n}\n")
    save("wgsl", "source.wgsl", f"struct Params {{ amount: f32 }}\n{FUNCTION.replace('Context)', 'Context, source: vec4<f32>)')} {{ return mix(color, source, params.amount); }}\n")
    save("wgsl", "image.wgsl", f"struct Params {{ amount: f32 }}\n{FUNCTION.replace('Context)', 'Context, image: texture_2d<f32>, info: ImageInfo)')} {{ return mix(color, sample_image(image, info, uv), params.amount); }}\n")
    save("wgsl", "temporal.wgsl", f"struct Params {{ amount: f32 }}\n{FUNCTION.replace('-> vec4<f32>', '-> Temporal')} {{ let last = sample_history(uv, context); let mixed = mix(color, last, params.amount); return Temporal(mixed, mixed); }}\n")
    save("wgsl", "fault.wgsl", f"struct Params {{ amount: f32 }}\n\n/* one /* in */ other */\n{FUNCTION} {{\n    return colour;\r\n}}\n")
    save("wgsl", "letters.wgsl", f"struct Params {{ größe: f32 }}\nfn 明るさ(Δ: ptr<function, f32>) -> f32 {{ return *Δ; }}\n{FUNCTION} {{ var x = params.größe; return color * 明るさ(&x); }}\n")
    save("wgsl", "attributes.wgsl", f"struct Params {{ @align(16) a: f32, @size(16) b: f32 }}\n@must_use @diagnostic(off, derivative_uniformity) fn a() -> f32 {{ return 0x1p3 + 1e-1f; }}\n{FUNCTION} {{ switch 1 {{ case 1, 2: {{ return color * a(); }} default: {{ }} }} return color; }}\n")
    for name, helper in [
        ("keyword", "fn if() {}"),
        ("underscores", "fn __a() {}"),
        ("override", "override SIZE: f32 = 1.0;"),
        ("entry_point", "@fragment fn main() {}"),
        ("sample", "fn a(uv: vec2<f32>) -> vec4<f32> { return sample(uv); }"),
        ("barrier", "fn a() { workgroupBarrier(); }"),
    ]:
        call = {"sample": "+ a(uv)", "barrier": "; a()"}.get(name, "")
        body = f"let x = color {call}; return x;"
        save("wgsl", f"{name}.wgsl", f"struct Params {{ amount: f32 }}\n{helper}\n{FUNCTION} {{ {body} }}\n")
    for name, fields in [
        ("nested", "inner: Inner"),
        ("types", "amount: f32, m: mat2x2<f32>, i: vec3<i32>, u: u32, a: array<vec4<f32>, 2>"),
        ("wrong_field", "amount: vec2<f32>"),
        ("flag", "amount: bool"),
    ]:
        inner = "struct Deep { x: f32 }\nstruct Inner { deep: Deep }\n"
        save("wgsl", f"{name}.wgsl", f"{inner}struct Params {{ {fields} }}\n{FUNCTION} {{ return color; }}\n")
    save("wgsl", "variable.wgsl", f"const Params = 1;\n{FUNCTION} {{ return color; }}\n")
    save("wgsl", "bindings.wgsl", f"struct Params {{ a: f32 }}\n@group(0) @binding(0) var mine: texture_2d<f32>;\n{FUNCTION} {{ return color; }}\n")


def bytes_of(seed, length):
    return random.Random(seed).randbytes(length)


def structured(images):
    for index in range(16):
        head = bytes([index % 8, index // 8, 16])
        save("chunks", f"{index:02}", head + bytes_of(100 + index, 90 + index * 10))
    for index, (name, target, file) in enumerate(
        [
            (0, "image", "RGB.png"),
            (1, "image", "lossless.webp"),
            (2, "jpeg", "gray.jpg"),
            (3, "jpeg", "fields.jpg"),
            (4, "image", "lossy.webp"),
            (6, "mp4", "mjpeg.mp4"),
            (7, "mp4", "mjpeg_quicktime.mov"),
            (9, "matroska", "mjpeg.mkv"),
            (10, "matroska", "mjpeg_live.mkv"),
            (11, "y4m", "gray.y4m"),
            (12, "avi", "indexed.avi"),
            (13, "mjpeg", "within.mjpeg"),
            (14, "mjpeg", "stream.mjpeg"),
            (0, "mjpeg", "multipart.mjpeg"),
        ]
    ):
        save("dropped", f"{index:02}_{file}", bytes([name]) + (SEEDS / target / file).read_bytes())
    save("dropped", "gif", b"\1GIF89a\x02\0\x02\0")
    save("dropped", "avif", b"\6\0\0\0\x1cftypavif\0\0\0\0")
    save("dropped", "wide.mov", b"\7\0\0\0\x08wide" + (SEEDS / "mp4/mjpeg_quicktime.mov").read_bytes())


def booth():
    name = "0123456789abcdef0123456789abcdef"
    save("booth_request", "get", f"GET /{name} HTTP/1.1\r\nHost: 192.168.0.2:8080\r\nAccept: */*\r\n\r\n")
    save("booth_request", "head", f"HEAD /{name} HTTP/1.0\r\n\r\n")
    save("booth_request", "post", f"POST /{name} HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")
    save("booth_request", "path", f"GET /../{name}?a=b HTTP/1.1\r\nUser-Agent: Mozilla/5.0 (iPhone)\r\nCookie: a=b\r\n\r\n")
    save("booth_request", "partial", f"GET /{name} HTTP/1.1\r\nHost: ")
    save("booth_request", "tls", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
    save("booth_request", "many", "GET / HTTP/1.1\r\n" + "a: b\r\n" * 66 + "\r\n")
    slots = "slots: [(x: 0, y: 0, width: 50, height: 50, turn: 5.5, radius: 3, border: 2, shadow: 4, photo: Some(1)), (x: 10.5, y: 5, width: 30, height: 20)]"
    texts = 'texts: [(line: "{event} {date}", x: 50, y: 45, size: 10, width: 40, color: "#ff8800", font: Medium, spacing: 1)]'
    save("booth_layout", "full.ron", f'(\n name: "A",\n kind: Collage,\n canvas: (width: 100, height: 50),\n background: Color("#fcfbf7"),\n frame: "frame.png",\n {slots},\n {texts},\n)')
    save("booth_layout", "small.ron", '(name: "A", canvas: (width: 16, height: 16), slots: [(x: 0, y: 0, width: 5, height: 5)])')
    save("booth_layout", "outside.ron", '(\n name: "A", // slots: [\n canvas: (width: 100, height: 50),\n slots: [\n  (x: 500, y: 0, width: 50, height: 50),\n ],\n)')
    save("booth_layout", "picture.ron", '(name: "A", canvas: (width: 100, height: 50), background: Picture("../x.png"), slots: [(x: 0, y: 0, width: 50, height: 50)])')


def main():
    SEEDS.mkdir(parents=True, exist_ok=True)
    images = jpegs()
    raws()
    videos(images)
    tracks()
    stills(images)
    texts()
    effects()
    structured(images)
    booth()


main()
