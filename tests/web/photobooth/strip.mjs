// A guest makes a strip with a finger on a phone, or with a mouse, and has it as a download.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { downloaded, enter, shutter, until } from '../booth.mjs';
import { Picture } from '../picture.mjs';

export const timeout = 300_000;

export default async function (visit) {
  const touch = visit.browser.kind === 'chromium';
  await enter(visit, touch ? { width: 390, height: 844, touch } : { width: 1280, height: 800 });
  const at = await until(visit, shutter, 'the shutter');
  if (touch) await visit.page.touchscreen.tap(at.x, at.y);
  else {
    // While the thumbnails are drawn, a frame of the page takes longer than a quick click.
    await visit.page.mouse.move(at.x, at.y);
    await sleep(1000);
    await visit.page.mouse.click(at.x, at.y, { delay: 500 });
  }
  // Shots that nobody answers for are kept.
  let done = false;
  const looks = (async () => {
    while (!done) {
      await sleep(4000);
      await visit.screenshot();
    }
  })();
  try {
    const picture = Picture.decode(readFileSync(await downloaded(visit, '.png', 200_000)));
    assert.ok(picture.height > 2 * picture.width, `a strip: ${picture.width}x${picture.height}`);
    assert.ok(picture.colors() > 500, `${picture.colors()} colors`);
  } finally {
    done = true;
    await looks;
  }
}
