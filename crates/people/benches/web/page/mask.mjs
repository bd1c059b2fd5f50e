// The mask of the people in a frame.

import { crate, reader, script } from './common.mjs';
import { withMetadata } from './tflite.mjs';

/** This crate's. */
export async function mask({ width, height, selection }) {
  const file = selection === 1 ? 'selfie_segmentation_landscape.onnx' : 'selfie_segmentation.onnx';
  const { exports, bytes, check, write } = await crate([[selection, file]]);
  const read = reader({ width, height });
  const segment = () => check(exports.segment());
  const fromCanvas = frame => {
    write(read(frame));
    segment();
  };
  return {
    inMemory: frame => {
      // They stay: `fromCanvas` writes the same.
      write(read(frame));
      return { name: 'this crate, its pixels in memory', kind: 'ours, in memory', call: segment };
    },
    fromCanvas: frame => ({
      name: 'this crate, with scaling and reading the canvas', kind: 'ours',
      call: () => fromCanvas(frame),
    }),
    result: frame => {
      fromCanvas(frame);
      return Array.from(bytes(exports.mask(), width * height));
    },
  };
}

/** The package `selfie_segmentation`. */
export async function mediapipeMask({ width, height, selection }) {
  const base = '/npm/@mediapipe/selfie_segmentation/';
  await script(`${base}selfie_segmentation.js`);
  const solution = new window.SelfieSegmentation({ locateFile: file => base + file });
  solution.setOptions({ modelSelection: selection, selfieMode: false });
  let shown;
  solution.onResults(results => { shown = results.segmentationMask; });
  await solution.initialize();
  const read = reader({ width, height });
  const send = async image => {
    shown = undefined;
    await solution.send({ image });
    if (!shown) throw new Error('selfie_segmentation has no result');
  };
  const result = async frame => {
    await send(frame);
    const pixels = read(shown);
    return Array.from({ length: width * height }, (_, index) => pixels[4 * index + 3]);
  };
  return {
    shown: frame => ({
      name: '`selfie_segmentation`, until it has a texture', kind: 'selfie',
      call: () => send(frame),
      settle: () => { read(shown); },
    }),
    read: frame => ({
      name: '`selfie_segmentation`, until its mask is in memory', kind: 'selfie, read',
      call: async () => {
        await send(frame);
        read(shown);
      },
    }),
    result,
  };
}

/** The package `tasks-vision` on the processor, with the models of `selfie_segmentation`. */
export async function tasksMask({ width, height, selection }) {
  const base = '/npm/@mediapipe/';
  const file = selection === 1 ? 'selfie_segmentation_landscape.tflite' : 'selfie_segmentation.tflite';
  const response = await fetch(`${base}selfie_segmentation/${file}`);
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  const model = withMetadata(new Uint8Array(await response.arrayBuffer()), { mean: 0, deviation: 255, outputs: 1 });
  const { FilesetResolver, ImageSegmenter } = await import(`${base}tasks-vision/vision_bundle.mjs`);
  const files = await FilesetResolver.forVisionTasks(`${base}tasks-vision/wasm`);
  const segmenter = await ImageSegmenter.createFromOptions(files, {
    baseOptions: { modelAssetBuffer: model, delegate: 'CPU' },
    runningMode: 'VIDEO',
    outputConfidenceMasks: true,
    outputCategoryMask: false,
  });
  let time = 0;
  /** A mask of the image's size, from 0 to 1. The numbers are valid in `use`. */
  const segment = (image, use) => {
    let found = false;
    segmenter.segmentForVideo(image, time += 33, ({ confidenceMasks }) => {
      use(confidenceMasks[0].getAsFloat32Array());
      found = true;
    });
    if (!found) throw new Error('tasks-vision has no mask');
  };
  const read = reader({ width, height });
  const scaled = frame => new ImageData(read(frame), width, height);
  const none = () => {};
  return {
    inMemory: frame => {
      const pixels = scaled(frame);
      return {
        name: '`tasks-vision` on the processor, its pixels in memory', kind: 'tasks, in memory',
        call: () => segment(pixels, none),
      };
    },
    fromCanvas: frame => ({
      name: '`tasks-vision` on the processor, with scaling and reading the canvas', kind: 'tasks',
      call: () => segment(scaled(frame), none),
    }),
    whole: frame => ({
      name: '`tasks-vision` on the processor, which scales the frame and its mask', kind: 'tasks, whole',
      call: () => segment(frame, none),
    }),
    result: frame => {
      let mask;
      segment(scaled(frame), numbers => { mask = Array.from(numbers, number => Math.round(number * 255)); });
      return mask;
    },
  };
}
