// An image from the browser's file dialog becomes a track, and its own bytes are there. A canceled dialog is reported.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as film from '../y4m.mjs';

// Firefox under automation closes its dialogs before files can be chosen.
export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  const [y4m, png] = ['film.y4m', 'film.png'].map(name => join(visit.out, name));
  film.write(y4m, { moves: false });
  const picture = film.ffmpeg(y4m);
  writeFileSync(png, picture.encode());
  await visit.open({ prompt: 'deny' });

  const choose = async (options = {}) => {
    // Dialogs open only after a user's click or key.
    await visit.page.click('canvas');
    const [chooser] = await Promise.all([
      visit.page.waitForFileChooser({ timeout: 20_000 }), visit.tell({ do: 'pick', track: 'a', ...options }),
    ]);
    return chooser;
  };
  await (await choose()).cancel();
  const { tracks } = await visit.until(({ tracks }) => tracks.pick?.failed.length, 'no choice is told');
  assert.equal(tracks.pick.failed[0].name, 'AbortError');
  const chooser = await choose({ keep: 'kept.png', capture: true });
  const capture = () => document.querySelector('input[type=file]').getAttribute('capture');
  assert.equal(await visit.page.evaluate(capture), '', 'a new photo may be taken by any camera');
  await chooser.accept([png]);
  await visit.until(({ tracks }) => tracks.a?.state === 'live' && tracks.a.delivered > 0, 'the picture is shown');
  const shown = (await visit.screenshot()).crop(0, 0, film.width, film.height);
  assert.ok(shown.psnr(picture) > 45, `${shown.psnr(picture).toFixed(1)} dB`);

  assert.deepEqual(readFileSync(await visit.download('kept.png')), readFileSync(png), 'the bytes that were saved');
  // They were read before they were saved.
  const read = () => [...window.viewfinder['kept.png'] ?? []];
  assert.deepEqual(Buffer.from(await visit.page.evaluate(read)), readFileSync(png), 'the bytes that were read');
  assert.equal(await visit.asked(), 0, 'nobody was asked for a camera');
}
