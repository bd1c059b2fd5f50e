// The models that find people aren't there, or come damaged: each failure has a name, the app goes on, and nothing is
// shown that should be hidden. Tried again, they come, and the progress is told.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { pretend, visibility } from '../face.mjs';
import { crate } from '../portrait.mjs';
import { serve } from '../server.mjs';

export const timeout = 300_000;

/** The tracks: the effect of each, its models, and whether a picture shows something that the effect should hide. */
const tracks = {
  person: {
    effects: 'person_cutout', models: ['selfie_segmentation.onnx'], done: 'masks',
    leak: picture => picture.crop(0, 0, 640, 480).colors() > 1,
  },
  face: {
    effects: 'face_blur', models: ['face_detection_short_range.onnx', 'face_landmark.onnx'], done: 'searches',
    leak: picture => visibility(picture) > 0.4,
  },
};

/** The server's answers with a file, and the error of each. */
const answers = {
  missing: { name: /^NotFoundError$/, message: /404/, answer: response => response.writeHead(404).end() },
  fails: { name: /^OperationError$/, message: /500/, answer: response => response.writeHead(500).end() },
  // Firefox may take it for the whole file.
  breaks: {
    name: /^(OperationError|DataError)$/, message: /broke off|isn't the file/,
    answer: async (response, bytes) => {
      response.writeHead(200, { 'Content-Length': bytes.length }).write(bytes.subarray(0, bytes.length / 2));
      await sleep(200);
      response.destroy();
    },
  },
  short: { name: /^DataError$/, message: /isn't the file/, answer: (response, bytes) => response.end(bytes.subarray(1)), requests: 2 },
  damaged: {
    name: /^DataError$/, message: /isn't the file/, requests: 2,
    answer: (response, bytes) => {
      const damaged = Buffer.from(bytes);
      damaged[damaged.length >> 1] ^= 1;
      response.end(damaged);
    },
  },
  // A page in place of a file.
  long: { name: /^DataError$/, message: /isn't the file/, answer: response => response.end('x'.repeat(9_000_000)), requests: 2 },
  stalls: {
    name: /^OperationError$/, message: /no progress for 15 s/,
    answer: (response, bytes) => response.writeHead(200, { 'Content-Length': bytes.length }).write(bytes.subarray(0, 1000)),
  },
};

/** Slowly, in parts. */
async function send(response, bytes) {
  response.writeHead(200, { 'Content-Length': bytes.length });
  const part = Math.ceil(bytes.length / 10);
  for (let from = 0; from < bytes.length; from += part) {
    response.write(bytes.subarray(from, from + part));
    await sleep(500);
  }
  response.end();
}

export default async function (visit) {
  let answer = send;
  const server = await serve(async ({ url }, response) => {
    await sleep(300);
    answer(response, readFileSync(join(crate, 'models', basename(url))));
  });
  try {
    for (const [track, kind] of Object.entries(tracks)) {
      await visit.open({ pretend: `${pretend()}(${reroute})(${JSON.stringify(server.url)});` });
      await fail(visit, server, track, kind, wanted => { answer = wanted; });
      await succeed(visit, server, track, kind);
      await visit.end();
    }
  } finally {
    server.close();
  }
}

/** Each failure, one after the other. */
async function fail(visit, server, track, { effects, leak }, set) {
  let failures = 0;
  for (const [fault, { name, message, requests = 1, answer }] of Object.entries(answers)) {
    set(answer);
    server.requests.length = 0;
    await visit.tell(failures ? { do: 'find_again', track } : { do: 'spawn', track, effects });
    // The picture while the app waits, and after the failure.
    await visit.until(() => server.requests.length, `${fault}: the model is requested`);
    const shots = [await visit.screenshot()];
    const { people } = await visit.until(({ people }) => people[track]?.failed.length > failures, fault);
    await visit.frames(3);
    shots.push(await visit.screenshot());
    failures += 1;
    const { failed, loading } = people[track];
    assert.deepEqual([failed.length, loading], [failures, false], `${fault}: ${JSON.stringify(failed)}`);
    const failure = failed.at(-1);
    assert.match(failure.name, name, `${fault}: ${failure.message}`);
    assert.match(failure.message, message);
    assert.match(failure.message, /\/models\/.*\.onnx/, 'the file is named');
    assert.ok(shots.every(picture => !leak(picture)), `${fault}: a picture shows what it should hide, by shot ${visit.shots}`);
    const urls = server.requests.map(({ url }) => url);
    if (fault !== 'breaks') assert.equal(urls.filter(url => url === urls[0]).length, requests, `${fault}: ${urls}`);
    // Past the browser's cache.
    if (requests > 1) assert.equal(server.requests.at(-1).headers['cache-control'], 'no-cache');
    await sleep(1000);
    assert.equal((await visit.report()).people[track].failed.length, failures, 'nothing is tried again by itself');
  }
  set(send);
}

/** The models come. */
async function succeed(visit, server, track, { models, done, leak }) {
  const lengths = models.map(model => readFileSync(join(crate, 'models', model)).length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  server.requests.length = 0;
  const before = (await visit.report()).people[track];
  await visit.tell({ do: 'find_again', track });
  let pictures = 0;
  for (;;) {
    const picture = await visit.screenshot();
    const { [track]: people } = (await visit.report()).people;
    if (people[done] > before[done]) break;
    assert.ok(!leak(picture), `a picture before the model shows what it should hide: shot ${visit.shots}`);
    assert.ok(++pictures < 300, 'the models come');
  }
  const { [track]: people } = (await visit.report()).people;
  assert.deepEqual([people.failed.length, people.loading], [before.failed.length, false]);
  const told = people.downloads.slice(before.downloads.length);
  const received = told.map(([received]) => received);
  assert.ok(told.every(([, all]) => all === total), `${total} bytes: ${JSON.stringify(told)}`);
  assert.ok(received[0] < total / 2 && received.length > 2, JSON.stringify(told));
  assert.deepEqual(received, [...received].sort((one, other) => one - other), 'it grows');
  assert.deepEqual(server.requests.map(({ url }) => basename(url)).sort(), models, 'each is fetched once');
}

/** Runs in the page: models come from another server. */
function reroute(server) {
  const { fetch } = window;
  window.fetch = (resource, options) =>
    fetch(String(resource).endsWith('.onnx') ? `${server}/${resource}` : resource, options);
}
