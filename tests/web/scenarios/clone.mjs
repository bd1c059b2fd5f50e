// A clone has the same device and is independent from then on.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open();
  const { settings } = await visit.spawn('a');
  await visit.tell({ do: 'clone', track: 'b', of: 'a', at: [100, 0] });
  const { tracks } = await visit.until(({ tracks }) => tracks.b?.state === 'live' && tracks.b.delivered > 2, 'the clone has pictures');
  assert.equal(tracks.b.settings.deviceId, settings.deviceId);
  assert.equal(await visit.liveTracks(), 2);
  assert.equal(await visit.asked(), 1, 'the user, who has said yes, isn’t asked again');
  // Firefox's simulated device has one size for all its tracks.
  if (visit.browser.kind === 'chromium') await isOnItsOwn(visit, settings);
  await visit.tell({ do: 'despawn', track: 'a' });
  const { delivered } = (await visit.report()).tracks.b;
  await visit.until(({ tracks }) => tracks.b.delivered > delivered + 5, 'the clone goes on');
  assert.equal(await visit.liveTracks(), 1);
}

/** New constraints on the clone don't change the original. */
async function isOnItsOwn(visit, settings) {
  await visit.tell({ do: 'constrain', track: 'b', constraints: { width: { exact: 320 }, height: { exact: 240 } } });
  const smaller = await visit.until(({ tracks }) => tracks.b.settings.width === 320, 'the clone is smaller');
  assert.equal(smaller.tracks.a.settings.width, settings.width, 'and the other isn’t');
}
