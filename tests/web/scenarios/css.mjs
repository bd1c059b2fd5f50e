// Effects that CSS has too, compared with the browser's `filter` on a canvas.

import assert from 'node:assert/strict';

import { drop } from '../files.mjs';
import { Picture } from '../picture.mjs';

// The browsers' common protocol can't drag files.
export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;
export const timeout = 240_000;

const [width, height] = [320, 240];

/** This crate's effect, CSS's, and the margin that is ignored: CSS's blur fades out there, this crate's doesn't. */
const twins = [
  ['grayscale:amount=1', 'grayscale(1)'],
  ['grayscale:amount=0.4', 'grayscale(0.4)'],
  ['sepia:amount=1', 'sepia(1)'],
  ['sepia:amount=0.3', 'sepia(0.3)'],
  ['saturate:amount=0', 'saturate(0)'],
  ['saturate:amount=2.5', 'saturate(2.5)'],
  ['hue_rotate:angle=77', 'hue-rotate(77deg)'],
  ['hue_rotate:angle=200', 'hue-rotate(200deg)'],
  ['invert:amount=1', 'invert(1)'],
  ['invert:amount=0.3', 'invert(0.3)'],
  ['opacity:amount=0.4', 'opacity(0.4)'],
  ['brightness:amount=0.5', 'brightness(0.5)'],
  ['brightness:amount=2', 'brightness(2)'],
  ['contrast:amount=0.4', 'contrast(0.4)'],
  ['contrast:amount=2', 'contrast(2)'],
  ['gaussian_blur:std_deviation=2', 'blur(2px)', 8],
  // Above 4 px the browser uses an approximation that is further from a Gaussian.
  ['gaussian_blur:std_deviation=4', 'blur(4px)', 16],
];

/** The same for images with transparent areas, where a shadow is visible. */
const twinsOfCutOuts = [
  ['drop_shadow:color=#c8285a99,offset=8/6,std_deviation=4', 'drop-shadow(8px 6px 4px #c8285a99)'],
  ['drop_shadow:color=#000000,offset=-3/10,std_deviation=2', 'drop-shadow(-3px 10px 2px #000000)'],
];

export default async function (visit, context) {
  await visit.open();
  await visit.tell({ do: 'accept_drops', track: 'a' });
  await visit.frames(2);
  const card = testCard();
  const wrong = [...await differences(visit, context, card, twins, value), ...await differences(visit, context, cutOut(card), twinsOfCutOuts, seen)];
  assert.deepEqual((await visit.report()).tracks.a.effectFailures, []);
  assert.deepEqual(wrong, []);
}

/** A value of a pixel, premultiplied: an almost transparent pixel has no exact color. */
const value = ({ rgba }, at, channel) => rgba[at + channel];
const seen = ({ rgba }, at, channel) => channel === 3 ? rgba[at + 3] : rgba[at + channel] * rgba[at + 3] / 255;

/** Shows a card, and returns the pairs that differ in these values. */
async function differences(visit, context, card, twins, values) {
  await drop(visit, [{ name: 'card.png', bytes: card.encode() }]);
  // It replaces a card that was shown before.
  await visit.frames(5);
  await visit.until(({ tracks }) => tracks.a?.state === 'live' && tracks.a.delivered, 'the picture is shown');

  const wrong = [];
  for (const [effect, filter, edge = 0] of twins) {
    await visit.tell({ do: 'effects', track: 'a', effects: effect });
    const ours = await visit.photo('a', effect, { grab: true });
    const theirs = await filtered(visit, card, filter);
    const { most, beyond } = compare(ours, theirs, edge, values);
    const words = `${effect} and ${filter}: at most ${most}/255, ${(beyond * 100).toFixed(2)} % by more than 2`;
    context.diagnostic(words);
    if (beyond > 0.001) wrong.push(words);
  }
  return wrong;
}

/** Ramps of all colors, hard edges and thin lines. */
function testCard() {
  const card = new Picture(width, height, Buffer.alloc(width * height * 4, 255));
  return card.map((x, y) => {
    if (y < 80) return [x * 255 / (width - 1), y * 255 / 79, 255 - x * 255 / (width - 1)].map(Math.round);
    if (y < 160) return [x & 32 ? 240 : 16, x & 64 ? 235 : 20, x & 128 ? 230 : 25];
    return x % 16 < 2 || y % 16 < 2 ? [250, 250, 240] : [(x * 3) % 256, (y * 5) % 256, (x + y) % 256];
  });
}

/** Pieces of a card, with transparency between them. */
function cutOut(card) {
  const piece = new Picture(width, height, Buffer.from(card.rgba));
  for (let at = 0; at < piece.rgba.length; at += 4) {
    const [x, y] = [at / 4 % width, Math.floor(at / 4 / width)];
    if (x % 80 < 20 || x % 80 >= 64 || y % 120 < 24 || y % 120 >= 90) piece.rgba.writeUInt32LE(0, at);
  }
  return piece;
}

/** The browser's result for an image. */
async function filtered(visit, picture, filter) {
  const base64 = await visit.page.evaluate(async (png, filter) => {
    const { naturalWidth: width, naturalHeight: height } = await new Promise(resolve => {
      const image = Object.assign(new Image(), { src: `data:image/png;base64,${png}` });
      image.onload = () => resolve(window.viewfinder.card = image);
    });
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.filter = filter;
    if (context.filter !== filter) throw new Error(`the canvas takes no ${filter}`);
    context.drawImage(window.viewfinder.card, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    let text = '';
    for (const byte of data) text += String.fromCharCode(byte);
    return btoa(text);
  }, picture.encode().toString('base64'), filter);
  return new Picture(picture.width, picture.height, Buffer.from(base64, 'base64'));
}

/** The largest difference of two images inside a margin, and the share of pixels that differ by more than 2. */
function compare(one, other, edge, value) {
  assert.deepEqual([one.width, one.height], [other.width, other.height]);
  let most = 0;
  let beyond = 0;
  for (let y = edge; y < one.height - edge; y++) {
    for (let x = edge; x < one.width - edge; x++) {
      const at = (y * one.width + x) * 4;
      const differences = [0, 1, 2, 3].map(channel => Math.round(Math.abs(value(one, at, channel) - value(other, at, channel))));
      const difference = Math.max(...differences);
      most = Math.max(most, difference);
      beyond += difference > 2;
    }
  }
  return { most, beyond: beyond / ((one.width - 2 * edge) * (one.height - 2 * edge)) };
}
