// The cost of a track in the browser, as tables for docs/benchmarks.md. `cargo xtask bench web` starts it.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { browsers } from './browsers.mjs';
import { Visit } from './visit.mjs';

/** The number of measurements of each case, and their length. */
const rounds = 7;
const seconds = 4;
/** The time over which memory is measured, and the interval. */
const minutes = 5;
const looks = 20;

const out = join(process.env.OUT, 'bench');
mkdirSync(out, { recursive: true });
const visit = new Visit(browsers().find(({ name }) => name === 'chromium webgl2'), out);
try {
  await visit.open({ flags: ['--use-fake-device-for-media-stream=device-count=1,fps=30'] });
  await visit.devtools.send('Performance.enable');
  await mainThread();
  await taps();
  await memory();
} finally {
  await visit.end();
}

/** The main thread's work for a frame of the device, in addition to its work for the app. */
async function mainThread() {
  const size = { width: { exact: 640 }, height: { exact: 480 } };
  const rivals = [
    {
      name: 'this crate',
      start: () => visit.spawn('a', { constraints: size }),
      frames: async () => (await visit.report()).tracks.a.delivered,
      stop: async () => {
        await visit.tell({ do: 'despawn', track: 'a' });
        await visit.until(({ tracks }) => tracks.a.state === 'gone', 'the track is gone');
      },
    },
    ...[['2d', '`<video>` drawn to a canvas'], ['webgl2', '`<video>` drawn to a canvas by WebGL']].map(([context, name]) => ({
      name,
      start: () => visit.page.evaluate(draw, size, context),
      frames: () => visit.page.evaluate(() => window.drawing.frames),
      stop: () => visit.page.evaluate(() => window.drawing.stop()),
    })),
  ];
  const alone = [];
  const costs = rivals.map(() => []);
  const waits = rivals.map(() => []);
  const rates = rivals.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const empty = await measure(() => 0);
    alone.push(empty.busy / empty.drawn);
    for (const [index, { start, frames, stop }] of rivals.entries()) {
      await start();
      const { busy, tasks, drawn, came, time } = await measure(frames);
      await stop();
      // Software may draw fewer of the app's frames beside a camera: each counts as it does without.
      costs[index].push((busy - drawn * empty.busy / empty.drawn) / came);
      waits[index].push((tasks - drawn * empty.tasks / empty.drawn) / came);
      rates[index].push(came / time);
    }
  }
  const [ours, theirs] = costs.map(median);
  console.log(`The main thread's processor time for a frame of 640x480 in one page of Chromium on WebGL2 (in software), with the same
camera, in turns: all that the thread does, less what it does for as many of the app's own frames without a camera, which
take ${milliseconds(median(alone))} each. With waits: the time that its tasks take, also where they wait for the graphics.

|  | median | least | most | with waits | camera frames/s | to \`<video>\` |
|---|---|---|---|---|---|---|`);
  for (const [index, { name }] of rivals.entries()) {
    const [least, most] = [Math.min(...costs[index]), Math.max(...costs[index])].map(milliseconds);
    console.log(`| ${name} | ${milliseconds(median(costs[index]))} | ${least} | ${most} | ${milliseconds(median(waits[index]))} | ${median(rates[index]).toFixed(1)} | ${(median(costs[index]) / theirs).toFixed(2)} × |`);
  }
  console.log();
  judge(ours <= 1.2 * theirs, 'at most 1.2 times `<video>` drawn to a canvas', `${(ours / theirs).toFixed(2)} ×`);
}

/** The main thread's work for a frame of a tap, in addition to its work for the track. */
async function taps() {
  const cases = [
    { name: 'luma, 256x144', luma: true, size: [256, 144] },
    { name: 'luma, 640x360', luma: true, size: [640, 360] },
    { name: 'color, 640x360', size: [640, 360] },
  ];
  await visit.spawn('a', { constraints: { width: { exact: 640 }, height: { exact: 480 } } });
  const tapped = tap => async () => (await visit.report()).taps[tap]?.frames ?? 0;
  const costs = cases.map(() => []);
  const waits = cases.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const alone = await measure(() => 0);
    for (const [index, { name, ...options }] of cases.entries()) {
      await visit.tap('a', 'tap', { raw: true, ...options });
      const { busy, tasks, drawn, came } = await measure(tapped('tap'));
      await visit.tell({ do: 'untap', tap: 'tap' });
      costs[index].push((busy - drawn * alone.busy / alone.drawn) / came);
      waits[index].push((tasks - drawn * alone.tasks / alone.drawn) / came);
    }
  }
  await visit.tell({ do: 'despawn', track: 'a' });
  await visit.until(({ tracks }) => tracks.a.state === 'gone', 'the track is gone');
  console.log(`\nThe main thread's processor time for a frame of a tap before the effects, beside that of its track of 640x480, likewise.

| tap | median | least | most | with waits |
|---|---|---|---|---|`);
  for (const [index, { name }] of cases.entries()) {
    const [least, most] = [Math.min(...costs[index]), Math.max(...costs[index])].map(milliseconds);
    console.log(`| ${name} | ${milliseconds(median(costs[index]))} | ${least} | ${most} | ${milliseconds(median(waits[index]))} |`);
  }
  console.log();
  for (const [index, { name }] of cases.entries()) {
    judge(median(costs[index]) <= 0.001, `${name}, at most 1 ms`, milliseconds(median(costs[index])));
  }
}

/** The load of the main thread over some time, and the frames that the app draws and the device sends meanwhile. */
async function measure(frames) {
  const look = async () => {
    const { metrics } = await visit.devtools.send('Performance.getMetrics');
    const metric = name => metrics.find(metric => metric.name === name).value;
    const { frame } = await visit.report();
    return { busy: metric('ThreadTime'), tasks: metric('TaskDuration'), time: metric('Timestamp'), drawn: frame, came: await frames() };
  };
  await sleep(1000);
  const before = await look();
  await sleep(seconds * 1000);
  const after = await look();
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]]));
}

/** The memory of the module and of the page's scripts while a track is live. */
async function memory() {
  await visit.spawn('a');
  // One-time allocations happen in the first seconds.
  await sleep(10_000);
  const seen = [];
  for (let look = 0; look <= looks; look++) {
    if (look) await sleep(minutes * 60_000 / looks);
    const { memory: wasm } = await visit.report();
    const script = await visit.page.evaluate(() => {
      window.gc();
      return performance.memory.usedJSHeapSize;
    });
    seen.push({ wasm, script });
  }
  const { delivered } = (await visit.report()).tracks.a;
  console.log(`\nMemory while a camera films for ${minutes} minutes, ${delivered} frames.\n
|  | at first | after ${minutes} min | most |
|---|---|---|---|`);
  const grown = name => seen.at(-1)[name] - seen[0][name];
  for (const [name, what] of [['wasm', 'the module'], ['script', 'scripts, after garbage collection']]) {
    const most = Math.max(...seen.map(memory => memory[name]));
    console.log(`| ${what} | ${megabytes(seen[0][name])} | ${megabytes(seen.at(-1)[name])} | ${megabytes(most)} |`);
  }
  console.log();
  judge(grown('wasm') === 0, 'the module’s memory doesn’t grow', `${grown('wasm') / 1024} KiB`);
  // The browser's developer tools allocate too.
  judge(grown('script') < 200_000, 'the scripts’ memory grows by less than 0.2 MB', megabytes(grown('script')));
}

/** Runs in the page: the device in a hidden video, each frame of which is drawn to a canvas. */
async function draw(size, kind) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: size });
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, srcObject: stream });
  video.style.cssText = 'position:fixed;left:0;top:0;width:1px;height:1px;opacity:0;pointer-events:none;z-index:-1';
  const canvas = Object.assign(document.createElement('canvas'), { width: size.width.exact, height: size.height.exact });
  canvas.style.cssText = 'position:fixed;left:0;top:0;z-index:9';
  document.body.append(video, canvas);
  const context = canvas.getContext(kind);
  const paint = kind === '2d' ? () => context.drawImage(video, 0, 0) : painter(context);
  const drawing = { frames: 0 };
  window.drawing = drawing;
  const next = () => {
    paint();
    drawing.frames += 1;
    drawing.request = video.requestVideoFrameCallback(next);
  };
  drawing.request = video.requestVideoFrameCallback(next);
  drawing.stop = () => {
    video.cancelVideoFrameCallback(drawing.request);
    for (const track of stream.getTracks()) track.stop();
    video.remove();
    canvas.remove();
  };
  await video.play();

  /** The baseline without an engine: a new texture for each frame, and one triangle. */
  function painter(gl) {
    const shader = (kind, text) => {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, `#version 300 es\nprecision highp float;${text}`);
      gl.compileShader(shader);
      return shader;
    };
    const program = gl.createProgram();
    gl.attachShader(program, shader(gl.VERTEX_SHADER, `out vec2 uv;
      void main() { uv = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.; gl_Position = vec4(uv * 2. - 1., 0, 1); }`));
    gl.attachShader(program, shader(gl.FRAGMENT_SHADER, `in vec2 uv; uniform sampler2D frame; out vec4 color;
      void main() { color = texture(frame, vec2(uv.x, 1. - uv.y)); }`));
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return () => {
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, video);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    };
  }
}

function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

function milliseconds(seconds) {
  return `${(seconds * 1000).toFixed(2)} ms`;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function judge(met, goal, figure) {
  console.log(`- ${met ? 'met' : '**missed**'}: ${goal}: ${figure}`);
}
