// Measures this crate beside MediaPipe's JavaScript, in turns. `bench.mjs` calls `measure`.

import { face, mediapipeFace, tasksFace } from './face.mjs';
import { mask, mediapipeMask, tasksMask } from './mask.mjs';
import { draw, load } from './common.mjs';

/** The calls of each rival. The first ones warm up and aren't counted. */
const rounds = 60;
const dropped = 5;

/** The size of the frame. */
const size = { width: 1280, height: 720 };

/** What runs in a visit of the page: two of MediaPipe's packages can't share a page. */
const cases = {
  landscape: picture => masks(picture, { name: 'mask 256x144', width: 256, height: 144, selection: 1 }),
  square: picture => masks(picture, { name: 'mask 256x256', width: 256, height: 256, selection: 0 }),
  face: faces,
};

window.measure = async name => {
  const picture = await load('/picture.jpg');
  return { ...(await cases[name](picture)), webgl: renderer(), resolution: resolution() };
};

async function masks(picture, model) {
  const frame = draw(picture, size);
  const small = draw(picture, model);
  const ours = await mask(model);
  // First: it uses the global variable that the other package leaves.
  const tasks = await tasksMask(model);
  const theirs = await mediapipeMask(model);
  const times = await inTurns([
    ours.inMemory(frame), tasks.inMemory(frame), ours.fromCanvas(frame), tasks.fromCanvas(frame), tasks.whole(frame),
    theirs.shown(frame), theirs.read(frame),
  ]);

  // On the same pixels: the size of the model, so that nobody scales.
  const same = compare(ours.result(small), await theirs.result(small));
  const whole = compare(ours.result(frame), await theirs.result(frame));
  const processor = compare(ours.result(small), tasks.result(small));
  return { name: model.name, times, same, whole, processor };
}

async function faces(picture) {
  const frame = draw(picture, size);
  const ours = await face(size);
  // First: it uses the global variable that the other package leaves.
  const tasks = await tasksFace(size);
  const theirs = await mediapipeFace();
  const times = await inTurns([
    ours.inMemory(frame), tasks.inMemory(frame), ours.fromCanvas(frame), tasks.fromCanvas(frame), tasks.whole(frame),
    theirs.follow(frame),
  ]);
  const points = ours.result();
  /** The distances of landmarks, in pixels. */
  const distance = others => {
    const distances = points.map(([x, y], index) =>
      Math.hypot((x - others[index][0]) * size.width, (y - others[index][1]) * size.height));
    return { mean: mean(distances), most: Math.max(...distances) };
  };
  const across = points.map(([x]) => x * size.width);
  return {
    name: 'landmarks of one face',
    times,
    distance: { ...distance(theirs.result()), face: Math.max(...across) - Math.min(...across) },
    processor: distance(tasks.result()),
  };
}

/** Calls each rival in each round. Returns the median and the 95th percentile of each one's times, in milliseconds. */
async function inTurns(rivals) {
  const times = rivals.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { call, settle }] of rivals.entries()) {
      const start = performance.now();
      await call();
      const time = performance.now() - start;
      if (round >= dropped) times[index].push(time);
      // The browser's own work for this rival ends before the next one's turn.
      await settle?.();
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
  return rivals.map(({ name, kind }, index) => {
    const sorted = times[index].sort((a, b) => a - b);
    const at = share => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return { name, kind, median: at(0.5), p95: at(0.95) };
  });
}

/** The mean absolute difference of two masks in steps of 1/255, and their intersection over union at 0.5. */
function compare(a, b) {
  if (a.length !== b.length) throw new Error(`the masks have ${a.length} and ${b.length} pixels`);
  let [both, either] = [0, 0];
  const differences = a.map((value, index) => {
    const [one, other] = [value >= 128, b[index] >= 128];
    both += one && other;
    either += one || other;
    return Math.abs(value - b[index]);
  });
  if (either < 0.02 * a.length) throw new Error('no mask shows a person');
  return { difference: mean(differences), iou: both / either };
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function renderer() {
  const gl = document.createElement('canvas').getContext('webgl2');
  const extension = gl?.getExtension('WEBGL_debug_renderer_info');
  return gl ? gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER) : 'none';
}

/** The smallest step of the clock, in milliseconds. */
function resolution() {
  let least = Infinity;
  for (let step = 0, last = performance.now(); step < 20;) {
    const now = performance.now();
    if (now > last) {
      least = Math.min(least, now - last);
      last = now;
      step++;
    }
  }
  return least;
}
