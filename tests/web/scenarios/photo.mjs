// A photo of a known film: its pixels, and those of the download, equal ffmpeg's.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Picture } from '../picture.mjs';
import * as film from '../y4m.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file, { moves: false });
  const wanted = film.ffmpeg(file);
  await visit.open({ file });
  await visit.spawn('a');
  // The browser's own `<video>` must agree with ffmpeg on the film.
  const reference = await visit.reference();
  assert.ok(reference.psnr(wanted) > 40, `<video>: ${reference.psnr(wanted).toFixed(1)} dB`);

  const grabbed = await visit.photo('a', 'grabbed', { grab: true });
  assert.ok(grabbed.psnr(wanted) > 40, `grabFrame: ${grabbed.psnr(wanted).toFixed(1)} dB`);

  const taken = await visit.photo('a', 'taken', { file: 'photo.png' });
  const { photos } = await visit.report();
  assert.deepEqual([photos.grabbed.origin, photos.taken.origin], ['Frame', 'Still']);
  // The browser's own capabilities refuse it before it is asked.
  await assert.rejects(visit.photo('a', 'too wide', { width: 100_000 }), /NotSupported/);
  // For photos Chromium converts its film itself, by the other matrix.
  const otherwise = film.ffmpeg(file, 'bt601');
  assert.ok(taken.psnr(otherwise) > 38, `takePhoto: ${taken.psnr(otherwise).toFixed(1)} dB`);
  await visit.until(({ photos }) => photos.taken.saved === 'photo.png', 'the photo is saved');
  const downloaded = Picture.decode(readFileSync(await visit.download('photo.png')));
  assert.equal(downloaded.psnr(taken), Infinity, 'the download is the photo');
}
