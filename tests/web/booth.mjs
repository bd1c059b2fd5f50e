// The photobooth's page: it has no report, so its scenarios look at it as a guest does.

import { setTimeout as sleep } from 'node:timers/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Software rendering is slow. */
const patience = 60_000;
/** The color of the shutter. */
const coral = [255, 96, 105];

/** Opens the page at this size, presses its button, and waits for the camera. */
export async function enter(visit, { width, height, touch = false, query = '', ...options }) {
  await visit.open({ press: false, ...options });
  await visit.page.setViewport({ width, height, deviceScaleFactor: 1, hasTouch: touch, isMobile: touch });
  await visit.page.goto(visit.browser.page + query);
  await visit.page.waitForSelector('body.ready #start:not([disabled])', { timeout: patience });
  if (touch) await visit.page.tap('#start');
  else await visit.page.click('#start');
  await sleep(3000);
}

/** Waits until a screenshot fulfills the condition, and returns it. */
export async function until(visit, wanted, what, time = patience) {
  const end = Date.now() + time;
  for (;;) {
    const picture = await visit.screenshot();
    const found = wanted(picture);
    if (found) return found;
    if (Date.now() > end) throw new Error(`not in ${time / 1000} s: ${what}`);
    await sleep(500);
  }
}

/** The center of the shutter's disc in a screenshot; null if it isn't there. */
export function shutter(picture) {
  const isCoral = (x, y) => picture.pixel(x, y).every((value, channel) => Math.abs(value - coral[channel]) <= 6);
  // Frames of that color are thin; the disc is wider than this to each side.
  const reach = 8;
  let [count, x, y] = [0, 0, 0];
  for (let row = Math.floor(picture.height / 2); row < picture.height - reach; row++) {
    for (let column = reach; column < picture.width - reach; column++) {
      if (isCoral(column, row) && [[-reach, 0], [reach, 0], [0, -reach], [0, reach]]
        .every(([right, down]) => isCoral(column + right, row + down))) {
        count += 1;
        x += column;
        y += row;
      }
    }
  }
  return count > 0 ? { x: x / count, y: y / count } : null;
}

/** The download with this extension, once it is whole. */
export async function downloaded(visit, extension, time) {
  const end = Date.now() + time;
  for (;;) {
    // Screenshots have numbers.
    const name = readdirSync(visit.out).find(name => name.endsWith(extension) && !/^\d+\.png$/.test(name));
    if (name) {
      await sleep(1000);
      return join(visit.out, name);
    }
    if (Date.now() > end) throw new Error(`the booth downloaded no ${extension}`);
    await sleep(500);
  }
}
