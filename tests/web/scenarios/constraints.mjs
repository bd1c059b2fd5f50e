// Constraints that no device meets: the error names the failed constraint, in the standard's spelling.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open();
  const refused = async (track, constraints) => {
    await visit.tell({ do: 'spawn', track, constraints });
    const { tracks } = await visit.until(({ tracks }) => tracks[track]?.failed.length, `${track} fails`);
    return tracks[track].failed[0];
  };
  // WebKit names no constraint.
  const named = name => visit.browser.kind === 'webkit' ? null : name;
  const wide = await refused('wide', { width: { min: 100_000 } });
  assert.deepEqual([wide.name, wide.constraint], ['OverconstrainedError', named('width')]);
  const stranger = await refused('stranger', { deviceId: 'no such camera' });
  assert.deepEqual([stranger.name, stranger.constraint], ['OverconstrainedError', named('deviceId')]);
  const inverted = await refused('inverted', { height: { min: 480, max: 240 } });
  assert.deepEqual([inverted.name, inverted.constraint], ['OverconstrainedError', 'height']);

  const { settings } = await visit.spawn('small', { constraints: { width: { exact: 320 }, height: { exact: 240 } } });
  assert.deepEqual([settings.width, settings.height], [320, 240]);
  assert.equal(await visit.liveTracks(), 1);
}
