// Files that are dropped onto the canvas: a picture becomes a track, what isn't one is refused by name.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as film from '../y4m.mjs';

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file, { moves: false });
  const picture = film.ffmpeg(file);
  await visit.open({ prompt: 'deny' });
  await visit.tell({ do: 'accept_drops', track: 'a' });
  await visit.frames(2);

  const effect = await drop(visit, [{ name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('no picture') }]);
  assert.equal(effect, 'copy');
  const refused = await visit.until(({ tracks }) => tracks.a?.failed.length === 1, 'text is refused');
  assert.equal(refused.tracks.a.failed[0].name, 'NotSupportedError');

  await drop(visit, [{ name: 'broken.png', type: 'image/png', bytes: picture.encode().subarray(0, 60) }]);
  await visit.until(({ tracks }) => tracks.a.failed.length === 2, 'half a picture is refused');

  // Of several, the first that is a picture.
  await drop(visit, [
    { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('no picture') },
    { name: 'film.png', type: 'image/png', bytes: picture.encode() },
  ]);
  await visit.until(({ tracks }) => tracks.a.delivered > 0, 'the picture is shown');
  const shown = (await visit.screenshot()).crop(0, 0, film.width, film.height);
  assert.ok(shown.psnr(picture) > 45, `${shown.psnr(picture).toFixed(1)} dB`);
  assert.equal(await visit.asked(), 0, 'nobody was asked for a camera');
}

/** Drops files onto the canvas as a browser would, and gives back the effect that the page offers. */
function drop(visit, files) {
  const plain = files.map(({ name, type, bytes }) => ({ name, type, base64: Buffer.from(bytes).toString('base64') }));
  return visit.page.evaluate(files => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of files) {
      transfer.items.add(new File([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], name, { type }));
    }
    const canvas = document.querySelector('canvas');
    const event = type => new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true });
    canvas.dispatchEvent(event('dragenter'));
    const over = event('dragover');
    canvas.dispatchEvent(over);
    const effect = over.defaultPrevented ? over.dataTransfer.dropEffect : 'not accepted';
    canvas.dispatchEvent(event('drop'));
    return effect;
  }, plain);
}
