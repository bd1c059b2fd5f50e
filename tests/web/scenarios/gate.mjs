// The app's gate is asked before the browser, and constraints that change meanwhile apply once the track is live.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open();
  await visit.tell({ do: 'gate', answer: 'ask' });
  await visit.tell({ do: 'spawn', track: 'a' });
  await visit.until(({ tracks }) => tracks.a?.asked === 1, 'the app is asked');
  await visit.frames(10);
  assert.equal(await visit.asked(), 0, 'the browser isn’t asked before');
  assert.equal((await visit.report()).tracks.a.state, 'pending');

  await visit.tell({ do: 'constrain', track: 'a', constraints: { width: { exact: 320 }, height: { exact: 240 } } });
  await visit.frames(3);
  await visit.tell({ do: 'gate', answer: 'grant' });
  const { tracks } = await visit.until(({ tracks }) => tracks.a.state === 'live' && tracks.a.applied === 1, 'the change holds');
  assert.deepEqual([tracks.a.asked, tracks.a.unmet, await visit.asked()], [1, [], 1]);
  // Firefox's simulated device has a fixed size.
  if (visit.browser.kind === 'chromium') {
    await visit.until(({ tracks }) => tracks.a.settings.width === 320 && tracks.a.settings.height === 240, 'the size follows');
  }

  await visit.tell({ do: 'gate', answer: 'deny' });
  const denied = await visit.until(({ tracks }) => tracks.a.state === 'ended', 'the track ends');
  assert.deepEqual([denied.tracks.a.ended, denied.tracks.a.endedBy.name], [1, 'NotAllowedError']);
  assert.equal(await visit.liveTracks(), 0, 'the camera is let go');
  await visit.tell({ do: 'spawn', track: 'b' });
  const after = await visit.until(({ tracks }) => tracks.b?.failed.length, 'another fails at once');
  assert.deepEqual([after.tracks.b.failed[0].name, after.tracks.b.asked, await visit.asked()], ['NotAllowedError', 0, 1]);
}
