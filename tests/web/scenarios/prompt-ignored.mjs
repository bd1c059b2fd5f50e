// An unanswered prompt blocks nothing.

import assert from 'node:assert/strict';

// With WebGPU in software Chromium can't have a window.
export const only = ({ api }) => api === 'webgl2';

export default async function (visit) {
  // Without a window Chromium denies by itself.
  await visit.open({ prompt: 'ignore', inWindow: true });
  await visit.until(({ permission }) => permission === 'Prompt', 'the permission is known before anybody is asked');
  assert.equal(await visit.asked(), 0);
  await visit.tell({ do: 'spawn', track: 'a' });
  await visit.spawn('synthetic', { synthetic: true, at: [0, 0] });
  await visit.frames(20);
  const { tracks } = await visit.report();
  assert.deepEqual([tracks.a.state, tracks.a.failed, await visit.asked()], ['pending', [], 1]);
  await visit.tell({ do: 'despawn', track: 'a' });
  await visit.frames(5);
  assert.equal((await visit.report()).tracks.a.state, 'gone');
}
