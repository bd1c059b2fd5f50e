// A camera is taken away while it films: its track ends, once, the others go on, and it can be asked for again.

import assert from 'node:assert/strict';

// Firefox delivers no events of ours to its tracks.
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

  // One of two cameras can't be taken from a browser: this is what is seen of it.
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

/** Kills the process in which Chromium keeps its cameras. */
async function endCameras(visit) {
  const devtools = await visit.program.target().createCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  const { id } = processInfo.find(({ type }) => type.startsWith('video_capture.'));
  process.kill(id, 'SIGKILL');
}
