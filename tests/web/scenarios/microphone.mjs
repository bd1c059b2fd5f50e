// A microphone is a track: its settings and its level, disabled, constrained, muted, ended and stopped. With a camera
// it is one request of the browser.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export default async function (visit) {
  await visit.open({ pretend });
  const isChromium = visit.browser.kind === 'chromium';
  const live = async track => (await visit.until(({ tracks }) => tracks[track]?.failed.length
    || tracks[track]?.state === 'live', `${track} is live`)).tracks[track];
  const released = () => settled(() => visit.liveTracks(), 0, 'everything is released');

  // Alone. Before a gesture of the user the browser measures nothing.
  await visit.tell({ do: 'microphone', track: 'm' });
  const { failed, sound } = await live('m');
  assert.deepEqual(failed, []);
  assert.ok(sound.settings.deviceId && sound.settings.label, JSON.stringify(sound.settings));
  assert.deepEqual([await visit.asked(), await visit.liveTracks()], [1, 1]);
  assert.deepEqual(await visit.page.evaluate(() => window.viewfinder.requests.at(-1)), { audio: {} });
  if (isChromium) {
    assert.ok(sound.settings.channelCount >= 1 && sound.settings.sampleRate >= 8000, JSON.stringify(sound.settings));
    assert.ok(sound.channels >= 1 && sound.echoCancellation.includes(false), JSON.stringify(sound));
  }
  // Firefox doesn't tell that it was told to grant everything.
  if (isChromium) await visit.until(({ microphonePermission }) => microphonePermission === 'Granted', 'the permission is known');
  await visit.tell({ do: 'enumerate' });
  await visit.until(({ microphones }) => microphones.includes(sound.settings.deviceId), 'it is in the list of devices');
  await visit.frames(10);
  assert.equal((await visit.report()).tracks.m.sound.peak, 0, 'nothing is measured without a gesture');

  // The gesture.
  await visit.page.evaluate(() => window.viewfinder.gesture = true);
  await visit.page.mouse.click(300, 300);
  // Firefox runs no audio context on a machine without an output of sound.
  const loud = track => visit.until(({ tracks }) => !isChromium || tracks[track].sound.peak > 0.01, `${track} is heard`);
  const quiet = track => visit.until(({ tracks }) => tracks[track].sound.peak < 0.001, `${track} is silent`);
  const { tracks: { m: { sound: level } } } = await loud('m');
  if (isChromium) {
    assert.ok(level.rms > 0 && level.rms <= level.peak && level.peak <= 1, JSON.stringify(level));
    // It beeps.
    await quiet('m');
    await loud('m');
  }

  // Disabled it is silent, and stays live.
  const enable = async enabled => {
    await visit.tell({ do: 'enable', track: 'm', enabled });
    await visit.frames(3);
    assert.equal(await visit.page.evaluate(() => window.viewfinder.tracks[0].enabled), enabled);
  };
  await enable(false);
  await quiet('m');
  for (let look = 0; look < 15; look += 1) {
    assert.equal((await visit.report()).tracks.m.sound.peak, 0, 'it stays silent');
    await sleep(100);
  }
  assert.equal((await visit.report()).tracks.m.state, 'live');
  await enable(true);
  await loud('m');

  // Constraints of a live track are applied or rejected.
  await visit.tell({ do: 'constrain_microphone', track: 'm', constraints: { deviceId: 'nonsense' } });
  const { tracks: { m: { unmet } } } = await visit.until(({ tracks }) => tracks.m.unmet.length, 'they are rejected');
  assert.equal(unmet[0].name, 'OverconstrainedError');
  await visit.tell({ do: 'constrain_microphone', track: 'm', constraints: {} });
  await visit.frames(3);
  await visit.tell({ do: 'constrain_microphone', track: 'm', constraints: { deviceId: sound.settings.deviceId } });
  await visit.until(({ tracks }) => tracks.m.applied >= 1, 'they are applied');
  assert.equal((await visit.report()).tracks.m.state, 'live');

  // Firefox doesn't deliver synthetic events to its tracks.
  if (isChromium) {
    const dispatch = event => visit.page.evaluate(event => window.viewfinder.tracks[0].dispatchEvent(new Event(event)), event);
    await dispatch('mute');
    await visit.until(({ tracks }) => tracks.m.muted && tracks.m.sound.peak === 0, 'it is muted');
    await dispatch('unmute');
    await visit.until(({ tracks }) => !tracks.m.muted, 'it is unmuted');
    await dispatch('ended');
    const { tracks: { m } } = await visit.until(({ tracks }) => tracks.m.state === 'ended', 'it ends');
    assert.deepEqual([m.ended, m.endedBy.name, m.sound.peak], [1, 'NotFoundError', 0]);
  } else {
    await visit.tell({ do: 'despawn', track: 'm' });
  }
  await released();

  // Processing, and a constraint that nothing meets.
  await visit.tell({ do: 'microphone', track: 'plain', constraints: { echoCancellation: false } });
  assert.equal((await live('plain')).sound.settings.echoCancellation, false);
  await visit.tell({ do: 'despawn', track: 'plain' });
  await visit.tell({ do: 'microphone', track: 'none', constraints: { deviceId: 'nonsense' } });
  const [refused] = (await live('none')).failed;
  assert.deepEqual([refused.name, refused.constraint], ['OverconstrainedError', 'deviceId']);
  await released();

  // A camera and a microphone: one request.
  const before = await visit.asked();
  await visit.tell({ do: 'microphone', track: 'mouth', camera: 'face' });
  const { tracks: both } = await visit.until(({ tracks }) => tracks.mouth?.state === 'live' && tracks.face?.delivered > 1,
    'both are live');
  assert.deepEqual([both.mouth.live, both.face.live, await visit.asked(), await visit.liveTracks()], [1, 1, before + 1, 2]);
  assert.deepEqual(Object.keys(await visit.page.evaluate(() => window.viewfinder.requests.at(-1))).sort(), ['audio', 'video']);
  await loud('mouth');
  // Each has a life of its own.
  await visit.tell({ do: 'despawn', track: 'face' });
  await settled(() => visit.liveTracks(), 1, 'the camera is released');
  await loud('mouth');
  assert.equal((await visit.report()).tracks.mouth.state, 'live');
  await visit.tell({ do: 'despawn', track: 'mouth' });
  await released();

  // All or nothing, and with an optional microphone the camera alone.
  await visit.tell({ do: 'microphone', track: 'mouth', camera: 'face', constraints: { deviceId: 'nonsense' } });
  const { tracks: neither } = await visit.until(({ tracks }) => tracks.mouth?.failed.length && tracks.face?.failed.length, 'both fail');
  await visit.frames(5);
  for (const track of ['mouth', 'face']) {
    assert.deepEqual(neither[track].failed.map(({ name }) => name), ['OverconstrainedError'], track);
  }
  assert.equal(await visit.asked(), before + 2);
  await released();
  const constraints = { deviceId: 'nonsense' };
  await visit.tell({ do: 'microphone', track: 'mouth', camera: 'face', optional: true, constraints });
  const { tracks: one } = await visit.until(({ tracks }) => tracks.mouth?.failed.length && tracks.face?.state === 'live', 'the camera is live');
  assert.deepEqual([one.mouth.failed.map(({ name }) => name), one.face.failed], [['OverconstrainedError'], []]);
  assert.deepEqual([await visit.asked(), await visit.liveTracks()], [before + 4, 1]);
  await visit.tell({ do: 'despawn', track: 'face' });
  await released();

  // The app's own gate is asked once for both, and then the browser.
  await visit.tell({ do: 'gate', answer: 'ask' });
  await visit.tell({ do: 'microphone', track: 'mouth', camera: 'face' });
  await visit.until(({ tracks }) => tracks.face?.asked === 1, 'the app is asked');
  await visit.frames(10);
  assert.equal(await visit.asked(), before + 4, 'the browser isn’t asked before');
  await visit.tell({ do: 'gate', answer: 'grant' });
  const { tracks: agreed } = await visit.until(({ tracks }) => tracks.mouth?.state === 'live' && tracks.face?.state === 'live', 'both are live');
  assert.deepEqual([agreed.face.asked, agreed.mouth.asked, await visit.asked()], [1, 0, before + 5]);
  await visit.tell({ do: 'gate', answer: 'deny' });
  const { tracks: denied } = await visit.until(({ tracks }) => tracks.mouth.state === 'ended' && tracks.face.state === 'ended', 'both end');
  for (const track of ['mouth', 'face']) assert.deepEqual([denied[track].ended, denied[track].endedBy.name], [1, 'NotAllowedError'], track);
  await released();
  await visit.end();

  // The user refuses.
  await visit.open({ prompt: 'deny', pretend });
  await visit.tell({ do: 'microphone', track: 'm' });
  await visit.tell({ do: 'microphone', track: 'mouth', camera: 'face' });
  const { tracks } = await visit.until(({ tracks }) => ['m', 'mouth', 'face'].every(name => tracks[name]?.failed.length), 'all fail');
  for (const name of ['m', 'mouth', 'face']) {
    assert.deepEqual(tracks[name].failed.map(({ name }) => name), ['NotAllowedError'], name);
  }
  await visit.until(({ microphonePermission }) => microphonePermission === 'Denied', 'the permission is denied');
  assert.deepEqual([await visit.asked(), await visit.liveTracks()], [2, 0]);
}

/** Waits until a number has this value. */
async function settled(number, wanted, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(100)) {
    if (await number() === wanted) return;
  }
  assert.equal(await number(), wanted, what);
}

/** Keeps the requests, and contexts suspended until there is a gesture. */
function pretend() {
  const { viewfinder } = window;
  viewfinder.requests = [];
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const ask = devices.getUserMedia;
  devices.getUserMedia = constraints => {
    viewfinder.requests.push(constraints);
    return ask.call(devices, constraints);
  };
  window.AudioContext = class extends AudioContext {
    constructor() {
      super();
      super.suspend();
    }

    resume() {
      return viewfinder.gesture ? super.resume() : new Promise(() => {});
    }
  };
}
