// A face in front of a simulated camera, and whether it is to be seen.

import { camera, portrait } from './portrait.mjs';

/** Pixels that the face moves to the left. */
const reach = 120;

/** The part of the portrait that is filmed, and the size of its pixels in the film. */
const part = [56, 4, 128, 96];
const scale = 5;

/** The eyes and the mouth in the film, while the face is as far to the right as it gets: left, top, width, height. */
const eyes = [200, 220, 170, 150];

/** A square beside the head. */
const mark = [580, 20, 40, 40];

/** The script of a camera that films the face. */
export const pretend = () => camera({
  part, at: [0, 0, part[2] * scale, part[3] * scale], ground: [205, 200, 195], reach: -reach, mark,
});

/** How much there is to be seen of eyes and mouth, wherever they are: 1 for a picture of the camera's, 0 for a plain one. */
export function visibility(picture) {
  let most = 0;
  for (let left = 0; left <= reach; left += 10) most = Math.max(most, detail(picture, eyes[0] - left));
  return most / sharp;
}

/** Whether the square beside the head is there, with sharp edges. */
export function hasMark(picture) {
  const [left, top, width, height] = mark;
  const isBlue = (x, y) => {
    const [r, g, b] = picture.pixel(x, y);
    return b > 200 && r < 70 && g < 70;
  };
  return isBlue(left + 6, top + 6) && isBlue(left + width - 6, top + height - 6) && !isBlue(left - 6, top + height / 2);
}

/** The mean difference of pixels that are 20 pixels apart, in the box of eyes and mouth that begins at this column. */
function detail(picture, left) {
  const [, top, width, height] = eyes;
  const luma = (x, y) => {
    const [r, g, b] = picture.pixel(x, y);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let [sum, count] = [0, 0];
  for (let y = top; y < top + height; y += 4) {
    for (let x = left; x < left + width; x += 4) {
      const middle = luma(x, y);
      sum += Math.abs(luma(x + 20, y) - middle) + Math.abs(luma(x, y + 20) - middle);
      count += 1;
    }
  }
  return sum / count;
}

/** The detail of the face in the camera's own pictures. */
const sharp = detail({
  pixel: (x, y) => portrait.pixel(part[0] + Math.floor(x / scale), part[1] + Math.floor(y / scale)),
}, eyes[0]);
