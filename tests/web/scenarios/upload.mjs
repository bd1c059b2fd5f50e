// A photo is uploaded to a server of the test, and servers that fail are errors by name.

import assert from 'node:assert/strict';

import { Picture } from '../picture.mjs';
import { serve } from '../server.mjs';

export default async function (visit) {
  const server = await serve(({ url }, response) => {
    if (url === '/fails') response.writeHead(500).end('the disk is full');
    else if (url === '/moved') response.writeHead(307, { Location: '/photos' }).end();
    else if (url === '/long') response.end('x'.repeat(1000));
    else if (url === '/breaks') response.destroy();
    else if (url !== '/hangs') response.writeHead(201).end('number 7');
  });
  try {
    await visit.open({ prompt: 'deny' });
    const upload = async (photo, path, more) => {
      await visit.tell({ do: 'deliver', photo, upload: `${server.url}${path}`, ...more });
      const { photos } = await visit.until(
        ({ photos }) => photos[photo]?.uploaded || photos[photo]?.failed, `the end of ${photo}`);
      return photos[photo];
    };

    const plain = await upload('plain', '/photos?a=b');
    assert.deepEqual(plain.uploaded, [201, 'number 7'], JSON.stringify(plain));
    const [{ method, url, headers, body }] = server.requests;
    assert.deepEqual([method, url], ['POST', '/photos?a=b']);
    assert.match(headers['content-type'], /^multipart\/form-data; boundary=/);
    assert.match(body.toString('latin1'), /name="event"\r\n\r\nTest\r\n/);
    const file = 'name="photo"; filename="photo.png"\r\nContent-Type: image/png\r\n\r\n';
    const start = body.indexOf(file) + file.length;
    assert.ok(start > file.length, body.toString('latin1'));
    const { width, height, rgba } = Picture.decode(body.subarray(start, body.lastIndexOf('\r\n--')));
    assert.deepEqual([width, height, ...rgba], [2, 1, 255, 0, 0, 255, 0, 0, 255, 255]);
    const [[none, total], last] = [plain.progress[0], plain.progress.at(-1)];
    assert.equal(none, 0);
    assert.deepEqual(last, [total, total]);

    for (const [path, name, message, more] of [
      ['/fails', 'OperationError', /500.*the disk is full/],
      ['/moved', 'NotAllowedError', /Upload::redirects/],
      ['/long', 'DataError', /longer than 100 bytes/, { response_limit: 100 }],
      ['/long', 'DataError', /longer than 100 bytes/, { response_limit: 100, redirects: true }],
      ['/breaks', 'OperationError', /couldn't send/],
      ['/hangs', 'OperationError', /no progress for 0.5 s/, { stall_seconds: 0.5 }],
      ['/hangs', 'OperationError', /no progress for 0.5 s/, { stall_seconds: 0.5, redirects: true }],
    ]) {
      const { uploaded, failed } = await upload(`${path} ${JSON.stringify(more)}`, path, more);
      assert.equal(uploaded, null, path);
      assert.equal(failed.name, name, `${path}: ${failed.message}`);
      assert.match(failed.message, message);
    }
    const before = server.requests.length;
    const moved = await upload('moved', '/moved', { redirects: true });
    assert.deepEqual(moved.uploaded, [201, 'number 7'], JSON.stringify(moved));
    const [first, second] = server.requests.slice(before);
    assert.deepEqual([first.url, second.url], ['/moved', '/photos']);
    assert.ok(second.body.equals(first.body), 'the file is sent again');
  } finally {
    server.close();
  }
}
