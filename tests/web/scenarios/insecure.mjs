// A page that is neither https nor localhost has no devices: `MediaPermissions` and the track report that. It has no
// WebGPU either.

import assert from 'node:assert/strict';

export const only = ({ kind }) => kind === 'chromium';

export default async function (visit) {
  const url = new URL(visit.browser.page);
  url.hostname = 'camera.test';
  await visit.open({ url: url.href, flags: ['--host-resolver-rules=MAP camera.test 127.0.0.1'], press: false });
  if (visit.browser.api === 'webgpu') {
    await visit.page.waitForSelector('body.stopped');
    assert.match(await visit.page.$eval('#notice', notice => notice.textContent), /No WebGPU on this page/);
    return;
  }
  await visit.page.waitForSelector('body.ready');
  assert.match(await visit.page.$eval('#notice', notice => notice.textContent), /No camera on this page/);
  await visit.start();
  await visit.tell({ do: 'spawn', track: 'a' });
  const { tracks, permission } = await visit.until(({ tracks }) => tracks.a?.failed.length, 'the track fails');
  assert.equal(tracks.a.failed[0].name, 'NotSupportedError');
  assert.equal(permission, 'NotSupported');
}
