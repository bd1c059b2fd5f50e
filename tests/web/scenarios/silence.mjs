// A camera sends no more frames though the browser says that it is live: its track is muted, keeps its last frame, and
// the camera is asked for again until frames arrive.

import assert from 'node:assert/strict';

import { near } from '../picture.mjs';

// Chromium's permission can be granted in advance: without that no camera is asked for again.
export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  await visit.open({ pretend });
  await visit.devtools.send('Browser.setPermission', {
    permission: { name: 'camera' }, setting: 'granted', origin: new URL(visit.page.url()).origin,
  });
  const { settings } = await visit.spawn('a');
  const [x, y] = [4, settings.height / 2];
  const shown = (await visit.screenshot()).pixel(x, y);
  const silence = silent => visit.page.evaluate(silent => window.viewfinder.silent = silent, silent);

  // It goes on by itself before it is asked for again.
  await silence(true);
  await visit.until(({ tracks }) => tracks.a.muted, 'it is muted');
  await silence(false);
  await visit.until(({ tracks }) => !tracks.a.muted, 'it is unmuted');
  assert.deepEqual([await visit.asked(), await visit.liveTracks()], [1, 1]);

  // It doesn't.
  await silence(true);
  await visit.until(({ tracks }) => tracks.a.muted, 'it is muted');
  near((await visit.screenshot()).pixel(x, y), shown, visit.browser.difference, 'it keeps its last frame');
  const end = Date.now() + 30_000;
  while (await visit.asked() < 2) assert.ok(Date.now() < end, 'it is asked for again');
  await visit.until(({ tracks }) => tracks.a.state === 'live' && tracks.a.muted, 'it stays muted');
  const { delivered } = (await visit.report()).tracks.a;
  await silence(false);
  const { tracks } = await visit.until(({ tracks }) => tracks.a.delivered > delivered + 5, 'frames arrive');
  assert.deepEqual([tracks.a.state, tracks.a.muted, tracks.a.failed, tracks.a.ended], ['live', false, [], 0]);
  assert.equal(await visit.liveTracks(), 1, 'the silent one is stopped');

  await visit.tell({ do: 'despawn', track: 'a' });
  await visit.until(({ tracks }) => tracks.a.state === 'gone', 'the track is gone');
  assert.equal(await visit.liveTracks(), 0);
}

/** Videos tell of no frames while the camera is silent. */
function pretend() {
  const request = HTMLVideoElement.prototype.requestVideoFrameCallback;
  HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
    const heard = (now, metadata) => {
      if (window.viewfinder.silent) request.call(this, heard);
      else callback(now, metadata);
    };
    return request.call(this, heard);
  };
}
