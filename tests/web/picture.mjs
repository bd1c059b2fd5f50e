// Images, and their comparison.

import { PNG } from 'pngjs';

export class Picture {
  /** `rgba`: four bytes per pixel, row by row from the top left. */
  constructor(width, height, rgba) {
    if (rgba.length !== width * height * 4) throw new Error(`${rgba.length} bytes for ${width}x${height}`);
    Object.assign(this, { width, height, rgba });
  }

  static decode(png) {
    const { width, height, data } = PNG.sync.read(Buffer.from(png));
    return new Picture(width, height, data);
  }

  /** As a PNG. */
  encode() {
    return PNG.sync.write({ width: this.width, height: this.height, data: this.rgba });
  }

  pixel(x, y) {
    const start = (y * this.width + x) * 4;
    return [...this.rgba.subarray(start, start + 3)];
  }

  /** The part of this size with its top left corner at (x, y). */
  crop(left, top, width, height) {
    const rgba = Buffer.alloc(width * height * 4);
    for (let row = 0; row < height; row++) {
      const start = ((top + row) * this.width + left) * 4;
      this.rgba.copy(rgba, row * width * 4, start, start + width * 4);
    }
    return new Picture(width, height, rgba);
  }

  /** Mirrored, left to right. */
  mirrored() {
    return this.map((x, y) => this.pixel(this.width - 1 - x, y));
  }

  map(color) {
    const rgba = Buffer.alloc(this.rgba.length, 255);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        rgba.set(color(x, y), (y * this.width + x) * 4);
      }
    }
    return new Picture(this.width, this.height, rgba);
  }

  /** A smaller picture: each pixel is the mean of those that it covers, whose number across and down is whole. */
  shrunk(across, down) {
    const small = new Picture(this.width / across, this.height / down, Buffer.alloc(this.rgba.length / across / down));
    return small.map((x, y) => {
      const sums = [0, 0, 0];
      for (let row = 0; row < down; row++) {
        for (let column = 0; column < across; column++) {
          this.pixel(x * across + column, y * down + row).forEach((value, channel) => { sums[channel] += value; });
        }
      }
      return sums.map(sum => Math.round(sum / across / down));
    });
  }

  /** BT.709's luma of each pixel, as gray. */
  luma() {
    return this.map((x, y) => {
      const [red, green, blue] = this.pixel(x, y);
      const luma = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue);
      return [luma, luma, luma];
    });
  }

  /** The number of different colors. */
  colors() {
    const seen = new Set();
    for (let at = 0; at < this.rgba.length; at += 4) seen.add(this.rgba.readUIntBE(at, 3));
    return seen.size;
  }

  /** Peak signal-to-noise ratio in dB: infinite for equal images; above 40 no difference is visible. */
  psnr(other) {
    if (this.width !== other.width || this.height !== other.height) {
      throw new Error(`${this.width}x${this.height} beside ${other.width}x${other.height}`);
    }
    let sum = 0;
    for (let at = 0; at < this.rgba.length; at += 4) {
      for (let channel = at; channel < at + 3; channel++) sum += (this.rgba[channel] - other.rgba[channel]) ** 2;
    }
    return 10 * Math.log10(255 ** 2 / (sum / (this.width * this.height * 3)));
  }
}

/** Fails if two colors differ by more than `difference` in a channel. */
export function near(color, wanted, difference, what) {
  if (color.some((value, channel) => Math.abs(value - wanted[channel]) > difference)) {
    throw new Error(`${what}: ${color} instead of ${wanted}`);
  }
}
