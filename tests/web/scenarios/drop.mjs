// Files that are dropped onto the canvas: images and videos become tracks, other files are rejected by name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { drop } from '../files.mjs';
import { near } from '../picture.mjs';
import * as film from '../y4m.mjs';

// The browsers' common protocol can't drag files.
export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file, { moves: false });
  const picture = film.ffmpeg(file);
  await visit.open({ prompt: 'deny' });
  await visit.tell({ do: 'accept_drops', track: 'a' });
  await visit.frames(2);

  const effect = await drop(visit, [{ name: 'notes.txt', bytes: Buffer.from('no picture') }]);
  assert.equal(effect, 'copy');
  const refused = await visit.until(({ tracks }) => tracks.drop?.failed.length, 'text is refused');
  assert.equal(refused.tracks.drop.failed[0].name, 'NotSupportedError');

  await drop(visit, [{ name: 'broken.png', bytes: picture.encode().subarray(0, 60) }]);
  await visit.until(({ tracks }) => tracks.a?.failed.length, 'half a picture is refused');

  // A header that claims 40000 x 40000 pixels.
  const bomb = picture.encode();
  bomb.writeUInt32BE(40_000, 16);
  bomb.writeUInt32BE(40_000, 20);
  await drop(visit, [{ name: 'bomb.png', bytes: bomb }]);
  const large = await visit.until(({ tracks }) => tracks.a?.failed[0]?.name === 'NotSupportedError', 'a bomb is refused');
  assert.match(large.tracks.a.failed[0].message, /40000x40000 pixels, and the limit is 32768/);

  // Of several, the first image: the content decides, and not the name.
  await drop(visit, [
    { name: 'notes.png', bytes: Buffer.from('no picture') },
    { name: 'film.txt', bytes: picture.encode() },
    { name: 'second.png', bytes: bomb },
  ]);
  await visit.until(({ tracks }) => tracks.a.state === 'live' && tracks.a.delivered > 0, 'the picture is shown');
  const shown = (await visit.screenshot()).crop(0, 0, film.width, film.height);
  assert.ok(shown.psnr(picture) > 45, `${shown.psnr(picture).toFixed(1)} dB`);

  const moving = join(visit.out, 'moving.y4m');
  film.write(moving);
  const video = join(visit.out, 'moving.webm');
  film.webm(moving, video);
  await drop(visit, [{ name: 'moving.webm', bytes: readFileSync(video) }]);
  const { tracks } = await visit.until(({ tracks }) => tracks.a.state === 'live' && tracks.a.delivered > 3, 'the video plays');
  assert.deepEqual([tracks.a.settings.width, tracks.a.settings.height], [film.width, film.height]);
  const playing = await visit.screenshot();
  for (const [corner, place] of Object.entries(film.places)) near(playing.pixel(...place), film.corners[corner], 16, corner);
  assert.equal(await visit.asked(), 0, 'nobody was asked for a camera');
}
