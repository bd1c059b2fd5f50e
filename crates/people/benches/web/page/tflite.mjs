// Changes TFLite models for `tasks-vision`, which asks for metadata: how pixels become numbers. The weights stay the
// same. The fields are those of `schema.fbs` and `metadata_schema.fbs` of TensorFlow Lite.

/** The model, whose input has the values of pixels in RGB, less `mean` and then divided by `deviation`. */
export function withMetadata(model, { mean, deviation, outputs }) {
  const old = new Reader(model);
  const fields = old.fields(old.root, 8);
  const [buffers, metadata] = [old.items(fields[4]), old.items(fields[6])];
  fields[4] = { vector: [...buffers, { table: [{ bytes: imageMetadata(mean, deviation, outputs) }] }] };
  fields[6] = { vector: [...metadata, { table: [{ text: 'TFLITE_METADATA' }, buffers.length] }] };
  return old.with(fields);
}

/** The model with further landmarks in its first output, which are copies of the first ones: `[1, 1, 1, 3 * count]`. */
export function withLandmarks(model, count) {
  const [gather, gatherOptions, int32, lastAxis] = [36, 23, 2, 3];
  const old = new Reader(model);
  const fields = old.fields(old.root, 8);
  const [codes, graphs, buffers] = [1, 2, 4].map(index => old.items(fields[index]));
  const graph = old.fields(graphs[0].old, 5);
  const [tensors, operators] = [0, 3].map(index => old.items(graph[index]));
  const outputs = old.ints(graph[2]);
  const shape = old.ints(old.fields(tensors[outputs[0]].old, 1)[0]);
  const indices = Array.from({ length: 3 * count }, (_, index) => index % shape[lastAxis]);
  const [source, list, target] = [outputs[0], tensors.length, tensors.length + 1];
  fields[1] = { vector: [...codes, { table: [gather, undefined, 1, gather] }] };
  fields[4] = { vector: [...buffers, { table: [{ bytes: new Uint8Array(Int32Array.from(indices).buffer) }] }] };
  graph[0] = {
    vector: [
      ...tensors,
      { table: [{ ints: [indices.length] }, int32, buffers.length, { text: 'indices' }] },
      { table: [{ ints: [1, 1, 1, indices.length] }, 0, 0, { text: 'landmarks' }] },
    ],
  };
  graph[2] = { ints: [target, ...outputs.slice(1)] };
  graph[3] = {
    vector: [...operators, {
      table: [codes.length, { ints: [source, list] }, { ints: [target] }, gatherOptions, { table: [lastAxis] }],
    }],
  };
  fields[2] = { vector: [{ table: graph }] };
  return old.with(fields);
}

function imageMetadata(mean, deviation, outputs) {
  const [normalization, image, rgb] = [1, 2, 1];
  const input = {
    table: [
      undefined, undefined, undefined,
      { table: [image, { table: [rgb] }] },
      { vector: [{ table: [normalization, { table: [{ floats: [mean] }, { floats: [deviation] }] }] }] },
    ],
  };
  const output = { table: [] };
  const graph = { table: [undefined, undefined, { vector: [input] }, { vector: Array(outputs).fill(output) }] };
  return new Writer().finish('M001', { table: [undefined, undefined, undefined, { vector: [graph] }] });
}

/** Reads a FlatBuffer. Nodes that stay are `{ old: position }`. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.root = this.follow(0);
  }

  u32(position) {
    return this.view.getUint32(position, true);
  }

  follow(position) {
    return position + this.u32(position);
  }

  /** The fields of a table, which are nodes but for the first of a model, its version. */
  fields(table, count) {
    const vtable = table - this.view.getInt32(table, true);
    return Array.from({ length: count }, (_, index) => {
      const entry = 4 + 2 * index;
      const offset = entry < this.view.getUint16(vtable, true) ? this.view.getUint16(vtable + entry, true) : 0;
      if (offset === 0) return undefined;
      return table === this.root && index === 0 ? this.u32(table + offset) : { old: this.follow(table + offset) };
    });
  }

  /** The nodes of a vector. */
  items(vector) {
    const count = vector ? this.u32(vector.old) : 0;
    return Array.from({ length: count }, (_, index) => ({ old: this.follow(vector.old + 4 + 4 * index) }));
  }

  ints(vector) {
    return Array.from({ length: this.u32(vector.old) }, (_, index) => this.u32(vector.old + 4 + 4 * index));
  }

  /** The buffer with another root, which has these fields. */
  with(fields) {
    const added = new Writer().finish('TFL3', { table: fields });
    const whole = new Uint8Array(added.length + this.bytes.length);
    whole.set(added);
    whole.set(this.bytes, added.length);
    return whole;
  }
}

/** Writes a FlatBuffer in front of an old one, parents before their children, as offsets point forward. */
class Writer {
  data = [];
  /** Where there are offsets into the old buffer. */
  links = [];

  finish(identifier, node) {
    this.u32(0);
    this.data.push(...new TextEncoder().encode(identifier));
    this.set(0, this.node(node));
    // The old buffer stays aligned.
    this.align(16);
    for (const [slot, old] of this.links) this.set(slot, this.data.length + old - slot);
    return Uint8Array.from(this.data);
  }

  /** Returns the node's position. */
  node({ table, vector, floats, ints, text, bytes }) {
    this.align(4);
    if (table) return this.table(table);
    const start = this.data.length;
    if (vector) {
      this.u32(vector.length);
      this.slots(vector);
    } else if (floats || ints) {
      const numbers = floats ? new Float32Array(floats) : new Int32Array(ints);
      this.u32(numbers.length);
      this.data.push(...new Uint8Array(numbers.buffer));
    } else if (text) {
      this.u32(text.length);
      this.data.push(...new TextEncoder().encode(text), 0);
    } else {
      this.align(16, 12);
      this.u32(bytes.length);
      this.data.push(...bytes);
      return this.data.length - bytes.length - 4;
    }
    return start;
  }

  table(fields) {
    const vtable = this.data.length;
    const places = fields.map((field, index) => (field === undefined ? 0 : 4 + 4 * index));
    for (const word of [4 + 2 * fields.length, 4 + 4 * fields.length, ...places]) this.data.push(word & 255, word >> 8);
    this.align(4);
    const start = this.data.length;
    this.u32(start - vtable);
    this.slots(fields);
    return start;
  }

  /** Four bytes for each: a number, or the offset of a node. */
  slots(values) {
    const first = this.data.length;
    for (const value of values) this.u32(typeof value === 'number' ? value : 0);
    for (const [index, value] of values.entries()) {
      const slot = first + 4 * index;
      if (value?.old !== undefined) this.links.push([slot, value.old]);
      else if (typeof value === 'object') this.set(slot, this.node(value) - slot);
    }
  }

  align(size, rest = 0) {
    while (this.data.length % size !== rest) this.data.push(0);
  }

  u32(value) {
    this.data.push(0, 0, 0, 0);
    this.set(this.data.length - 4, value);
  }

  set(position, value) {
    for (let byte = 0; byte < 4; byte++) this.data[position + byte] = (value >>> (8 * byte)) & 255;
  }
}
