// The synthetic source needs no device: its output is on the page, and it moves.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open({ prompt: 'deny' });
  const { settings } = await visit.spawn('a', { synthetic: true });
  const one = (await visit.screenshot()).crop(0, 0, settings.width, settings.height);
  assert.ok(one.colors() > 8, `a picture with ${one.colors()} colors`);
  await visit.frames(20);
  const two = (await visit.screenshot()).crop(0, 0, settings.width, settings.height);
  assert.ok(one.psnr(two) < 60, 'the picture moves');
  assert.equal(await visit.asked(), 0, 'nobody was asked for a camera');
}
