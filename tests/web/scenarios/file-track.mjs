// The track of a file, with changed constraints, which browsers don't have for files, and disabled and enabled: first
// an image, which has only one frame, then a video, which is heard if it has a volume.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { drop } from '../files.mjs';
import { near } from '../picture.mjs';
import * as film from '../y4m.mjs';

// The browsers' common protocol can't drag files.
export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  const still = join(visit.out, 'film.y4m');
  film.write(still, { moves: false });
  const moving = join(visit.out, 'moving.y4m');
  film.write(moving);
  const video = join(visit.out, 'moving.webm');
  film.webm(moving, video, { sound: true });
  await visit.open();
  await visit.tell({ do: 'accept_drops', track: 'a' });
  await visit.frames(2);

  await drop(visit, [{ name: 'film.png', bytes: film.ffmpeg(still).encode() }]);
  await check(visit, 'the picture', 2);
  await drop(visit, [{ name: 'moving.webm', bytes: readFileSync(video) }]);
  await check(visit, 'the video', 16);
  await listen(visit);
  assert.equal(await visit.asked(), 0, 'nobody was asked for a camera');
}

/** Fails if the video isn't heard as loud as it is told. */
async function listen(visit) {
  const heard = () => {
    const { muted, volume, paused, webkitAudioDecodedByteCount: decoded } = document.querySelector('video');
    return { muted, volume: Math.round(volume * 100) / 100, paused, hasSound: decoded > 0 };
  };
  const set = async volume => {
    await visit.tell({ do: 'volume', track: 'a', volume });
    await visit.frames(3);
    return visit.page.evaluate(heard);
  };
  assert.equal((await visit.page.evaluate(heard)).muted, true, 'silent at first');
  assert.deepEqual(await set(0.5), { muted: false, volume: 0.5, paused: false, hasSound: true });
  assert.deepEqual(await set(7), { muted: false, volume: 1, paused: false, hasSound: true });
  assert.equal((await set(0)).muted, true, 'silent again');
}

/** Fails if the corners' colors differ from the film's by more than `difference`. */
async function check(visit, what, difference) {
  const { width, height } = film;
  const track = async (wanted, why) => (await visit.until(({ tracks }) => tracks.a && wanted(tracks.a), `${what}: ${why}`)).tracks.a;
  const change = constraints => visit.tell({ do: 'constrain', track: 'a', constraints });
  const shows = async (shownWidth, shownHeight, places, why) => {
    await visit.frames(3);
    const page = await visit.screenshot();
    for (const [corner, place] of Object.entries(places)) near(page.pixel(...place), film.corners[corner], difference, `${what}, ${why}, ${corner}`);
    for (const outside of [[shownWidth + 2, shownHeight - 2], [shownWidth - 2, shownHeight + 2]]) {
      near(page.pixel(...outside), [0, 0, 0], 0, `beside ${what}, ${why}`);
    }
  };
  await track(({ state, delivered, settings }) => state === 'live' && delivered && settings.width === width, 'as large as the file');
  await shows(width, height, film.places, 'whole');

  // Scaled.
  await change({ width: { exact: width / 2 }, height: { exact: height / 2 } });
  await track(({ applied, settings }) => applied === 1 && settings.width === width / 2 && settings.height === height / 2, 'half as large');
  const halved = Object.fromEntries(Object.entries(film.places).map(([corner, [x, y]]) => [corner, [x >> 1, y >> 1]]));
  await shows(width / 2, height / 2, halved, 'scaled');

  // Rejected constraints change nothing.
  await change({ width: { min: 100_000 } });
  const refused = await track(({ unmet }) => unmet.length, 'no file is so large');
  assert.deepEqual([refused.unmet[0].name, refused.unmet[0].constraint], ['OverconstrainedError', 'width']);
  assert.deepEqual([refused.settings.width, refused.settings.height, refused.state], [width / 2, height / 2, 'live']);

  // Cropped to the middle, where the colors meet.
  await change({ width: { exact: height / 2 }, height: { exact: height / 2 } });
  await track(({ applied, settings }) => applied === 2 && settings.width === height / 2, 'a square');
  const quarter = height / 8;
  const middle = { topLeft: [quarter, quarter], topRight: [3 * quarter, quarter], bottomLeft: [quarter, 3 * quarter], bottomRight: [3 * quarter, 3 * quarter] };
  await shows(height / 2, height / 2, middle, 'cropped');
  const photo = await visit.photo('a', what, { grab: true });
  assert.deepEqual([photo.width, photo.height], [height / 2, height / 2]);

  await change({});
  await track(({ applied, settings }) => applied === 3 && settings.width === width, 'whole again');
  await shows(width, height, film.places, 'whole again');

  await visit.tell({ do: 'enable', track: 'a', enabled: false });
  await visit.frames(3);
  const page = await visit.screenshot();
  for (const place of Object.values(film.places)) near(page.pixel(...place), [0, 0, 0], 0, `${what}, off`);
  await visit.tell({ do: 'enable', track: 'a', enabled: true });
  await visit.frames(3);
  await shows(width, height, film.places, 'on again');

  const last = (await visit.report()).tracks.a;
  assert.deepEqual([last.state, last.live, last.ended, last.failed], ['live', 1, 0, []]);
}
