// Runs every scenario in every browser that it is for, one after the other.
//
// `cargo xtask test web` starts it, and says by the environment where the pages are (PAGE_WEBGL2, PAGE_WEBGPU),
// where the browsers are (CHROMIUM, FIREFOX), where pictures may be left (OUT) and where the effects' golden ones are
// (GOLDEN). What isn't named isn't tested. With GRAPHICS only those scenarios are run for which the graphics interface
// matters most.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { browsers } from './browsers.mjs';
import { Visit } from './visit.mjs';

const { OUT: out, GRAPHICS } = process.env;
mkdirSync(out, { recursive: true });

const folder = new URL('./scenarios/', import.meta.url);
const scenarios = [];
for (const file of readdirSync(folder).sort()) {
  scenarios.push({ name: file.replace('.mjs', ''), ...(await import(new URL(file, folder))) });
}

// It needs no camera: where it fails nothing else can succeed, and each would take its time to find that out.
const first = scenarios.findIndex(({ name }) => name === 'synthetic');
scenarios.unshift(...scenarios.splice(first, 1));

for (const browser of browsers()) {
  let draws = true;
  for (const scenario of scenarios) {
    if (scenario.only && !scenario.only(browser)) continue;
    if (GRAPHICS && !scenario.graphics) continue;
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
