// An image from the browser's file dialog becomes a track. A canceled dialog is reported.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
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

  const choose = async () => {
    // Dialogs open only after a user's click or key.
    await visit.page.click('canvas');
    const [chooser] = await Promise.all([
      visit.page.waitForFileChooser({ timeout: 20_000 }), visit.tell({ do: 'pick', track: 'a' }),
    ]);
    return chooser;
  };
  await (await choose()).cancel();
  const { tracks } = await visit.until(({ tracks }) => tracks.pick?.failed.length, 'no choice is told');
  assert.equal(tracks.pick.failed[0].name, 'AbortError');
  await (await choose()).accept([png]);
  await visit.until(({ tracks }) => tracks.a?.state === 'live' && tracks.a.delivered > 0, 'the picture is shown');
  const shown = (await visit.screenshot()).crop(0, 0, film.width, film.height);
  assert.ok(shown.psnr(picture) > 45, `${shown.psnr(picture).toFixed(1)} dB`);
  assert.equal(await visit.asked(), 0, 'nobody was asked for a camera');
}
