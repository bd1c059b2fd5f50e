// A device changes its size, as a phone does when it is rotated: the output follows in size and shape.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import { viewport } from '../browsers.mjs';
import { near } from '../picture.mjs';
import * as film from '../y4m.mjs';

// Firefox's simulated device has a fixed size.
export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file, { moves: false });
  await visit.open({ file });
  await visit.spawn('a');
  // Around the middle, where the colors meet, so that a crop is recognized.
  const places = { topLeft: [0.46, 0.3], topRight: [0.54, 0.3], bottomLeft: [0.46, 0.7], bottomRight: [0.54, 0.7] };
  const check = (picture, width, height, what) => {
    for (const [corner, [x, y]] of Object.entries(places)) {
      near(picture.pixel(Math.round(x * width), Math.round(y * height)), film.corners[corner], 8, `${what}, ${corner}`);
    }
  };
  const change = async (width, height) => {
    await visit.page.evaluate(async (width, height) => {
      await window.viewfinder.tracks[0].applyConstraints({ width: { exact: width }, height: { exact: height } });
    }, width, height);
    const changed = ({ settings }) => settings.width === width && settings.height === height;
    const { tracks } = await visit.until(({ tracks }) => changed(tracks.a), `the settings say ${width}x${height}`);
    await visit.until(report => report.tracks.a.delivered > tracks.a.delivered + 3, 'frames go on coming');
    const page = await visit.screenshot();
    check(page, width, height, `${width}x${height}`);
    for (const outside of [[width + 2, height - 2], [width - 2, height + 2]]) {
      near(page.pixel(...outside), [0, 0, 0], 0, `beside ${width}x${height}`);
    }
  };
  await change(320, 240);
  await visit.page.setViewport({ ...viewport, width: viewport.height, height: viewport.width });
  await change(240, 320);
  const photo = await visit.photo('a', 'upright', { grab: true });
  assert.deepEqual([photo.width, photo.height], [240, 320]);
  check(photo, 240, 320, 'the photo');
  await visit.page.setViewport(viewport);
  await change(320, 240);

  const { tracks } = await visit.report();
  assert.deepEqual([tracks.a.live, tracks.a.ended, tracks.a.failed], [1, 0, []]);
  assert.equal(await visit.asked(), 1);
}
