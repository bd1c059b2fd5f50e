// Fifty tracks are spawned and despawned: no device stays open, and memory doesn't grow.

import assert from 'node:assert/strict';

export const timeout = 300_000;

export default async function (visit, context) {
  await visit.open();
  const rounds = async count => {
    for (let round = 0; round < count; round++) {
      await visit.spawn('a');
      await visit.tell({ do: 'despawn', track: 'a' });
      await visit.until(({ tracks }) => tracks.a.state === 'gone', 'the track is gone');
    }
  };
  // One-time allocations happen in the first rounds.
  await rounds(10);
  const before = await memory(visit);
  await rounds(50);
  await visit.frames(5);
  const after = await memory(visit);
  context.diagnostic(`wasm ${before.wasm} to ${after.wasm} bytes, JS ${before.script ?? '?'} to ${after.script ?? '?'} bytes`);
  assert.equal(await visit.asked(), 60);
  assert.equal(await visit.liveTracks(), 0, 'cameras that are still on');
  assert.equal(await visit.page.evaluate(() => document.querySelectorAll('video').length), 0, 'videos that are left');
  // Memory grows by 64 KiB at a time, and the last such step of the start may come late. One frame would be 1.2 MB.
  assert.ok(after.wasm <= before.wasm + 65_536, 'the memory of the module grew');
  // The test's own references to tracks don't count.
  if (before.script) assert.ok(after.script < before.script + 1_000_000, 'the memory of the page grew');
}

async function memory(visit) {
  const { memory: wasm } = await visit.report();
  const script = await visit.page.evaluate(() => {
    window.gc?.();
    return performance.memory?.usedJSHeapSize;
  });
  return { wasm, script };
}
