// A guest who doesn't allow the camera sees why there is none, and the booth goes on with a test pattern.

import assert from 'node:assert/strict';

import { enter, shutter, until } from '../booth.mjs';

export default async function (visit) {
  await enter(visit, { width: 390, height: 844, prompt: 'deny' });
  await until(visit, shutter, 'the shutter');
  const live = await visit.page.evaluate(() => window.viewfinder.tracks.length);
  assert.equal(live, 0);
  // The notice is amber.
  await until(visit, picture => {
    let amber = 0;
    for (let y = 0; y < picture.height / 2; y++) {
      for (let x = 0; x < picture.width; x++) {
        const [red, green, blue] = picture.pixel(x, y);
        if (red > 220 && green > 150 && green < 210 && blue < 130) amber += 1;
      }
    }
    return amber > 100;
  }, 'the notice');
}
