// Stills from the user are turned upright and converted to sRGB.

import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';

import { drop } from '../files.mjs';
import { near, Picture } from '../picture.mjs';

// The browsers' common protocol can't drag files.
export const only = ({ kind }) => kind === 'chromium';

/** A PNG with another chunk after its header. */
function withChunk(png, type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, 33), length, body, checksum, png.subarray(33)]);
}

/** The color profile of Display P3, with a gamma of 2.2. */
function displayP3() {
  const fixed = values => Buffer.concat(values.map(value => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(Math.round(value * 65536));
    return bytes;
  }));
  const xyz = values => Buffer.concat([Buffer.from('XYZ \0\0\0\0'), fixed(values)]);
  const curve = Buffer.from('curv\0\0\0\0\0\0\0\x01\x02\x33\0\0', 'latin1');
  const white = [0.9642, 1, 0.8249];
  const tags = [
    ['desc', Buffer.concat([Buffer.from('desc\0\0\0\0\0\0\0\x05test\0'), Buffer.alloc(79)])],
    ['cprt', Buffer.from('text\0\0\0\0none\0\0\0\0')],
    ['wtpt', xyz(white)],
    ['rXYZ', xyz([0.51512, 0.2412, -0.00105])],
    ['gXYZ', xyz([0.29198, 0.69225, 0.04189])],
    ['bXYZ', xyz([0.1571, 0.06657, 0.78407])],
    ['rTRC', curve], ['gTRC', curve], ['bTRC', curve],
  ];
  const header = Buffer.alloc(132 + tags.length * 12);
  header.write('\x02\x40\0\0mntrRGB XYZ ', 8, 'latin1');
  header.writeUInt16BE(2026, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write('acsp', 36);
  fixed(white).copy(header, 68);
  header.writeUInt32BE(tags.length, 128);
  let offset = header.length;
  tags.forEach(([name, data], index) => {
    header.write(name, 132 + index * 12);
    header.writeUInt32BE(offset, 136 + index * 12);
    header.writeUInt32BE(data.length, 140 + index * 12);
    offset += data.length;
  });
  header.writeUInt32BE(offset, 0);
  return Buffer.concat([header, ...tags.map(([, data]) => data)]);
}

export default async function (visit) {
  const picture = new Picture(64, 32, Buffer.alloc(64 * 32 * 4)).map(x => (x < 32 ? [200, 60, 40] : [20, 120, 200]));
  await visit.open({ prompt: 'deny' });
  await visit.tell({ do: 'accept_drops', track: 'a' });
  await visit.frames(2);
  // The track that the second still replaces is live too: only the size tells them apart.
  const show = async (name, bytes, [width, height]) => {
    await drop(visit, [{ name, bytes }]);
    const { tracks } = await visit.until(({ tracks: { a } }) => a?.failed.length || (a?.state === 'live'
      && a.delivered > 0 && a.settings.width === width && a.settings.height === height), `${name} is shown`);
    assert.deepEqual(tracks.a.failed, [], name);
    await visit.frames(2);
    return visit.screenshot();
  };

  const profile = Buffer.concat([Buffer.from('P3\0\0'), deflateSync(displayP3())]);
  const wide = await show('wide.png', withChunk(picture.encode(), 'iCCP', profile), [64, 32]);
  // By LittleCMS.
  near(wide.pixel(10, 16), [219, 37, 13], 6, 'red in Display P3');
  near(wide.pixel(50, 16), [0, 123, 208], 6, 'blue in Display P3');

  // One entry: orientation 6, a quarter turn clockwise.
  const exif = Buffer.from('MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1');
  const turned = await show('turned.png', withChunk(picture.encode(), 'eXIf', exif), [32, 64]);
  near(turned.pixel(16, 10), [200, 60, 40], 2, 'the left half is on top');
  near(turned.pixel(16, 50), [20, 120, 200], 2, 'the right half is below');
}
