// The sound of a microphone is in a recording, of the camera's own frames and of those with effects. A disabled one is
// silent.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { probeSound } from '../video.mjs';

export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  await visit.open();
  await visit.tell({ do: 'microphone', track: 'mouth', camera: 'face' });
  await visit.until(({ tracks }) => tracks.mouth?.state === 'live' && tracks.face?.delivered > 1, 'both are live');
  await visit.tell({ do: 'effects', track: 'face', effects: 'invert' });

  const until = async (recorder, event) => {
    const { recorders } = await visit.until(({ recorders }) => recorders[recorder]?.events.includes(event)
      || recorders[recorder]?.rejected.length, `${recorder} has ${event}`);
    assert.deepEqual([recorders[recorder].rejected, recorders[recorder].failed], [[], []], recorder);
    return recorders[recorder];
  };
  const start = async (recorder, options) => {
    await visit.tell({ do: 'record', track: 'face', audio: 'mouth', recorder, file: `${recorder}.webm`, ...options });
    await until(recorder, 'started');
  };
  const stop = async recorder => {
    await visit.tell({ do: 'recorder', recorder, order: 'stop' });
    const { mediaType, seconds } = await until(recorder, 'stopped');
    assert.match(mediaType, /opus/);
    const file = probeSound(await visit.download(`${recorder}.webm`));
    assert.match(file.video, /^vp[89]$/, recorder);
    assert.equal(file.audio, 'opus', recorder);
    assert.ok(Math.abs(file.seconds - seconds) < 0.7, `${recorder}: ${file.seconds} s of sound in ${seconds} s`);
    return file;
  };

  // The beeps of the simulated microphone are a second apart.
  for (const [recorder, options] of Object.entries({ raw: { raw: true }, drawn: {}, vp8: { media_type: 'video/webm;codecs=vp8' } })) {
    await start(recorder, options);
    await sleep(2500);
    const { peak } = await stop(recorder);
    assert.ok(peak > 0.01, `${recorder}: a peak of ${peak}`);
  }

  await visit.tell({ do: 'enable', track: 'mouth', enabled: false });
  await visit.frames(3);
  await start('silent', { raw: true });
  await sleep(2500);
  const { peak } = await stop('silent');
  assert.ok(peak < 0.001, `silence has a peak of ${peak}`);
  await visit.tell({ do: 'enable', track: 'mouth', enabled: true });

  // The end of the camera doesn't end the sound. The end of both ends the recording.
  await start('last', { raw: true });
  await sleep(500);
  await visit.tell({ do: 'despawn', track: 'face' });
  await sleep(1500);
  const { recorders: { last } } = await visit.report();
  assert.deepEqual([last.state, last.events, last.failed], ['Recording', ['started'], []]);
  await visit.tell({ do: 'despawn', track: 'mouth' });
  await until('last', 'stopped');
  const { seconds, peak: lastPeak } = probeSound(await visit.download('last.webm'));
  assert.ok(seconds > 1.5 && lastPeak > 0.01, `${seconds} s of sound with a peak of ${lastPeak}`);
  assert.equal(await visit.liveTracks(), 0, 'both devices are released');
}
