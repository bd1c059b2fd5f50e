// A device disappears while its track is live: the track ends, once, other tracks continue, and it can be requested
// again.

import assert from 'node:assert/strict';

// Firefox doesn't deliver synthetic events to its tracks.
export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  await visit.open();
  await visit.spawn('a');
  await visit.spawn('b', { at: [100, 0] });
  await visit.spawn('synthetic', { synthetic: true, at: [200, 0] });
  const gone = async (track, others) => {
    const { tracks } = await visit.until(({ tracks }) => tracks[track].state === 'ended', `${track} ends`);
    assert.equal(tracks[track].endedBy.name, 'NotFoundError');
    for (const other of others) {
      const { delivered } = tracks[other];
      await visit.until(({ tracks }) => tracks[other].delivered > delivered + 5, `${other} goes on`);
    }
    const after = (await visit.report()).tracks;
    assert.deepEqual([after[track].ended, after[track].failed], [1, []], 'it ends once');
    for (const other of others) assert.deepEqual([after[other].state, after[other].ended], ['live', 0], other);
  };

  // A browser can't remove one of two simulated devices: the test dispatches the event of it.
  await visit.page.evaluate(() => {
    const [track] = window.viewfinder.tracks;
    track.stop();
    track.dispatchEvent(new Event('ended'));
  });
  await gone('a', ['b', 'synthetic']);
  assert.equal(await visit.liveTracks(), 1);

  // All of them can.
  await endCameras(visit);
  await gone('b', ['synthetic']);
  assert.equal(await visit.liveTracks(), 0);
  await visit.spawn('a');
  assert.equal(await visit.liveTracks(), 1);
}

/** Kills Chromium's process for video capture. */
async function endCameras(visit) {
  const devtools = await visit.program.target().createCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  const { id } = processInfo.find(({ type }) => type.startsWith('video_capture.'));
  process.kill(id, 'SIGKILL');
}
