// A guest records a clip by the keys, keeps it, and has it as a download.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { downloaded, enter, shutter, until } from '../booth.mjs';
import { lastFrame, probe } from '../video.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const timeout = 300_000;

/** The number of the mode for clips, after that of strips. */
const clip = 5;
/** The seconds of a clip. */
const length = 5;

export default async function (visit) {
  await enter(visit, { width: 1280, height: 800 });
  await until(visit, shutter, 'the shutter');
  for (let mode = 0; mode < clip; mode++) {
    await visit.page.keyboard.press('Tab');
    await sleep(500);
  }
  await visit.screenshot();
  await visit.page.keyboard.press('Space');
  let done = false;
  const looks = (async () => {
    while (!done) {
      await sleep(3000);
      await visit.screenshot();
    }
  })();
  try {
    // A clip that nobody answers for is kept.
    const file = await downloaded(visit, '.webm', 200_000);
    const { duration, times } = probe(file);
    assert.ok(duration > length - 0.5 && duration < length + 3, `${duration} s`);
    assert.ok(times.length >= 4, `${times.length} frames`);
    assert.ok(lastFrame(file).frame.colors() > 200, 'a picture');
  } finally {
    done = true;
    await looks;
  }
}
