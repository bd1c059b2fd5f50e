// Each effect on a known image, and temporal effects on a known film, compared with the golden images of the native
// tests: tests/effects/golden.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { drop } from '../files.mjs';
import { Picture } from '../picture.mjs';

// The browsers' common protocol can't drag files.
export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;
export const timeout = 900_000;

/** The tolerance of a value, of 255, and of a thousand pixels the number that may exceed it: as in the native tests. */
const tolerance = 2;
const exceptions = 1;

/**
 * Effects with edges that depend on rounding, or that amplify small differences, and the number of a thousand pixels that
 * may exceed the tolerance, since each GPU rounds in its own way. The mean must not exceed 4.
 */
const rounded = {
  // The glyph, the level, or the side of an outline.
  ascii: 10, cartoon: 10, kuwahara: 10, posterize: 30,
  // Every third pixel's center lies on the edge of a grain.
  film_grain: 400,
  // Small differences of blurred images, which samplers blend with few bits, and of frames.
  halftone: 60, sketch: 10, motion_detect: 10,
  // The side of a line.
  slit_scan: 10,
};
const average = 4;

const golden = process.env.GOLDEN;

export default async function (visit, context) {
  const scene = readFileSync(join(golden, 'scene.png'));
  const { width, height } = Picture.decode(scene);
  await visit.open();
  await visit.tell({ do: 'hold_time', seconds: 10 });
  await visit.tell({ do: 'accept_drops', track: '0' });
  await visit.frames(2);
  await drop(visit, [{ name: 'scene.png', bytes: scene }]);
  // Each line has three stacks. Each has a track, so that they are drawn together.
  const tracks = ['0', '1', '2'];
  await visit.until(report => report.tracks[0]?.delivered, 'the scene is shown');
  for (const track of tracks.slice(1)) await visit.tell({ do: 'clone', track, of: '0' });
  await visit.until(report => tracks.every(track => report.tracks[track]?.delivered), 'and two clones of it');

  const wrong = [];
  const lines = readFileSync(join(golden, 'stacks.txt'), 'utf8').trimEnd().split('\n').map(line => {
    const stacks = line.split('\t');
    return { name: stacks[0].split('+').at(-1).split(':')[0], stacks };
  });
  const shoot = (name, stacks) =>
    Promise.all(stacks.map((_, index) => visit.photo(tracks[index], `${name} ${index}`, { grab: true })));
  const judge = (name, stacks, photos, file) => {
    const strip = Picture.decode(readFileSync(file));
    for (const [index, photo] of photos.entries()) {
      const { off, mean } = compare(photo, strip.crop(index * width, 0, width, height), name);
      if (off <= (rounded[name] ?? exceptions) && mean <= average) continue;
      wrong.push(`${stacks[index]}: ${off.toFixed(1)} pixels of a thousand, ${mean.toFixed(2)}/255 on the average`);
      writeFileSync(join(visit.out, `${name}-${index}.png`), photo.encode());
    }
  };
  for (const { name, stacks } of lines) {
    for (const [index, effects] of stacks.entries()) await visit.tell({ do: 'effects', track: tracks[index], effects });
    // Images of effects are loaded first.
    if (stacks[0].includes('image=')) await sleep(3000);
    judge(name, stacks, await shoot(name, stacks), join(golden, `${name}.png`));
  }

  const film = Picture.decode(readFileSync(join(golden, 'film.png')));
  const frames = film.width / width;
  for (let frame = 0; frame < frames; frame++) await visit.lend(`frame ${frame}`, film.crop(frame * width, 0, width, height));
  const films = readdirSync(join(golden, 'films')).map(file => file.replace('.png', ''));
  for (const name of films) {
    const { stacks } = lines.find(line => line.name === name);
    for (const track of tracks) await visit.tell({ do: 'spawn', track, fed: [width, height] });
    await visit.until(report => tracks.every(track => report.tracks[track]?.delivered === 0), 'new tracks');
    for (let frame = 0; frame < frames; frame++) {
      for (const track of tracks) await visit.tell({ do: 'feed', track, picture: `frame ${frame}`, seconds: frame / 10 });
      await visit.until(report => tracks.every(track => report.tracks[track]?.delivered === frame + 1), 'the frame is shown');
      if (frame > 0) continue;
      for (const [index, effects] of stacks.entries()) await visit.tell({ do: 'effects', track: tracks[index], effects });
      // Effects are compiled when they have an input.
      await shoot(`${name}, first`, stacks);
    }
    judge(name, stacks, await shoot(`${name}, filmed`, stacks), join(golden, 'films', `${name}.png`));
  }
  const failures = Object.values((await visit.report()).tracks).flatMap(track => track.effectFailures);
  assert.deepEqual(failures, []);
  context.diagnostic(`${lines.length} effects, ${films.length} of them on a film`);
  assert.deepEqual(wrong, []);
}

/** The number of a thousand pixels that exceed the tolerance, and the mean difference. */
function compare(is, should, name) {
  assert.deepEqual([is.width, is.height], [should.width, should.height]);
  let wrong = 0;
  let sum = 0;
  for (let at = 0; at < is.rgba.length; at += 4) {
    // Around a shadow, where both are transparent, the color is undefined.
    if (name === 'drop_shadow' && is.rgba[at + 3] === 0 && should.rgba[at + 3] === 0) continue;
    const off = Math.max(...[0, 1, 2, 3].map(channel => Math.abs(is.rgba[at + channel] - should.rgba[at + channel])));
    wrong += off > tolerance;
    sum += off;
  }
  const pixels = is.width * is.height;
  return { off: 1000 * wrong / pixels, mean: sum / pixels };
}
