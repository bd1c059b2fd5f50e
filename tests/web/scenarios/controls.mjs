// A device's controls: they are listed, set and read back.

import assert from 'node:assert/strict';

// Firefox's simulated device has none.
export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  await visit.open();
  const { controls } = await visit.spawn('a');
  const { focusDistance: range, torch } = await visit.page.evaluate(() => window.viewfinder.tracks[0].getCapabilities());
  assert.ok(range, 'the camera has a focus');
  assert.ok(controls.includes('focusDistance') && controls.includes('focusMode'), `${controls}`);
  assert.equal(controls.includes('torch'), Boolean(torch), 'what isn’t there is absent');

  const distance = range.min + range.step;
  await visit.tell({ do: 'constrain', track: 'a', constraints: { manualFocus: true, focusDistance: { exact: distance } } });
  const { tracks } = await visit.until(({ tracks }) => tracks.a.applied || tracks.a.unmet.length, 'the focus is set');
  assert.deepEqual(tracks.a.unmet, []);
  assert.deepEqual([tracks.a.settings.controls.focusMode, tracks.a.settings.controls.focusDistance], ['manual', distance]);

  // Chromium rejects controls together with a size.
  const both = { width: { exact: 320 }, height: { exact: 240 }, manualFocus: true, focusDistance: { ideal: distance + range.step } };
  await visit.tell({ do: 'constrain', track: 'a', constraints: both });
  const met = await visit.until(({ tracks }) => tracks.a.applied === 2 && tracks.a.settings.width === 320, 'size and focus');
  assert.equal(met.tracks.a.settings.controls.focusDistance, distance + range.step);

  const beyond = { width: { exact: 640 }, height: { exact: 480 }, focusDistance: { min: range.max + 100 } };
  await visit.tell({ do: 'constrain', track: 'a', constraints: beyond });
  const refused = await visit.until(({ tracks }) => tracks.a.unmet.length, 'what the camera can’t do is refused');
  assert.deepEqual([refused.tracks.a.unmet[0].name, refused.tracks.a.unmet[0].constraint], ['OverconstrainedError', 'focusDistance']);
  await visit.frames(5);
  const { settings } = (await visit.report()).tracks.a;
  assert.deepEqual([settings.width, settings.controls.focusDistance], [320, distance + range.step], 'and leaves all as it was');
}
