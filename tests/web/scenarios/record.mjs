// A track is recorded as it is and with effects, paused, in slices, and into files that ffmpeg decodes.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { near } from '../picture.mjs';
import { lastFrame, probe } from '../video.mjs';
import * as film from '../y4m.mjs';

export const only = ({ kind }) => kind === 'chromium';
export const graphics = true;
export const timeout = 240_000;

/** By how much durations may differ, in seconds: pages that draw in software are slow. */
const slack = 0.7;

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file);
  await visit.open({ file });
  await visit.spawn('a', { effects: 'invert' });

  const until = async (recorder, event) => {
    const { recorders } = await visit.until(({ recorders }) => recorders[recorder]?.events.includes(event), `${recorder} has ${event}`);
    return recorders[recorder];
  };
  const order = (recorder, order) => visit.tell({ do: 'recorder', recorder, order });
  const start = async (recorder, options) => {
    await visit.tell({ do: 'record', track: 'a', recorder, ...options });
    const { state } = await until(recorder, 'started');
    assert.equal(state, 'Recording');
  };
  const stop = async recorder => {
    await order(recorder, 'stop');
    const report = await until(recorder, 'stopped');
    assert.deepEqual([report.state, report.failed, report.rejected], ['Inactive', [], []]);
    return report;
  };

  // The camera's own frames.
  await start('raw', { raw: true, file: 'raw.webm' });
  await sleep(1500);
  const raw = await stop('raw');
  assert.deepEqual(raw.events, ['started', 'saved', 'stopped']);
  assert.equal(raw.saved, 'raw.webm');
  assert.match(raw.mediaType, /^video\/webm;codecs="?vp[89]/);
  const rawFile = await visit.download('raw.webm');
  assert.equal(raw.bytes, readFileSync(rawFile).length, 'the duration takes the place of other bytes');
  const own = probe(rawFile);
  check(own, 1.5, 'raw');
  assert.ok(Math.abs(raw.seconds - own.duration) < 0.01, `${raw.seconds} s, and ${own.duration} s in the file`);
  assert.deepEqual([own.width, own.height], [film.width, film.height]);
  colors(lastFrame(rawFile, { matrix: 'bt709' }), own, color => color, 'raw');
  assert.equal(await visit.liveTracks(), 1, 'the clone that was recorded is stopped');

  // The output after the effects, without the time of a pause.
  await start('inverted', {});
  const times = [Date.now()];
  await sleep(800);
  await order('inverted', 'pause');
  assert.equal((await until('inverted', 'paused')).state, 'Paused');
  times.push(Date.now());
  await sleep(1500);
  await order('inverted', 'resume');
  assert.equal((await until('inverted', 'resumed')).state, 'Recording');
  times.push(Date.now());
  await sleep(800);
  const inverted = await stop('inverted');
  times.push(Date.now());
  assert.deepEqual(inverted.events, ['started', 'paused', 'resumed', 'chunk', 'stopped']);
  assert.equal(inverted.patches, 1);
  const invertedFile = join(visit.out, 'inverted.webm');
  writeFileSync(invertedFile, await visit.bytes('inverted'));
  const drawn = probe(invertedFile);
  check(drawn, (times[1] - times[0] + times[3] - times[2]) / 1000, 'inverted');
  const gaps = drawn.times.slice(1).map((time, index) => time - drawn.times[index]);
  assert.ok(Math.max(...gaps) < 1.2, `the pause is cut out: ${gaps}`);
  assert.ok(inverted.frames > 10, `${inverted.frames} frames were drawn`);
  colors(lastFrame(invertedFile), drawn, color => color.map(value => 255 - value), 'inverted');

  // Slices, and the same data in a file.
  await start('sliced', { raw: true, slice: 0.3, file: 'sliced.webm' });
  await sleep(1500);
  await order('sliced', 'request_data');
  await sleep(300);
  const sliced = await stop('sliced');
  assert.ok(sliced.chunks.length >= 4, `${sliced.chunks.length} chunks`);
  const codes = sliced.chunks.map(([, time]) => time);
  assert.equal(codes[0], 0);
  assert.ok(codes.every((time, index) => index === 0 || time >= codes[index - 1]), `time codes rise: ${codes}`);
  assert.equal(sliced.chunks.reduce((sum, [bytes]) => sum + bytes, 0), sliced.bytes);
  const whole = readFileSync(await visit.download('sliced.webm'));
  assert.ok(whole.equals(await visit.bytes('sliced')), 'the patched chunks are the file');
  const chunksFile = join(visit.out, 'chunks.webm');
  const chunks = await visit.bytes('sliced chunks');
  writeFileSync(chunksFile, chunks);
  const patched = probe(join(visit.out, 'sliced.webm'));
  check(patched, 1.8, 'sliced');
  assert.deepEqual(probe(chunksFile).times, patched.times, 'the chunks alone play too');
  const differences = chunks.filter((byte, index) => byte !== whole[index]).length;
  assert.ok(chunks.length === whole.length && differences < 64, `the patch replaces ${differences} bytes`);

  // A recorder that is despawned completes its file.
  await start('small', { size: [320, 240], file: 'small.webm' });
  await sleep(1500);
  await order('small', 'despawn');
  const small = probe(await visit.download('small.webm'));
  assert.deepEqual([small.width, small.height], [320, 240]);
  check(small, 1.5, 'small');

  // The browser claims to support two codecs of video.
  for (const media_type of ['video/webm;codecs=vp8,vp9', 'video/webm;codecs=nonsense', 'video/nonsense']) {
    const recorder = `refused ${media_type}`;
    await visit.tell({ do: 'record', track: 'a', recorder, media_type });
    const { rejected, events } = (await visit.until(({ recorders }) => recorders[recorder]?.rejected.length > 1, 'it is refused')).recorders[recorder];
    assert.deepEqual(rejected.map(({ name }) => name), ['NotSupportedError', 'NotSupportedError'], 'the recorder, and its start');
    assert.deepEqual(events, ['rejected', 'rejected']);
  }

  // The end of the track ends its recordings, without an error.
  await start('last', { raw: true });
  await start('last drawn', {});
  await sleep(700);
  await visit.tell({ do: 'despawn', track: 'a' });
  for (const recorder of ['last', 'last drawn']) {
    const { events, chunks: [[bytes]] } = await until(recorder, 'stopped');
    assert.deepEqual(events, ['started', 'chunk', 'stopped']);
    assert.ok(bytes > 1000, `${recorder}: ${bytes} bytes`);
  }
  assert.equal(await visit.liveTracks(), 0, 'the camera is released');
}

/** Checks the duration of a recording, in seconds, and the times of its frames. */
function check({ duration, times }, wanted, what) {
  assert.ok(Math.abs(duration - wanted) < slack, `${what}: ${duration} s instead of ${wanted}`);
  assert.ok(times.length > 10, `${what}: ${times.length} frames`);
  assert.equal(times[0], 0, what);
  assert.ok(times.every((time, index) => index === 0 || time > times[index - 1]), `${what}: times rise: ${times}`);
  assert.ok(times.at(-1) < duration + 0.1, `${what}: the last frame is at ${times.at(-1)} s of ${duration}`);
}

/** Checks that all frames can be decoded, and the corners of the last. */
function colors({ frame, count }, { times }, change, what) {
  assert.equal(count, times.length, `${what}: frames that can be decoded`);
  for (const [corner, [x, y]] of Object.entries(film.places)) {
    // Codecs lose some color, and not all browsers tell the matrix.
    near(frame.pixel(x, y), change(film.corners[corner]), 32, `${what}, ${corner}`);
  }
}
