// Taps of a known film: their pixels are those of the browser's own `<video>`, scaled and converted here.

import assert from 'node:assert/strict';
import { join } from 'node:path';

import * as film from '../y4m.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file, { moves: false });
  await visit.open({ file });
  await visit.spawn('a', { effects: 'invert' });
  const wanted = await visit.reference();

  await visit.tap('a', 'color', { raw: true });
  same(await visit.snap('color'), wanted, 40, 'color');
  const small = [film.width / 4, film.height / 5];
  const { width, height } = await visit.tap('a', 'small', { raw: true, size: small });
  assert.deepEqual([width, height], small);
  same(await visit.snap('small'), wanted.shrunk(4, 5), 36, 'a fourth and a fifth');
  await visit.tap('a', 'luma', { raw: true, luma: true, size: small });
  same(await visit.snap('luma'), wanted.shrunk(4, 5).luma(), 36, 'luma');

  // After the effects, and at the same time as the others.
  const inverted = wanted.map((x, y) => wanted.pixel(x, y).map(value => 255 - value));
  await visit.tap('a', 'effects', { size: small });
  same(await visit.snap('effects'), inverted.shrunk(4, 5), 36, 'inverted');

  // Frames go on coming, to each tap, and few are skipped.
  const before = (await visit.report()).taps;
  const after = (await visit.until(({ taps }) => Object.keys(before).every(tap => taps[tap].frames > before[tap].frames + 10),
    'frames go on')).taps;
  for (const [name, { frames, due }] of Object.entries(after)) {
    assert.ok(frames >= due / 2, `${name}: ${frames} of ${due} frames came`);
  }

  // A size that WebGL can't draw is refused by name.
  await visit.tell({ do: 'tap', track: 'a', tap: 'huge', size: [1_000_000, 1] });
  const { taps: { huge } } = await visit.until(({ taps }) => taps.huge.failed.length, 'the refusal');
  assert.deepEqual(huge.failed.map(({ name }) => name), ['NotSupportedError']);

  // A tap may go before its track, and the track before its taps.
  await visit.tell({ do: 'untap', tap: 'color' });
  await visit.frames(5);
  await visit.tell({ do: 'despawn', track: 'a' });
  await visit.frames(5);
  assert.equal(await visit.liveTracks(), 0);
}

function same(picture, wanted, least, what) {
  const psnr = picture.psnr(wanted);
  assert.ok(psnr > least, `${what}: ${psnr.toFixed(1)} dB`);
}
