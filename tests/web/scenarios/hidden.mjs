// A hidden page draws nothing. Shown again, it continues with its device.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { near } from '../picture.mjs';

export default async function (visit) {
  await visit.open();
  const { settings } = await visit.spawn('a');
  const other = await visit.program.newPage();
  // A browser may take a moment to hide a page, or to show it.
  const becomes = async visibility => {
    for (const end = Date.now() + 10_000; Date.now() < end; await sleep(100)) {
      if ((await visit.page.evaluate(() => document.visibilityState)) === visibility) return;
    }
    assert.fail(`the page doesn't become ${visibility}`);
  };
  const hide = async () => {
    await other.bringToFront();
    await becomes('hidden');
  };
  const show = async () => {
    await visit.page.bringToFront();
    await becomes('visible');
  };

  await hide();
  await sleep(1000);
  const before = (await visit.report()).tracks.a;
  await sleep(1500);
  const hidden = (await visit.report()).tracks.a;
  assert.ok(hidden.delivered <= before.delivered + 2, 'a hidden page takes it easy');
  assert.deepEqual([hidden.state, hidden.muted, hidden.failed, hidden.ended], ['live', false, [], 0]);
  assert.equal(await visit.liveTracks(), 1, 'the camera is kept');

  await show();
  const { tracks } = await visit.until(({ tracks }) => tracks.a.delivered > hidden.delivered + 10, 'frames come again');
  assert.deepEqual([tracks.a.state, tracks.a.muted, tracks.a.failed, tracks.a.ended], ['live', false, [], 0]);
  assert.equal(await visit.asked(), 1, 'nobody was asked again');
  const reference = await visit.shown();
  const page = await visit.screenshot();
  near(page.pixel(4, settings.height / 2), reference.pixel(4, settings.height / 2), visit.browser.difference, 'the left edge');

  // Requests from just before are answered afterwards.
  await visit.tell({ do: 'spawn', track: 'b', at: [0, 0] });
  await hide();
  await sleep(1000);
  await show();
  await visit.until(({ tracks }) => tracks.b?.state === 'live' && tracks.b.delivered > 2, 'the other has pictures too');
}
