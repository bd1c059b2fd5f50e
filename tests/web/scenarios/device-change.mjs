// A camera is unplugged and plugged in again, and the app hears which.
//
// No browser lets its own cameras come and go while it runs: here its list is cut, and the event is ours.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open({ cameras: 3 });
  // Ids are told only to pages that have a camera.
  await visit.spawn('a');
  const ids = await visit.page.evaluate(async () => (await navigator.mediaDevices.enumerateDevices())
    .filter(device => device.kind === 'videoinput').map(device => device.deviceId));
  assert.ok(ids.length && ids.every(id => id));
  const last = ids.at(-1);
  const changes = count => visit.until(({ deviceChanges }) => deviceChanges.length >= count, `${count} changes are told`);
  assert.deepEqual((await visit.report()).deviceChanges, [], 'what was there before is no change');

  await without(visit, [last]);
  const unplugged = await changes(1);
  assert.deepEqual(unplugged.deviceChanges[0], { added: [], removed: [last] });
  await without(visit, []);
  const plugged = await changes(2);
  assert.deepEqual(plugged.deviceChanges[1], { added: [last], removed: [] });

  // As when a microphone is plugged in.
  await without(visit, []);
  await visit.frames(10);
  assert.equal((await visit.report()).deviceChanges.length, 2, 'no camera came or went');
}

/** Has the page's list lack these, and says that it has changed. */
async function without(visit, ids) {
  await visit.page.evaluate(ids => {
    const devices = navigator.mediaDevices;
    devices.enumerateDevices = async () => {
      const all = await MediaDevices.prototype.enumerateDevices.call(devices);
      return all.filter(({ deviceId }) => !ids.includes(deviceId));
    };
    devices.dispatchEvent(new Event('devicechange'));
  }, ids);
}
