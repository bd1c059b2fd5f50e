// The background of a person is transparent in every picture: also in the first, and while she moves.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Picture } from '../picture.mjs';
import * as film from '../y4m.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;

/** A portrait of 256x256 pixels. */
const file = join(process.env.GOLDEN, '../../../crates/people/tests/data/small.png');
const portrait = Picture.decode(readFileSync(file));

/** The background that replaces that of the portrait: a green that she hasn't. */
const green = [40, 230, 60];

/** Pixels that she moves. */
const reach = 120;

export default async function (visit) {
  const path = join(visit.out, 'film.y4m');
  film.draw(path, 30, (x, y, frame) => {
    const left = reach * (frame < 15 ? frame / 15 : (30 - frame) / 15);
    const [column, row] = [(x - left) * 256 / 480, y * 256 / 480].map(Math.floor);
    const hair = column >= 60 && column < 200;
    return hair && column < 256 ? portrait.pixel(column, row) : green;
  });
  await visit.open({ file: path });
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
  assert.deepEqual((await visit.report()).tracks.a.effectFailures, []);
}
