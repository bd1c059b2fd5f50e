// The landmarks of a face that is followed.

import { crate, reader, script } from './common.mjs';
import { bundle } from './task.mjs';
import { withLandmarks, withMetadata } from './tflite.mjs';

const landmarks = 468;

/** This crate's. */
export async function face({ width, height }) {
  const models = [[2, 'face_detection_short_range.onnx'], [3, 'face_landmark.onnx']];
  const { exports, bytes, check, write } = await crate(models);
  const read = reader({ width, height });
  let seconds = 0;
  const follow = () => {
    seconds += 1 / 30;
    if (check(exports.follow(seconds, width, height)) !== 1) throw new Error('this crate sees no face');
  };
  return {
    inMemory: frame => {
      // They stay: `fromCanvas` writes the same.
      write(read(frame));
      return { name: 'this crate, its pixels in memory', kind: 'ours, in memory', call: follow };
    },
    fromCanvas: frame => ({
      name: 'this crate, with reading the canvas', kind: 'ours',
      call: () => {
        write(read(frame));
        follow();
      },
    }),
    /** `[x, y]` of each landmark, from 0 to 1. */
    result: () => {
      const numbers = new Float32Array(bytes(exports.landmarks(), 12 * landmarks).slice().buffer);
      return Array.from({ length: landmarks }, (_, index) => [numbers[3 * index], numbers[3 * index + 1]]);
    },
  };
}

/** The package `face_mesh`, without the iris. */
export async function mediapipeFace() {
  const base = '/npm/@mediapipe/face_mesh/';
  await script(`${base}face_mesh.js`);
  const solution = new window.FaceMesh({ locateFile: file => base + file });
  solution.setOptions({
    staticImageMode: false,
    selfieMode: false,
    maxNumFaces: 1,
    refineLandmarks: false,
    enableFaceGeometry: false,
  });
  let faces;
  solution.onResults(results => { faces = results.multiFaceLandmarks; });
  await solution.initialize();
  return {
    follow: frame => ({
      name: '`face_mesh`', kind: 'face_mesh',
      call: async () => {
        faces = undefined;
        await solution.send({ image: frame });
        if (faces?.[0]?.length !== landmarks) throw new Error('face_mesh sees no face');
      },
    }),
    result: () => faces[0].map(({ x, y }) => [x, y]),
  };
}

/**
 * The package `tasks-vision` on the processor, with the models of `face_mesh`. It needs ten more landmarks, those of
 * the irises, and gets copies of others.
 */
export async function tasksFace({ width, height }) {
  const base = '/npm/@mediapipe/';
  const needed = landmarks + 10;
  const [detector, landmarker] = await packed(['face_detection_short_range.tflite', 'face_landmark.tflite']);
  const found = withMetadata(detector, { mean: 127.5, deviation: 127.5, outputs: 2 });
  const located = withMetadata(withLandmarks(landmarker, needed), { mean: 0, deviation: 255, outputs: 2 });
  const model = bundle([['face_detector.tflite', found], ['face_landmarks_detector.tflite', located]]);
  const { FilesetResolver, FaceLandmarker } = await import(`${base}tasks-vision/vision_bundle.mjs`);
  const files = await FilesetResolver.forVisionTasks(`${base}tasks-vision/wasm`);
  const tracker = await FaceLandmarker.createFromOptions(files, {
    baseOptions: { modelAssetBuffer: model, delegate: 'CPU' },
    runningMode: 'VIDEO',
    numFaces: 1,
  });
  let time = 0;
  let points;
  const follow = image => {
    [points] = tracker.detectForVideo(image, time += 33).faceLandmarks;
    if (points?.length !== needed) throw new Error('tasks-vision sees no face');
  };
  const read = reader({ width, height });
  return {
    inMemory: frame => {
      const pixels = new ImageData(read(frame), width, height);
      return {
        name: '`tasks-vision` on the processor, its pixels in memory', kind: 'tasks, in memory',
        call: () => follow(pixels),
      };
    },
    fromCanvas: frame => ({
      name: '`tasks-vision` on the processor, with reading the canvas', kind: 'tasks',
      call: () => follow(new ImageData(read(frame), width, height)),
    }),
    whole: frame => ({
      name: '`tasks-vision` on the processor, of the canvas', kind: 'tasks, whole',
      call: () => follow(frame),
    }),
    result: () => points.slice(0, landmarks).map(({ x, y }) => [x, y]),
  };
}

/** Files out of the packed assets of `face_mesh`, by the list in their loader. */
async function packed(names) {
  const base = '/npm/@mediapipe/face_mesh/face_mesh_solution_packed_assets';
  const loader = await (await fetch(`${base}_loader.js`)).text();
  const assets = new Uint8Array(await (await fetch(`${base}.data`)).arrayBuffer());
  const list = JSON.parse(/"files": (\[.*?\])/.exec(loader)?.[1] ?? '[]');
  return names.map(name => {
    const file = list.find(({ filename }) => filename.endsWith(`/${name}`));
    if (!file) throw new Error(`the assets of face_mesh lack ${name}`);
    return assets.slice(file.start, file.end);
  });
}
