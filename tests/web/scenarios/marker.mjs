// A marker that moves 30 pixels in each frame of a film: the square that is drawn in its middle stays there.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import * as film from '../y4m.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;

/** The id 7 of the family tag36h11. */
const marker = [
  '..........',
  '.########.',
  '.####.###.',
  '.####..##.',
  '.##.#.###.',
  '.#.#...##.',
  '.####...#.',
  '.##.#.###.',
  '.########.',
  '..........',
];

/** Pixels of a cell, of the marker's top, and of its motion in a frame. */
const cell = 12;
const top = 180;
const step = 30;

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.draw(file, 30, (x, y, frame) => {
    // Back and forth.
    const left = 30 + step * (frame < 15 ? frame : 29 - frame);
    const shade = { '#': 25, '.': 220 }[marker[Math.floor((y - top) / cell)]?.[Math.floor((x - left) / cell)]] ?? 140;
    return [shade, shade, shade];
  });
  await visit.open({ file });
  // Its node is out of the page.
  await visit.spawn('a', { at: [0, 2000] });
  await visit.tell({ do: 'marker', track: 'a', id: 7, size: 0.08, square: 0.03, hold_frames: true });

  const places = [];
  for (let shot = 0; shot < 200 && places.length < 12; shot++) {
    const picture = await visit.screenshot();
    const red = center(picture, ([r, g, b]) => r > 150 && g < 100 && b < 100);
    if (!red) continue;
    const dark = center(picture, ([r, g, b]) => (r < 80 && g < 80) || (r > 150 && g < 100 && b < 100));
    places.push(dark[0]);
    const [x, y] = [0, 1].map(axis => red[axis] - dark[axis]);
    assert.ok(Math.hypot(x, y) < 2, `the square is off by ${x}, ${y} pixels in shot ${visit.shots}`);
  }
  assert.equal(places.length, 12, 'the marker is found');
  assert.ok(Math.max(...places) - Math.min(...places) > 2 * step, `it moves: ${places}`);
}

/** The middle of the box around the pixels of a kind. */
function center({ width, height, rgba }, is) {
  let [left, above, right, below] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (!is(rgba.subarray(at, at + 3))) continue;
      [left, above] = [Math.min(left, x), Math.min(above, y)];
      [right, below] = [Math.max(right, x), Math.max(below, y)];
    }
  }
  return right < left ? undefined : [(left + right) / 2, (above + below) / 2];
}
