// Two requests at once: both are answered. Without an answer both wait and block nothing.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open();
  for (const track of ['one', 'two']) await visit.tell({ do: 'spawn', track });
  const { tracks } = await visit.until(({ tracks }) => tracks.one?.delivered > 2 && tracks.two?.delivered > 2, 'both have pictures');
  assert.deepEqual([tracks.one.live, tracks.two.live, await visit.asked(), await visit.liveTracks()], [1, 1, 2, 2]);
  await visit.tell({ do: 'despawn', track: 'one' });
  const { delivered } = (await visit.report()).tracks.two;
  await visit.until(({ tracks }) => tracks.two.delivered > delivered + 5, 'the other goes on');
  assert.equal(await visit.liveTracks(), 1);
  await visit.end();

  // With WebGPU in software Chromium can't have a window, and without one it denies by itself.
  if (visit.browser.api !== 'webgl2') return;
  await visit.open({ prompt: 'ignore', inWindow: true });
  for (const track of ['one', 'two']) await visit.tell({ do: 'spawn', track });
  await visit.spawn('synthetic', { synthetic: true });
  await visit.frames(20);
  const waiting = (await visit.report()).tracks;
  for (const track of ['one', 'two']) {
    assert.deepEqual([waiting[track].state, waiting[track].failed], ['pending', []], track);
    await visit.tell({ do: 'despawn', track });
  }
  await visit.frames(5);
  const { tracks: after } = await visit.report();
  assert.deepEqual([after.one.state, after.two.state, after.synthetic.state], ['gone', 'gone', 'live']);
  assert.equal(await visit.asked(), 2);
}
