// A photo of the app's is downloaded under its name, copied, and shared where the browser can, after a click.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { Picture } from '../picture.mjs';

export const only = ({ kind }) => kind === 'chromium';

/** Runs in the page: a browser that shares images, and records them. It remembers no click. */
function pretend() {
  const shared = [];
  window.shared = shared;
  Object.defineProperty(navigator, 'canShare', { value: ({ files }) => files[0].type === 'image/png' });
  Object.defineProperty(navigator, 'share', {
    value: async ({ files: [file] }) => {
      if (file.name === 'cancel.png') throw new DOMException('the user canceled', 'AbortError');
      shared.push({ name: file.name, type: file.type, bytes: [...new Uint8Array(await file.arrayBuffer())] });
    },
  });
  window.active = true;
  Object.defineProperty(navigator, 'userActivation', { value: { get isActive() { return window.active; } } });
}

export default async function (visit) {
  await visit.open({ prompt: 'deny', pretend });
  const deliver = async (photo, to) => {
    await visit.tell({ do: 'deliver', photo, ...to });
    const { photos } = await visit.until(({ photos }) => {
      const { saved, failed, shared, canceled, copied } = photos[photo] ?? {};
      return saved || failed || shared || canceled || copied;
    }, `the end of ${photo}`);
    return photos[photo];
  };
  const isMine = bytes => {
    const { width, height, rgba } = Picture.decode(bytes);
    assert.deepEqual([width, height, ...rgba], [2, 1, 255, 0, 0, 255, 0, 0, 255, 255]);
  };

  assert.equal((await deliver('downloaded', { download: 'my own.png' })).saved, 'my own.png');
  isMine(readFileSync(await visit.download('my own.png')));
  assert.equal((await deliver('unknown', { download: 'me.gif' })).failed.name, 'NotSupportedError');

  assert.ok((await deliver('shared', { share: 'me.png' })).shared);
  const [{ name, type, bytes }] = await visit.page.evaluate(() => window.shared);
  assert.deepEqual([name, type], ['me.png', 'image/png']);
  isMine(Buffer.from(bytes));
  assert.ok((await deliver('canceled', { share: 'cancel.png' })).canceled);
  const refused = await deliver('refused', { share: 'me.jpg' });
  assert.equal(refused.failed.name, 'NotSupportedError');
  assert.match(refused.failed.message, /download/);
  await visit.page.evaluate(() => { window.active = false; });
  assert.equal((await deliver('unasked', { share: 'me.png' })).failed.name, 'NotAllowedError');
  assert.equal(await visit.page.evaluate(() => window.shared.length), 1);

  await visit.page.browserContext().overridePermissions(new URL(visit.page.url()).origin, [
    'clipboard-read', 'clipboard-sanitized-write',
  ]);
  await visit.page.click('canvas');
  assert.ok((await deliver('copied', { copy: true })).copied);
  const copied = await visit.page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return [...new Uint8Array(await (await item.getType('image/png')).arrayBuffer())];
  });
  isMine(Buffer.from(copied));
}
