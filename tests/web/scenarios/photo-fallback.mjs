// Without ImageCapture in the browser, a photo is the current frame. It is downloaded too.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { Picture, near } from '../picture.mjs';

export const only = ({ kind }) => kind === 'firefox';

export default async function (visit) {
  await visit.open();
  assert.equal(await visit.page.evaluate(() => 'ImageCapture' in window), false);
  const { settings } = await visit.spawn('a', { effects: 'invert' });
  const reference = await visit.reference();
  const raw = await visit.photo('a', 'raw', { raw: true });
  assert.deepEqual([raw.width, raw.height], [settings.width, settings.height]);
  assert.equal((await visit.report()).photos.raw.origin, 'Frame');
  await assert.rejects(visit.photo('a', 'sized', { width: 320 }), /NotSupported/);
  // The whole frame slowly changes its color.
  near(raw.pixel(320, 300), reference.pixel(320, 300), 24, 'the photo as the camera sees it');

  const inverted = await visit.photo('a', 'inverted', { file: 'photo.png' });
  near(inverted.pixel(320, 300).map(value => 255 - value), raw.pixel(320, 300), 48, 'the photo with its effect');
  await visit.until(({ photos }) => photos.inverted.saved === 'photo.png', 'the photo is saved');
  const downloaded = Picture.decode(readFileSync(await visit.download('photo.png')));
  assert.equal(downloaded.psnr(inverted), Infinity, 'the download is the photo');
}
