// Recordings, read by ffmpeg.

import { spawnSync } from 'node:child_process';

import { Picture } from './picture.mjs';

function run(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { maxBuffer: 1 << 30 });
  if (status !== 0 || stderr?.length) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** A file's duration in seconds as its header has it, its codec, its size, and the times of its frames. */
export function probe(path) {
  const entries = 'format=duration:stream=codec_name,width,height:packet=pts_time';
  const { format, streams, packets } = JSON.parse(run('ffprobe', [
    '-v', 'error', '-show_entries', entries, '-of', 'json', path]));
  if (streams.length !== 1) throw new Error(`${path} has ${streams.length} tracks`);
  const [{ codec_name: codec, width, height }] = streams;
  return { duration: Number(format.duration), codec, width, height, times: packets.map(packet => Number(packet.pts_time)) };
}

/** The number of a file's frames that can be decoded. */
export function countFrames(path) {
  const { streams: [{ nb_read_frames: count }] } = JSON.parse(run('ffprobe', [
    '-v', 'error', '-count_frames', '-select_streams', 'v', '-show_entries', 'stream=nb_read_frames', '-of', 'json', path]));
  return Number(count);
}

/** The last frame of a file, and the number of frames. The matrix is that of the file, unless it is given. */
export function lastFrame(path, { matrix = 'auto' } = {}) {
  const { width, height } = probe(path);
  const pixels = run('ffmpeg', ['-loglevel', 'error', '-i', path, '-fps_mode', 'passthrough', '-enc_time_base', '-1', '-vf',
    `scale=in_color_matrix=${matrix}:flags=accurate_rnd+full_chroma_int`, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-']);
  const bytes = width * height * 4;
  const frame = Buffer.from(pixels.subarray(pixels.length - bytes));
  return { frame: new Picture(width, height, frame), count: pixels.length / bytes };
}

/** The codecs of a file with video and sound, and the length of its sound in seconds and the sound's peak, 0 to 1. */
export function probeSound(path) {
  const { streams } = JSON.parse(run('ffprobe', [
    '-v', 'error', '-show_entries', 'stream=codec_type,codec_name', '-of', 'json', path]));
  const codec = type => streams.find(({ codec_type: found }) => found === type)?.codec_name;
  const rate = 48_000;
  const bytes = run('ffmpeg', ['-loglevel', 'error', '-i', path, '-map', '0:a', '-ac', '1', '-ar', `${rate}`, '-f', 'f32le', '-']);
  const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const peak = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
  return { video: codec('video'), audio: codec('audio'), seconds: samples.length / rate, peak };
}
