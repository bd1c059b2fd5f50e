// A device is unplugged and plugged in again, and the app receives its id.
//
// No browser can unplug a simulated device: the test filters the browser's list and dispatches the event.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open({ cameras: 3 });
  // Ids are visible only to pages that have a device.
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

/** Removes these from the page's list, and dispatches `devicechange`. */
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
