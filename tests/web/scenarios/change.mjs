// Constraints that change on a live track: they apply, or are rejected and change nothing.

import assert from 'node:assert/strict';

// Firefox's simulated device has a fixed size.
export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  await visit.open();
  const { widths } = await visit.spawn('a');
  assert.ok(widths[0] >= 1 && widths[1] >= 1280, `the capabilities: ${widths}`);
  const change = constraints => visit.tell({ do: 'constrain', track: 'a', constraints });

  await change({ width: { exact: 320 }, height: { exact: 240 }, frameRate: { max: 10 } });
  const small = ({ applied, settings }) => applied === 1 && settings.width === 320 && settings.height === 240;
  const met = (await visit.until(({ tracks }) => small(tracks.a), 'it is as small as asked')).tracks.a;
  assert.ok(met.settings.frameRate <= 10, `${met.settings.frameRate} Hz`);
  await visit.until(({ tracks }) => tracks.a.delivered > met.delivered + 3, 'frames go on coming');
  const outside = (await visit.screenshot()).pixel(322, 120);
  assert.deepEqual(outside, [0, 0, 0], 'the picture is as small');

  await change({ width: { min: 100_000 } });
  const refused = (await visit.until(({ tracks }) => tracks.a.unmet.length, 'what no camera has is refused')).tracks.a;
  assert.deepEqual([refused.unmet[0].name, refused.unmet[0].constraint], ['OverconstrainedError', 'width']);
  assert.deepEqual([refused.settings.width, refused.settings.height, refused.state], [320, 240, 'live']);

  // One after the other.
  await change({ width: { exact: 640 }, height: { exact: 480 } });
  await visit.frames(1);
  await change({ width: { exact: 160 }, height: { exact: 120 } });
  const last = (await visit.until(({ tracks }) => tracks.a.applied === 3 && tracks.a.settings.width === 160, 'the last holds')).tracks.a;
  assert.deepEqual([last.settings.height, last.unmet.length, last.live, last.ended], [120, 1, 1, 0]);
  assert.equal(await visit.asked(), 1, 'nobody was asked again');
}
