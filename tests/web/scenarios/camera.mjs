// The output of a track equals a `<video>` of the same device in the same page, and it changes.

import assert from 'node:assert/strict';

import { near } from '../picture.mjs';

export default async function (visit) {
  await visit.open();
  const { settings } = await visit.spawn('a');
  const reference = await visit.shown();
  const page = await visit.screenshot();
  assert.deepEqual([reference.width, reference.height], [settings.width, settings.height]);
  const shown = page.crop(0, 0, settings.width, Math.min(settings.height, page.height));
  // Frames come between the two screenshots: only the middle of the edges stays the same.
  near(shown.pixel(4, 300), reference.pixel(4, 300), visit.browser.difference, 'the left edge');
  const { delivered } = (await visit.report()).tracks.a;
  await visit.until(({ tracks }) => tracks.a.delivered > delivered + 15, 'frames go on coming');
  assert.ok((await visit.screenshot()).psnr(page) < 60, 'the picture changes');

  await visit.tell({ do: 'despawn', track: 'a' });
  await visit.frames(2);
  assert.equal(await visit.liveTracks(), 0, 'the camera is let go');
}
