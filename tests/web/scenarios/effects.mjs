// Every effect on a known picture, and those that remember on a known film, as the native tests have drawn them:
// tests/effects/golden.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { drop } from '../files.mjs';
import { Picture } from '../picture.mjs';

// The browsers' common protocol has no files to drag.
export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;
export const timeout = 900_000;

/** How far a value may be off, of 255, and how many pixels of a thousand further: as in the native tests. */
const tolerance = 2;
const exceptions = 1;

/**
 * Effects whose pixels lie on edges that rounding decides, or who multiply small differences, and how many pixels of a
 * thousand may be further off there, as another GPU rounds in another way. On the average they must not be by more than 4.
 */
const rounded = {
  // Which glyph, level or side of an outline it is.
  ascii: 10, cartoon: 10, kuwahara: 10, posterize: 30,
  // Every third pixel's center lies on the edge of a grain.
  film_grain: 400,
  // Small differences of blurred pictures, which samplers blend with few bits; and of frames.
  halftone: 60, sketch: 10, motion_detect: 10,
  // On which side of its line a pixel lies.
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
  // Each line has three stacks: a track for each, so that they are drawn together.
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
    // Pictures of effects' own are loaded first.
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
      // No sooner do the effects see anything than they are compiled.
      await shoot(`${name}, first`, stacks);
    }
    judge(name, stacks, await shoot(`${name}, filmed`, stacks), join(golden, 'films', `${name}.png`));
  }
  const failures = Object.values((await visit.report()).tracks).flatMap(track => track.effectFailures);
  assert.deepEqual(failures, []);
  context.diagnostic(`${lines.length} effects, ${films.length} of them on a film`);
  assert.deepEqual(wrong, []);
}

/** How many pixels of a thousand are further from what they should be than they may, and how far all are. */
function compare(is, should, name) {
  assert.deepEqual([is.width, is.height], [should.width, should.height]);
  let wrong = 0;
  let sum = 0;
  for (let at = 0; at < is.rgba.length; at += 4) {
    // Around a shadow, where both are transparent, there is no color: it is what rounding left of hardly any.
    if (name === 'drop_shadow' && is.rgba[at + 3] === 0 && should.rgba[at + 3] === 0) continue;
    const off = Math.max(...[0, 1, 2, 3].map(channel => Math.abs(is.rgba[at + channel] - should.rgba[at + channel])));
    wrong += off > tolerance;
    sum += off;
  }
  const pixels = is.width * is.height;
  return { off: 1000 * wrong / pixels, mean: sum / pixels };
}
