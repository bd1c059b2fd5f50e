// A portrait in front of a simulated camera.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Picture } from './picture.mjs';

/** The folder of the crate that finds people. */
export const crate = join(process.env.GOLDEN, '../../../crates/people');

const file = readFileSync(join(crate, 'tests/data/small.png'));

/** A portrait of 256x256 pixels. */
export const portrait = Picture.decode(file);

/**
 * A script for the page (`pretend`): its camera of 640x480 pixels films a `part` of the portrait `at` a place on a
 * `ground`, each as left, top, width and height. The portrait moves to the right by up to `reach` pixels (to the left if
 * that is negative), and back. With a `mark` there is also a blue square at this place. While `viewfinder.scene.empty`
 * is true, the portrait is away. The canvas that is filmed is `viewfinder.filmed`.
 */
export function camera({ part, at, ground, reach = 0, mark = null }) {
  const scene = { png: file.toString('base64'), part, at, ground, reach, mark };
  return `(${film})(${JSON.stringify(scene)});`;
}

/** Runs in the page. */
function film(scene) {
  const { viewfinder } = window;
  viewfinder.scene = scene;
  if (!navigator.mediaDevices) return;
  navigator.mediaDevices.getUserMedia = async () => {
    viewfinder.asked += 1;
    const image = new Image();
    image.src = `data:image/png;base64,${scene.png}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    viewfinder.filmed = canvas;
    const context = canvas.getContext('2d');
    let frame = 0;
    const draw = () => {
      const shift = scene.reach * (frame < 15 ? frame / 15 : (30 - frame) / 15);
      frame = (frame + 1) % 30;
      const [x, y, width, height] = scene.at;
      context.fillStyle = `rgb(${scene.ground})`;
      context.fillRect(0, 0, canvas.width, canvas.height);
      if (!scene.empty) context.drawImage(image, ...scene.part, x + shift, y, width, height);
      if (!scene.mark) return;
      context.fillStyle = 'rgb(0, 0, 255)';
      context.fillRect(...scene.mark);
    };
    draw();
    const stream = canvas.captureStream();
    const [track] = stream.getVideoTracks();
    viewfinder.tracks.push(track);
    const timer = setInterval(() => {
      draw();
      if (track.readyState === 'ended') clearInterval(timer);
    }, 1000 / 15);
    return stream;
  };
}
