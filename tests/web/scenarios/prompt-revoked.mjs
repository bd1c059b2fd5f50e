// Permission is revoked while a track is live: the track ends, once, with an event.

import assert from 'node:assert/strict';

export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  await visit.open({ prompt: 'ignore' });
  const set = setting => visit.devtools.send('Browser.setPermission', {
    permission: { name: 'camera' }, setting, origin: new URL(visit.page.url()).origin,
  });
  await set('granted');
  await visit.until(({ permission }) => permission === 'Granted', 'a grant is heard of');
  await visit.spawn('a');
  await set('denied');
  await visit.until(({ permission }) => permission === 'Denied', 'the revocation is heard of');
  const { tracks } = await visit.until(({ tracks }) => tracks.a.state === 'ended', 'the track ends');
  assert.deepEqual([tracks.a.ended, tracks.a.endedBy.name], [1, 'NotAllowedError']);
  await visit.frames(10);
  assert.equal((await visit.report()).tracks.a.ended, 1, 'it ends once');
  assert.equal(await visit.liveTracks(), 0);
  await visit.tell({ do: 'spawn', track: 'b' });
  const after = await visit.until(({ tracks }) => tracks.b?.failed.length, 'another track fails');
  assert.equal(after.tracks.b.failed[0].name, 'NotAllowedError');
}
