// A refusal has its name, and the app goes on.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open({ prompt: 'deny' });
  await visit.tell({ do: 'spawn', track: 'denied' });
  const { tracks, permission } = await visit.until(({ tracks }) => tracks.denied?.failed.length, 'the track fails');
  assert.equal(tracks.denied.failed[0].name, 'NotAllowedError');
  assert.equal(permission, 'Denied');
  assert.equal(await visit.liveTracks(), 0);
  // The app goes on, and has other pictures.
  await visit.spawn('synthetic', { synthetic: true });
}
