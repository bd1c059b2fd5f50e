// Pictures, scripts, and this crate's module.

/** A picture that is decoded. */
export async function load(url) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return picture;
}

/** A canvas of this size that the picture covers, from its top. */
export function draw(picture, { width, height }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const scale = Math.max(width / picture.width, height / picture.height);
  const [across, down] = [picture.width * scale, picture.height * scale];
  canvas.getContext('2d').drawImage(picture, (width - across) / 2, 0, across, down);
  return canvas;
}

/** Reads an image's pixels in this size, in RGBA. */
export function reader({ width, height }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return image => {
    context.globalCompositeOperation = 'copy';
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
}

/** Runs a script that isn't a module. */
export function script(url) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement('script'), { src: url, crossOrigin: 'anonymous' });
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${url} can't be loaded`));
    document.head.append(element);
  });
}

/** This crate's module, with models by their number in `src/lib.rs` and their file. */
export async function crate(models) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch('/people_page.wasm'), {});
  const { exports } = instance;
  const bytes = (address, length) => new Uint8Array(exports.memory.buffer, address, length);
  const check = result => {
    if (result >= 0) return result;
    throw new Error(new TextDecoder().decode(bytes(exports.message(), exports.message_length()).slice()));
  };
  /** Copies into the module's memory. */
  const write = data => bytes(exports.input(data.length), data.length).set(data);
  for (const [kind, file] of models) {
    const response = await fetch(`/models/${file}`);
    if (!response.ok) throw new Error(`${file}: ${response.status}`);
    const model = new Uint8Array(await response.arrayBuffer());
    write(model);
    check(exports.load(kind, model.length));
  }
  return { exports, bytes, check, write };
}
