// Films with known frames for Chromium's simulated device.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import { Picture } from './picture.mjs';

export const width = 640;
export const height = 480;

/** The corners' colors, from the top left. All differ, so a rotated or mirrored image is recognized. */
export const corners = { topLeft: [200, 30, 30], topRight: [30, 180, 60], bottomLeft: [40, 60, 210], bottomRight: [230, 220, 60] };

/** The place where a corner's color is measured: well inside it. */
export const places = {
  topLeft: [80, 60], topRight: [560, 60], bottomLeft: [80, 420], bottomRight: [560, 420],
};

/** Four colors, and in the middle a square, which moves unless `still`. */
export function write(path, { moves = true } = {}) {
  draw(path, moves ? 30 : 1, color);
}

/** A film of this many frames. `color` gives the color at x, y of a frame, for every second column and row. */
export function draw(path, frames, color) {
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`)];
  for (let frame = 0; frame < frames; frame++) {
    const [y, u, v] = [Buffer.alloc(width * height), Buffer.alloc(width * height / 4), Buffer.alloc(width * height / 4)];
    for (let row = 0; row < height; row += 2) {
      for (let column = 0; column < width; column += 2) {
        const [luma, blue, red] = encode(color(column, row, frame));
        for (const at of [row * width + column, (row + 1) * width + column]) y.fill(luma, at, at + 2);
        const at = row / 2 * (width / 2) + column / 2;
        u[at] = blue;
        v[at] = red;
      }
    }
    parts.push(Buffer.from('FRAME\n'), y, u, v);
  }
  writeFileSync(path, Buffer.concat(parts));
}

/** The film's first frame, converted by ffmpeg. Y4M has no field for the matrix: Chromium uses BT.709. */
export function ffmpeg(path, matrix = 'bt709') {
  const run = spawnSync('ffmpeg', ['-loglevel', 'error', '-i', path, '-frames:v', '1', '-vf',
    `scale=in_color_matrix=${matrix}:flags=accurate_rnd+full_chroma_int`, '-f', 'rawvideo', '-pix_fmt', 'rgba', '-'], { maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`ffmpeg: ${run.stderr}`);
  return new Picture(width, height, run.stdout);
}

/** The film as a WebM file, for browsers to play. */
export function webm(from, to, { sound = false } = {}) {
  const tone = sound ? ['-f', 'lavfi', '-i', 'sine', '-shortest', '-c:a', 'libopus'] : [];
  const run = spawnSync('ffmpeg', ['-y', '-loglevel', 'error', '-i', from, ...tone, '-c:v', 'libvpx', '-b:v', '2M', '-color_range',
    'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', to]);
  if (run.status !== 0) throw new Error(`ffmpeg: ${run.stderr}`);
}

function color(x, y, frame) {
  const left = 240 + frame * 4;
  if (x >= left && x < left + 40 && y >= 200 && y < 280) return [250, 250, 250];
  const column = x < width / 2 ? 'Left' : 'Right';
  return corners[(y < height / 2 ? 'top' : 'bottom') + column];
}

/** BT.709 in limited range, 16 to 235. */
function encode([r, g, b]) {
  const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return [16 + luma * 219 / 255, 128 + (b - luma) / 1.8556 * 224 / 255, 128 + (r - luma) / 1.5748 * 224 / 255].map(Math.round);
}
