// A recording whose page is killed is found by the next page, up to the last second.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { countFrames, probe } from '../video.mjs';

export const only = ({ api }) => api === 'webgl2';
export const timeout = 300_000;

/** The seconds at the end of a recording that may be lost, of which one is the length of a stored piece. */
const loss = 1.5;

/** The seconds of a recording that is killed. */
const long = 4.5;

const database = 'bevy_viewfinder recordings';

export default async function (visit) {
  await visit.open();
  const databases = () => visit.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  await visit.spawn('a');
  await record(visit, 'plain', {});
  await stop(visit, 'plain');
  assert.deepEqual(await databases(), [], 'nothing is stored unasked');

  // Another tab lists no recording that is still made. Once the first is killed, it does.
  const started = await record(visit, 'killed', { recoverable: true });
  await sleep(long * 1000);
  const { events } = await recorder(visit, 'killed');
  assert.deepEqual(events, ['started'], 'the app gets no chunk that it hasn’t asked for');
  const first = visit.page;
  const crashing = visit.devtools;
  await visit.tab();
  assert.deepEqual(await list(visit), []);
  assert.deepEqual((await contents(visit)).recordings, 1);
  const second = [visit.page, visit.devtools];
  [visit.page, visit.devtools] = [first, crashing];
  const recorded = (Date.now() - started) / 1000;
  await visit.kill();
  [visit.page, visit.devtools] = second;
  const left = await listed(visit, 'killed.webm');
  assert.match(left.mediaType, /^video\/webm/);
  assert.ok(left.seconds > recorded - loss, `${left.seconds} s of ${recorded} are stored`);
  assert.ok(Math.abs(left.started - started) < 10_000, `it was started at ${left.started}, and not at ${started}`);

  // It is a file that plays, as a download and as bytes, until it is deleted.
  await recover(visit, 'killed.webm', 'save');
  const path = await visit.download('killed.webm');
  const file = check(path, recorded);
  assert.ok(file.duration >= left.seconds - 0.01, `the file says ${file.duration} s of ${left.seconds}`);
  await recover(visit, 'killed.webm', 'read');
  assert.ok((await visit.bytes('killed.webm')).equals(readFileSync(path)));
  assert.equal((await list(visit)).length, 1, 'a download deletes nothing');
  await recover(visit, 'killed.webm', 'delete');
  assert.deepEqual(await list(visit), []);
  assert.deepEqual(await contents(visit), { recordings: 0, pieces: 0 });

  // A recording that ends leaves nothing, with the app's own chunks and without.
  await visit.spawn('a');
  for (const [name, options] of [['whole', {}], ['sliced', { slice: 0.4 }]]) {
    await record(visit, name, { recoverable: true, ...options });
    await sleep(2500);
    assert.ok((await contents(visit)).pieces > 0, `${name} is stored while it is made`);
    const { events, chunks } = await stop(visit, name);
    assert.equal(events.at(-2), 'saved', `${events}`);
    assert.equal(chunks.length > 3, name === 'sliced', `${name}: ${chunks.length} chunks`);
    assert.ok(probe(await visit.download(`${name}.webm`)).duration > 2);
    await emptied(visit);
  }

  // A page that navigates away is gone too. Its pause is no sign of an end.
  const paused = await record(visit, 'left', { recoverable: true });
  await sleep(2500);
  await visit.tell({ do: 'recorder', recorder: 'left', order: 'pause' });
  await until(visit, 'left', 'paused');
  const seconds = (Date.now() - paused) / 1000;
  await sleep(1500);
  assert.deepEqual(await list(visit), []);
  await visit.page.goto(visit.url);
  await visit.start();
  await listed(visit, 'left.webm');
  await recover(visit, 'left.webm', 'save');
  check(await visit.download('left.webm'), seconds);
  await recover(visit, 'left.webm', 'delete');

  // The faults are made in the page, so one browser is enough.
  if (visit.browser.kind !== 'chromium') return;

  // A full disk, and a database that is deleted meanwhile, end the storing alone.
  await visit.spawn('a');
  const full = () => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
    window.viewfinder.emptyDisk = () => { IDBObjectStore.prototype.put = put; };
  };
  const remove = name => new Promise((done, failed) => {
    Object.assign(indexedDB.deleteDatabase(name), { onsuccess: () => done(), onerror: failed });
  });
  for (const [name, fault] of [['full', () => visit.page.evaluate(full)], ['deleted', () => visit.page.evaluate(remove, database)]]) {
    await record(visit, name, { recoverable: true });
    await sleep(1500);
    await fault();
    const { notRecoverable: [{ name: error }] } = await until(visit, name, 'not recoverable');
    assert.equal(error, 'OperationError', name);
    const { events } = await stop(visit, name);
    assert.deepEqual(events, ['started', 'not recoverable', 'saved', 'stopped'], name);
    probe(await visit.download(`${name}.webm`));
    if (name === 'full') await visit.page.evaluate(() => window.viewfinder.emptyDisk());
    await emptied(visit);
  }

  // Anything else in the database is no recording. A search creates it anew.
  assert.deepEqual(await list(visit), []);
  await visit.page.evaluate(plant, database);
  const planted = await list(visit);
  assert.deepEqual(planted.map(({ name, bytes }) => [name, bytes > 1e18]), [['torn.webm', true]]);
  await recover(visit, 'torn.webm', 'read');
  assert.deepEqual([...await visit.bytes('torn.webm')], [1, 2, 3], 'up to the first piece that is missing');
  await recover(visit, 'torn.webm', 'delete');

  // A page that may store nothing says so, and records.
  await visit.tab({ pretend: () => Object.defineProperty(window, 'indexedDB', { value: undefined }) });
  const { failed: [{ name: error }] } = await search(visit, ({ failed }) => failed.length > 0);
  assert.equal(error, 'NotSupportedError');
  await visit.spawn('a');
  await record(visit, 'private', { recoverable: true });
  const { notRecoverable: [{ name: told }] } = await until(visit, 'private', 'not recoverable');
  assert.equal(told, 'NotSupportedError');
  await stop(visit, 'private');
  probe(await visit.download('private.webm'));
}

async function recorder(visit, name) {
  return (await visit.report()).recorders[name];
}

async function until(visit, name, event) {
  const { recorders } = await visit.until(({ recorders }) => recorders[name]?.events.includes(event), `${name} has ${event}`);
  return recorders[name];
}

/** Starts a recording of the camera's own frames, and returns the time at which it had started. */
async function record(visit, name, options) {
  await visit.tell({ do: 'record', track: 'a', recorder: name, raw: true, file: `${name}.webm`, ...options });
  await until(visit, name, 'started');
  return Date.now();
}

async function stop(visit, name) {
  await visit.tell({ do: 'recorder', recorder: name, order: 'stop' });
  const report = await until(visit, name, 'stopped');
  assert.deepEqual([report.failed, report.rejected], [[], []], name);
  return report;
}

/** Asks for the list of recordings that were left, and returns the report once it fulfills the condition. */
async function search(visit, wanted) {
  await visit.tell({ do: 'find_interrupted' });
  return (await visit.until(({ interrupted }) => wanted(interrupted), 'an answer to the search')).interrupted;
}

async function list(visit) {
  const { interrupted: { lists: before = 0 } } = await visit.report();
  const { recordings, failed } = await search(visit, ({ lists, failed }) => lists > before || failed.length > 0);
  assert.deepEqual(failed, []);
  return recordings;
}

/** Waits until the recording of this file is the only one that was left: browsers notice a killed page after a while. */
async function listed(visit, name) {
  const end = Date.now() + 20_000;
  for (;;) {
    const left = await list(visit);
    if (left.length === 1 && left[0].name === name) return left[0];
    if (Date.now() > end) throw new Error(`${name} isn’t listed: ${JSON.stringify(left)}`);
    await sleep(200);
  }
}

async function recover(visit, file, recovery) {
  const { interrupted: { done: before } } = await visit.report();
  await visit.tell({ do: 'recover', file, recovery });
  const { interrupted: { failed } } = await visit.until(({ interrupted }) => interrupted.done > before, `${recovery} ${file}`);
  assert.deepEqual(failed, []);
}

/** Checks a file of a recording that took at least this many seconds. */
function check(path, recorded) {
  const file = probe(path);
  const last = file.times.at(-1);
  assert.ok(file.duration > recorded - loss && last > recorded - loss, `${path}: ${file.duration} s, the last frame at ${last} of ${recorded}`);
  assert.equal(countFrames(path), file.times.length, 'all frames can be decoded');
  return file;
}

/** The numbers of recordings and of pieces in the database. */
async function contents(visit) {
  return visit.page.evaluate(async name => {
    // To open it would create it, without anything in it.
    const exists = (await indexedDB.databases()).some(database => database.name === name);
    if (!exists) return { recordings: 0, pieces: 0 };
    return new Promise((done, failed) => {
      const opening = indexedDB.open(name);
      opening.onerror = failed;
      opening.onsuccess = () => {
        const { result: opened } = opening;
        const transaction = opened.transaction(['recordings', 'pieces']);
        const counts = ['recordings', 'pieces'].map(store => [store, transaction.objectStore(store).count()]);
        transaction.oncomplete = () => {
          opened.close();
          done(Object.fromEntries(counts.map(([store, { result }]) => [store, result])));
        };
      };
    });
  }, database);
}

/** Waits until the database is empty. */
async function emptied(visit) {
  const end = Date.now() + 10_000;
  for (;;) {
    const { recordings, pieces } = await contents(visit);
    if (recordings + pieces === 0) return;
    if (Date.now() > end) throw new Error(`${recordings} recordings and ${pieces} pieces are left`);
    await sleep(100);
  }
}

/** Fills the database with values that are no recordings, and with a recording that misses a piece. */
function plant(name) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(name);
    opening.onerror = failed;
    opening.onsuccess = () => {
      const { result: opened } = opening;
      const transaction = opened.transaction(['recordings', 'pieces'], 'readwrite');
      const [recordings, pieces] = ['recordings', 'pieces'].map(store => transaction.objectStore(store));
      const torn = {
        id: 'torn', name: '../torn.webm', mediaType: 'video/webm', started: 1, length: 1000, bytes: 1e300, pieces: 4e9,
        hasLock: true, seen: 1,
      };
      const values = [
        7, null, 'text', [], {}, { id: 'torn' }, { ...torn, name: 5 }, { ...torn, name: '' }, { ...torn, started: -1 },
        { ...torn, length: 1e300 }, { ...torn, bytes: NaN }, { ...torn, pieces: -1 }, { ...torn, hasLock: 'yes' },
      ];
      values.forEach((value, index) => recordings.put(value, `value ${index}`));
      recordings.put(torn, 'torn');
      pieces.put(new Uint8Array([1, 2, 3]).buffer, ['torn', 0]);
      pieces.put('text', ['torn', 1]);
      pieces.put(new Uint8Array([4]).buffer, ['torn', 2]);
      transaction.oncomplete = () => {
        opened.close();
        done();
      };
    };
  });
}
