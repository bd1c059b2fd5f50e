// A disabled track is black, and so is the browser's. Enabled again, it shows its device.

import assert from 'node:assert/strict';

import { near } from '../picture.mjs';

export default async function (visit) {
  await visit.open();
  const { settings } = await visit.spawn('a');
  const [x, y] = [4, settings.height / 2];
  const enable = async enabled => {
    await visit.tell({ do: 'enable', track: 'a', enabled });
    await visit.frames(3);
    assert.equal(await visit.page.evaluate(() => window.viewfinder.tracks[0].enabled), enabled);
  };
  await enable(false);
  near((await visit.screenshot()).pixel(x, y), [0, 0, 0], 0, 'off');
  assert.equal((await visit.report()).tracks.a.state, 'live');

  await enable(true);
  const { delivered } = (await visit.report()).tracks.a;
  await visit.until(({ tracks }) => tracks.a.delivered > delivered + 5, 'frames come again');
  const reference = await visit.shown();
  near((await visit.screenshot()).pixel(x, y), reference.pixel(x, y), visit.browser.difference, 'on');
  assert.equal(await visit.asked(), 1);
}
