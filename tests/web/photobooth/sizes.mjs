// The booth fits every screen: phones upright and sideways, a kiosk, a large monitor.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { enter, shutter, until } from '../booth.mjs';

export const timeout = 300_000;

const sizes = [[360, 640], [640, 360], [844, 390], [800, 1280], [1920, 1080]];

export default async function (visit) {
  const [[width, height]] = sizes;
  await enter(visit, { width, height });
  for (const [width, height] of sizes) {
    await visit.page.setViewport({ width, height, deviceScaleFactor: 1 });
    await sleep(1500);
    const at = await until(visit, picture => picture.width === width && shutter(picture), `a shutter at ${width}x${height}`);
    // Under a thumb on a phone held sideways, in the middle elsewhere.
    const place = width > height && height < 500 ? 0.84 : 0.5;
    assert.ok(Math.abs(at.x / width - place) < 0.1, `the shutter is at ${at.x} of ${width}`);
    // The camera's picture and the looks have many colors; a page that draws nothing has few.
    const colors = (await visit.screenshot()).colors();
    assert.ok(colors > 500, `${colors} colors at ${width}x${height}`);
  }
}
