// The background of a person is transparent in every picture: also in the first, and while she moves.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import { camera, portrait } from '../portrait.mjs';
import * as film from '../y4m.mjs';

export const graphics = true;

/** The background that replaces that of the portrait: a green that she hasn't. */
const green = [40, 230, 60];

/** Pixels that she moves. */
const reach = 120;

/** The columns of the portrait that have her. */
const columns = [60, 200];

export default async function (visit) {
  await visit.open(visit.browser.kind === 'chromium' ? { file: draw(join(visit.out, 'film.y4m')) } : { pretend: pretend() });
  await visit.spawn('a', { effects: 'person_cutout' });

  let seen = 0;
  for (let shot = 0; shot < 200 && seen < 8; shot++) {
    const picture = await visit.screenshot();
    let [greens, skin] = [0, 0];
    for (let at = 0; at < picture.rgba.length; at += 4) {
      const [r, g, b] = picture.rgba.subarray(at, at + 3);
      greens += g > 180 && r < 110 && b < 120;
      skin += r > 150 && g > 80 && g < r && b < g;
    }
    assert.ok(greens < 400, `${greens} pixels of the background in shot ${visit.shots}`);
    if (skin > 4000) seen++;
  }
  assert.equal(seen, 8, 'the person is found');
  const { tracks: { a }, people } = await visit.report();
  assert.deepEqual([a.effectFailures, people.a.failed], [[], []]);
}

/** A film for Chromium's device. */
function draw(path) {
  film.draw(path, 30, (x, y, frame) => {
    const left = reach * (frame < 15 ? frame / 15 : (30 - frame) / 15);
    const [column, row] = [(x - left) * 256 / 480, y * 256 / 480].map(Math.floor);
    return column >= columns[0] && column < columns[1] ? portrait.pixel(column, row) : green;
  });
  return path;
}

/** The same for Firefox, whose device plays no files. */
function pretend() {
  const [left, right] = columns;
  const place = column => column * 480 / 256;
  return camera({
    part: [left, 0, right - left, 256], at: [place(left), 0, place(right - left), 480], ground: green, reach,
  });
}
