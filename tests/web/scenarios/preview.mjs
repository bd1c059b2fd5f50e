// The output on the page: upright, in the right colors, mirrored if requested, and moving.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import { near } from '../picture.mjs';
import * as film from '../y4m.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file);
  await visit.open({ file });
  assert.equal(await visit.asked(), 0, 'nobody is asked before a track is spawned');
  const { settings, live } = await visit.spawn('a', {});
  assert.deepEqual([settings.width, settings.height, live], [film.width, film.height, 1]);
  assert.equal(await visit.asked(), 1);

  const shown = (await visit.screenshot()).crop(0, 0, film.width, film.height);
  for (const [corner, place] of Object.entries(film.places)) near(shown.pixel(...place), film.corners[corner], 6, corner);

  // The film repeats every two seconds: two screenshots may show the same frame.
  const later = [];
  for (const count of [5, 7, 11]) {
    await visit.frames(count);
    later.push((await visit.screenshot()).crop(0, 0, film.width, film.height));
  }
  assert.ok(later.some(picture => shown.psnr(picture) < 50), 'the picture moves');
  for (const [corner, place] of Object.entries(film.places)) near(later[0].pixel(...place), film.corners[corner], 6, corner);

  await visit.tell({ do: 'despawn', track: 'a' });
  await visit.spawn('b', { mirrored: true });
  const mirrored = (await visit.screenshot()).crop(0, 0, film.width, film.height).mirrored();
  for (const [corner, place] of Object.entries(film.places)) near(mirrored.pixel(...place), film.corners[corner], 6, corner);
}
