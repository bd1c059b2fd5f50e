// Runs each scenario of a folder (FOLDER) in each of its browsers, one after the other.
//
// `cargo xtask test web` and `cargo xtask test photobooth-page` start it. Environment variables have the addresses
// of the pages (PAGE_WEBGL2, PAGE_WEBGPU), the paths of the browsers (CHROMIUM, FIREFOX, or WEBKIT with MINIBROWSER), a
// folder for screenshots (OUT) and the folder of the effects' golden images (GOLDEN). Without a page or a browser, its
// tests don't run. With GRAPHICS, only the scenarios run that depend on the graphics API; with SCENARIOS, only those of
// this list of names, separated by commas.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { browsers } from './browsers.mjs';
import { Visit } from './visit.mjs';

const { OUT: out, FOLDER, GRAPHICS, SCENARIOS } = process.env;
mkdirSync(out, { recursive: true });

const folder = new URL(`./${FOLDER}/`, import.meta.url);
const scenarios = [];
for (const file of readdirSync(folder).sort()) {
  scenarios.push({ name: file.replace('.mjs', ''), ...(await import(new URL(file, folder))) });
}

// WebKitGTK has no fake devices that can be changed, and no protocol for downloads, files and prompts.
const inWebkit = new Set(['synthetic', 'camera', 'constraints', 'enabled', 'fifty']);

// It needs no device. If it fails, no other scenario can pass, and each would run into its timeout.
const first = scenarios.findIndex(({ name }) => name === 'synthetic');
if (first > 0) scenarios.unshift(...scenarios.splice(first, 1));

for (const browser of browsers()) {
  let draws = true;
  for (const scenario of scenarios) {
    if (scenario.only && !scenario.only(browser)) continue;
    if (browser.kind === 'webkit' && !inWebkit.has(scenario.name)) continue;
    if (GRAPHICS && !scenario.graphics) continue;
    if (SCENARIOS && !SCENARIOS.split(',').includes(scenario.name)) continue;
    const name = `${browser.name}, ${scenario.name}`;
    test(name, { timeout: scenario.timeout ?? 120_000 }, async context => {
      if (!draws) {
        context.skip('the app doesn’t draw here');
        return;
      }
      const visit = new Visit(browser, join(out, name.replaceAll(/[ ,]+/g, '-')));
      try {
        await scenario.default(visit, context);
      } catch (error) {
        if (scenario === scenarios[0]) draws = false;
        await visit.explain(context);
        throw error;
      } finally {
        await visit.end();
      }
    });
  }
}
