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

/** By how much durations may differ, in seconds: a frame begins before the order, and Chromium rounds. */
const slack = 0.4;

/** The length of the pause, in milliseconds: longer than any frame is shown. */
const pause = 3000;

/** The fewest frames of a recording: pages that draw in software show few in a second. */
const fewest = 4;

export default async function (visit) {
  const file = join(visit.out, 'film.y4m');
  film.write(file);
  await visit.open({ file });
  await visit.spawn('a', { effects: 'invert' });

  const until = async (recorder, event) => {
    const { recorders } = await visit.until(({ recorders }) => recorders[recorder]?.events.includes(event), `${recorder} has ${event}`);
    return recorders[recorder];
  };
  // A slow page carries an order out late: the time is between that of the order and that of its event.
  const obeyed = async (recorder, command, event, state) => {
    const from = Date.now();
    await visit.tell(command);
    const report = await until(recorder, event);
    assert.equal(report.state, state);
    return { ...report, between: [from, Date.now()] };
  };
  const order = (recorder, order, event, state) => obeyed(recorder, { do: 'recorder', recorder, order }, event, state);
  const start = (recorder, options) => obeyed(recorder, { do: 'record', track: 'a', recorder, ...options }, 'started', 'Recording');
  const stop = async recorder => {
    const report = await order(recorder, 'stop', 'stopped', 'Inactive');
    assert.deepEqual([report.failed, report.rejected], [[], []]);
    return report;
  };

  // The camera's own frames.
  const rawStart = await start('raw', { raw: true, file: 'raw.webm' });
  await sleep(1500);
  const raw = await stop('raw');
  assert.deepEqual(raw.events, ['started', 'saved', 'stopped']);
  assert.equal(raw.saved, 'raw.webm');
  assert.match(raw.mediaType, /^video\/webm;codecs="?vp[89]/);
  const rawFile = await visit.download('raw.webm');
  assert.equal(raw.bytes, readFileSync(rawFile).length, 'the duration takes the place of other bytes');
  const own = probe(rawFile);
  check(own, between(rawStart, raw), 'raw');
  assert.ok(Math.abs(raw.seconds - own.duration) < 0.01, `${raw.seconds} s, and ${own.duration} s in the file`);
  assert.deepEqual([own.width, own.height], [film.width, film.height]);
  colors(lastFrame(rawFile, { matrix: 'bt709' }), own, color => color, 'raw');
  assert.equal(await visit.liveTracks(), 1, 'the clone that was recorded is stopped');

  // The output after the effects, without the time of a pause.
  const first = await start('inverted', {});
  await sleep(1500);
  const paused = await order('inverted', 'pause', 'paused', 'Paused');
  await sleep(pause);
  const resumed = await order('inverted', 'resume', 'resumed', 'Recording');
  await sleep(1500);
  const inverted = await stop('inverted');
  assert.deepEqual(inverted.events, ['started', 'paused', 'resumed', 'chunk', 'stopped']);
  assert.equal(inverted.patches, 1);
  const invertedFile = join(visit.out, 'inverted.webm');
  writeFileSync(invertedFile, await visit.bytes('inverted'));
  const drawn = probe(invertedFile);
  const [before, after] = [between(first, paused), between(resumed, inverted)];
  check(drawn, [before[0] + after[0], before[1] + after[1]], 'inverted');
  const gaps = drawn.times.slice(1).map((time, index) => time - drawn.times[index]);
  assert.ok(Math.max(...gaps) < pause / 1000, `the pause is cut out: ${gaps}`);
  assert.ok(inverted.frames >= fewest, `${inverted.frames} frames were drawn`);
  colors(lastFrame(invertedFile), drawn, color => color.map(value => 255 - value), 'inverted');

  // Slices, and the same data in a file.
  const slicedStart = await start('sliced', { raw: true, slice: 0.3, file: 'sliced.webm' });
  await sleep(1500);
  await order('sliced', 'request_data', 'chunk', 'Recording');
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
  check(patched, between(slicedStart, sliced), 'sliced');
  assert.deepEqual(probe(chunksFile).times, patched.times, 'the chunks alone play too');
  const differences = chunks.filter((byte, index) => byte !== whole[index]).length;
  assert.ok(chunks.length === whole.length && differences < 64, `the patch replaces ${differences} bytes`);

  // A recorder that is despawned completes its file.
  const smallStart = await start('small', { size: [320, 240], file: 'small.webm' });
  await sleep(1500);
  const despawn = Date.now();
  await visit.tell({ do: 'recorder', recorder: 'small', order: 'despawn' });
  const small = probe(await visit.download('small.webm'));
  assert.deepEqual([small.width, small.height], [320, 240]);
  check(small, between(smallStart, { between: [despawn, Date.now()] }), 'small');

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

/** The shortest and the longest time, in seconds, from one order to another. */
function between({ between: [from, started] }, { between: [to, ended] }) {
  return [(to - started) / 1000, (ended - from) / 1000];
}

/** Checks the duration of a recording, in seconds, and the times of its frames. */
function check({ duration, times }, [shortest, longest], what) {
  const expected = `${what}: ${duration} s instead of ${shortest} to ${longest}`;
  assert.ok(duration > shortest - slack && duration < longest + slack, expected);
  assert.ok(times.length >= fewest, `${what}: ${times.length} frames`);
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
