// A moving face is hidden in every picture, from the first on, and the rest is shown. It has an entity with landmarks
// from the time that it comes until it goes.

import assert from 'node:assert/strict';

import { hasMark, pretend, visibility } from '../face.mjs';

export const graphics = true;
export const timeout = 240_000;

export default async function (visit) {
  await visit.open({ pretend: pretend() });
  await visit.tell({ do: 'spawn', track: 'a', effects: 'face_blur' });
  let seen = 0;
  for (let shot = 0; shot < 200 && seen < 8; shot++) {
    const picture = await visit.screenshot();
    const visible = visibility(picture);
    assert.ok(visible < 0.4, `${visible.toFixed(2)} of the face in shot ${visit.shots}`);
    // Until the face is found, all is hidden.
    if (hasMark(picture)) seen++;
  }
  assert.equal(seen, 8, 'the picture beside the face is shown');
  const { people: { a: hidden } } = await visit.report();
  assert.deepEqual([hidden.landmarks, hidden.entities, hidden.failed], [[468], 0, []], 'effects need no entities');

  // Without the effect.
  await visit.tell({ do: 'effects', track: 'a', effects: '' });
  await visit.tell({ do: 'find_faces', track: 'a' });
  const { people: { a: found } } = await visit.until(({ people: { a } }) => a.found, 'the face is found');
  assert.deepEqual([found.landmarks, found.entities, found.lost], [[468], 1, 0]);
  const visible = visibility(await visit.screenshot());
  assert.ok(visible > 0.8, `${visible.toFixed(2)} of the face without the effect`);

  const leave = empty => visit.page.evaluate(empty => window.viewfinder.scene.empty = empty, empty);
  await leave(true);
  const { people: { a: lost } } = await visit.until(({ people: { a } }) => a.lost, 'the face is lost');
  assert.deepEqual([lost.landmarks, lost.entities, lost.found], [[], 0, 1]);
  await leave(false);
  const { people: { a: back } } = await visit.until(({ people: { a } }) => a.found > 1, 'the face is back');
  assert.deepEqual([back.landmarks, back.entities, back.lost], [[468], 1, 1]);

  const { tracks: { a }, people } = await visit.report();
  assert.deepEqual([a.effectFailures, people.a.failed], [[], []]);
}
