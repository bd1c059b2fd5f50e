// A denied prompt has its error name, and the app continues.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open({ prompt: 'deny' });
  // Two at once.
  for (const track of ['one', 'two']) await visit.tell({ do: 'spawn', track });
  const { tracks } = await visit.until(({ tracks }) => tracks.one?.failed.length && tracks.two?.failed.length,
    'both tracks fail');
  for (const track of ['one', 'two']) assert.deepEqual(tracks[track].failed.map(({ name }) => name), ['NotAllowedError']);
  // The browser reports the permission itself, before or after the error.
  await visit.until(({ permission }) => permission === 'Denied', 'the permission to be denied');
  assert.equal(await visit.liveTracks(), 0);
  // The app continues, and other tracks work.
  await visit.spawn('synthetic', { synthetic: true });
}
