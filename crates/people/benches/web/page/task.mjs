// A bundle of models as `tasks-vision` reads it: a ZIP archive without compression.

/** The bundle of files: `[name, bytes]`. */
export function bundle(files) {
  const [locals, centrals] = [[], []];
  let position = 0;
  const add = part => {
    locals.push(part);
    position += part.length;
  };
  for (const [name, bytes] of files) {
    const encoded = new TextEncoder().encode(name);
    const start = position;
    // The models are aligned.
    const extra = new Uint8Array((16 - ((start + 30 + encoded.length) % 16)) % 16);
    const common = [
      [2, 20], [2, 0], [2, 0], [4, 0], [4, checksum(bytes)], [4, bytes.length], [4, bytes.length], [2, encoded.length],
    ];
    add(numbers([[4, 0x04034b50], ...common, [2, extra.length]]));
    add(encoded);
    add(extra);
    add(bytes);
    const central = [[4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, start]];
    centrals.push(numbers(central), encoded);
  }
  const length = centrals.reduce((sum, part) => sum + part.length, 0);
  const end = [
    [4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, length], [4, position], [2, 0],
  ];
  return concatenate([...locals, ...centrals, numbers(end)]);
}

/** Numbers of so many bytes, the lowest first. */
function numbers(values) {
  const bytes = values.flatMap(([size, value]) => Array.from({ length: size }, (_, byte) => value >>> (8 * byte)));
  return Uint8Array.from(bytes);
}

function concatenate(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

/** CRC-32. */
function checksum(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}
