// Two devices at the same time, each with a track, chosen by id.

import assert from 'node:assert/strict';

import { near } from '../picture.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;

export default async function (visit) {
  // Chromium's second device sends depth: the test uses the first and the third.
  await visit.open({ cameras: 3 });
  // Ids are visible only to pages that have a device.
  const first = await visit.spawn('a', { constraints: { width: { exact: 320 }, height: { exact: 240 } } });
  const ids = await visit.page.evaluate(async () => (await navigator.mediaDevices.enumerateDevices())
    .filter(device => device.kind === 'videoinput').map(device => device.deviceId));
  assert.equal(ids.length, 3);
  const other = ids[2];
  assert.notEqual(first.settings.deviceId, other);
  const second = await visit.spawn('b', { at: [400, 0], constraints: { deviceId: other, width: { exact: 320 }, height: { exact: 240 } } });
  assert.equal(second.settings.deviceId, other);
  assert.notEqual(first.settings.label, second.settings.label);
  assert.equal(await visit.liveTracks(), 2);
  const references = [await visit.shown(0), await visit.shown(1)];
  const page = await visit.screenshot();
  for (const [index, left] of [0, 400].entries()) {
    near(page.pixel(left + 160, 225), references[index].pixel(160, 225), visit.browser.difference, `the picture at ${left}`);
  }

  await visit.tell({ do: 'despawn', track: 'a' });
  const { delivered } = (await visit.report()).tracks.b;
  await visit.until(({ tracks }) => tracks.b.delivered > delivered + 5, 'the other goes on');
  assert.equal(await visit.liveTracks(), 1);
}
