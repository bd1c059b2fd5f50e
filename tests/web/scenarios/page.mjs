// The page shows the error: no SIMD, no graphics, or a program that panicked.

import assert from 'node:assert/strict';

export default async function (visit) {
  await visit.open();
  // It fades while the app already draws.
  await visit.page.waitForFunction(() => getComputedStyle(document.getElementById('cover')).visibility === 'hidden');
  const canvas = await visit.page.$eval('canvas', ({ clientWidth, clientHeight }) => [clientWidth, clientHeight]);
  assert.deepEqual(canvas, await visit.page.evaluate(() => [innerWidth, innerHeight]), 'the canvas fills the page');
  await visit.tell({ do: 'panic' });
  await visit.page.waitForSelector('body.stopped');
  assert.match(await visit.page.$eval('#notice', notice => notice.textContent), /The program stopped.*the test asked for it/s);
  await visit.end();

  // No flag of a current browser disables SIMD.
  await visit.open({ press: false, pretend: () => { WebAssembly.validate = () => false; } });
  await visit.page.waitForSelector('body.stopped');
  assert.match(await visit.page.$eval('#notice', notice => notice.textContent), /NotSupportedError: .*no WebAssembly SIMD/);
  await visit.end();

  if (visit.browser.name !== 'chromium webgl2') return;
  await visit.open({ press: false, flags: ['--disable-3d-apis'] });
  await visit.page.waitForSelector('body.stopped');
  assert.match(await visit.page.$eval('#notice', notice => notice.textContent), /This browser has no WebGL 2/);
}
