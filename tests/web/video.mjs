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

/** The last frame of a file, and the number of frames. The matrix is that of the file, unless it is given. */
export function lastFrame(path, { matrix = 'auto' } = {}) {
  const { width, height } = probe(path);
  const pixels = run('ffmpeg', ['-loglevel', 'error', '-i', path, '-fps_mode', 'passthrough', '-enc_time_base', '-1', '-vf',
    `scale=in_color_matrix=${matrix}:flags=accurate_rnd+full_chroma_int`, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-']);
  const bytes = width * height * 4;
  const frame = Buffer.from(pixels.subarray(pixels.length - bytes));
  return { frame: new Picture(width, height, frame), count: pixels.length / bytes };
}
