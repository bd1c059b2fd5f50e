// The browsers, and how each simulates a device.

import puppeteer from 'puppeteer-core';

import { webkit } from './webkit.mjs';

/** The combinations of browser and graphics API in this run. */
export function browsers() {
  const { CHROMIUM, FIREFOX, WEBKIT, MINIBROWSER, PAGE_WEBGL2, PAGE_WEBGPU } = process.env;
  // `difference`: by how much the ground of the camera's picture differs from one look to the next. Firefox paints its
  // own in ever other colors.
  const chrome = { kind: 'chromium', program: CHROMIUM, launch: chromium, difference: 3 };
  const fox = { kind: 'firefox', program: FIREFOX, launch: firefox, difference: 36 };
  const gtk = { kind: 'webkit', program: WEBKIT, minibrowser: MINIBROWSER, launch: webkit, difference: 3 };
  const all = [
    { name: 'chromium webgl2', api: 'webgl2', page: PAGE_WEBGL2, ...chrome },
    { name: 'chromium webgpu', api: 'webgpu', page: PAGE_WEBGPU, ...chrome },
    { name: 'firefox webgl2', api: 'webgl2', page: PAGE_WEBGL2, ...fox },
    { name: 'webkit webgl2', api: 'webgl2', page: PAGE_WEBGL2, ...gtk },
  ];
  return all.filter(browser => browser.program && browser.page);
}

/** Large enough for the tracks; one CSS pixel is one pixel of the screen. */
export const viewport = { width: 800, height: 600, deviceScaleFactor: 1 };

/**
 * The options of a scenario for its browser:
 * - `prompt`: the answer to the permission prompt: `grant`, `deny` or `ignore`;
 * - `file`: a Y4M file that the simulated device plays (Chromium);
 * - `cameras`: the number of devices (Chromium);
 * - `inWindow`: the browser has a window (Chromium);
 * - `flags`: further flags of Chromium.
 */
async function chromium({ prompt = 'grant', file, cameras = 1, flags = [], inWindow = false }) {
  const answers = { grant: ['--use-fake-ui-for-media-stream'], deny: ['--deny-permission-prompts'], ignore: [] };
  return puppeteer.launch({
    executablePath: this.program,
    headless: !inWindow,
    pipe: true,
    defaultViewport: viewport,
    args: [
      '--no-sandbox', '--no-first-run', '--disable-quic', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
      // Software rendering.
      '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      cameras === 1 ? '--use-fake-device-for-media-stream' : `--use-fake-device-for-media-stream=device-count=${cameras}`,
      ...(this.api === 'webgpu' ? ['--enable-features=Vulkan', '--use-vulkan=swiftshader'] : []),
      ...(file ? [`--use-file-for-fake-video-capture=${file}`] : []),
      ...answers[prompt],
      // Memory can be measured exactly.
      '--js-flags=--expose-gc',
      ...flags,
    ],
  });
}

async function firefox({ prompt = 'grant', downloads }) {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: this.program,
    // It has WebGL in software only with a display.
    headless: false,
    defaultViewport: viewport,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': prompt === 'grant',
      'permissions.default.camera': prompt === 'deny' ? 2 : 0,
      'permissions.default.microphone': prompt === 'deny' ? 2 : 0,
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.useDownloadDir': true,
    },
  });
}
