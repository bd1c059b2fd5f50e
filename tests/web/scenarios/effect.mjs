// An effect changes the page and photos, and can be removed.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import { near } from '../picture.mjs';
import * as film from '../y4m.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file, { moves: false });
  await visit.open({ file });
  await visit.spawn('a', { effects: 'invert' });
  const inverted = color => color.map(value => 255 - value);
  const check = (picture, change, what) => {
    for (const [corner, place] of Object.entries(film.places)) {
      near(picture.pixel(...place), change(film.corners[corner]), 6, `${what}, ${corner}`);
    }
  };
  check(await visit.screenshot(), inverted, 'inverted');
  check(await visit.photo('a', 'with', { grab: true }), inverted, 'the photo');
  check(await visit.photo('a', 'without', { grab: true, raw: true }), color => color, 'the photo without effects');

  await visit.tell({ do: 'effects', track: 'a', effects: 'flip+gaussian_blur:std_deviation=3' });
  await visit.frames(5);
  await visit.tell({ do: 'effects', track: 'a', effects: '' });
  await visit.frames(5);
  check(await visit.screenshot(), color => color, 'without effects');
  assert.deepEqual((await visit.report()).tracks.a.effectFailures, []);
}
