// Measures viewfinder-people beside MediaPipe's JavaScript in Chromium and Firefox, prints tables, and writes them into
// BENCHMARKS.md: `node crates/people/benches/web/bench.mjs`. README.md says what it needs.

import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { delimiter, extname, join, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { gaps, keep, report } from './report.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const people = join(here, '../..');
const root = join(people, '../..');
/** What is built and installed, in cargo's target folder. */
const out = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target', 'people-page');
const wasm = 'wasm32-unknown-unknown';

/** The longest time of a page's measurements, in milliseconds. */
const patience = 300_000;

/** Ends the bench with a sentence. */
class Failure extends Error {}

const browsers = [
  { name: 'Chromium', programs: ['chromium', 'google-chrome', 'chromium-browser'], options: chromium },
  { name: 'Firefox', programs: ['firefox-esr', 'firefox'], options: firefox },
];

const running = [];
try {
  await main();
} catch (error) {
  console.error(error instanceof Failure ? `error: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  for (const stop of running.reverse()) await stop();
}

async function main() {
  const all = ['landscape', 'square', 'face'];
  const wanted = process.argv.slice(2);
  const unknown = wanted.find(word => ![...all, ...browsers.map(({ name }) => name)].includes(word));
  if (unknown) throw new Failure(`there is no ${unknown}: choose among Chromium, Firefox, ${all.join(', ')}`);
  const chosen = list => {
    const some = list.filter(word => wanted.includes(word));
    return some.length > 0 ? some : list;
  };
  const names = chosen(browsers.map(({ name }) => name));
  const used = browsers.filter(({ name }) => names.includes(name));
  for (const browser of used) browser.program = find(browser.programs, browser.name);
  mkdirSync(out, { recursive: true });
  const puppeteer = await install();
  const module = build();
  const address = await serve(module);
  const display = await startDisplay();
  const results = [];
  for (const browser of used) {
    for (const name of chosen(all)) {
      console.error(`${browser.name}: ${name}`);
      results.push(await visit(puppeteer, browser, `${address}/?${name}`, name, display));
    }
  }
  const section = report(results);
  console.log(section);
  // A part isn't kept.
  if (wanted.length > 0) return;
  const path = join(people, 'BENCHMARKS.md');
  keep(section, path);
  console.error(`written: ${path}`);
}

/** A program on the `PATH`. */
function find(names, title) {
  for (const name of names) {
    for (const folder of process.env.PATH.split(delimiter)) {
      const file = join(folder, name);
      if (existsSync(file)) return file;
    }
  }
  throw new Failure(`${title} isn't installed: install ${names[0]}`);
}

/** Runs a program, whose output is shown. */
function run(program, args, reason, options) {
  try {
    execFileSync(program, args, { stdio: ['ignore', 2, 2], ...options });
  } catch (error) {
    throw new Failure(`${reason}: \`${[program, ...args].join(' ')}\` failed (${error.message.split('\n')[0]})`);
  }
}

/** The output of a program. Empty if it fails. */
function output(program, ...args) {
  try {
    return execFileSync(program, args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: root }).toString().trim();
  } catch {
    return '';
  }
}

/** Installs the packages into the target folder, and returns the driver of browsers. */
async function install() {
  find(['npm'], 'npm');
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(here, file), join(out, file));
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  run('npm', args, "the packages can't be installed", { cwd: out });
  const path = createRequire(join(out, 'package.json')).resolve('puppeteer-core');
  return (await import(pathToFileURL(path))).default;
}

/** Compiles this crate, by rustup's target or by Debian's Rust, as `cargo xtask` does. Returns the module's path. */
function build() {
  const locked = file => /name = "rten"\nversion = "(.*)"/.exec(readFileSync(file, 'utf8'))?.[1];
  const [ours, library] = [join(here, 'Cargo.lock'), join(root, 'Cargo.lock')].map(locked);
  if (ours !== library) {
    throw new Failure(`the bench has rten ${ours} and the workspace ${library}: update the bench's Cargo.lock`);
  }
  const env = {
    ...process.env,
    CARGO_TARGET_DIR: join(out, 'build'),
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: '-Ctarget-feature=+simd128',
  };
  const args = ['build', '--release', '--locked', '--target', wasm];
  let cargo = 'cargo';
  if (!existsSync(output('rustc', '--print', 'target-libdir', '--target', wasm) || 'missing')) {
    cargo = '/usr/bin/cargo';
    const llvm = /LLVM version: (\d+)/.exec(output('/usr/bin/rustc', '-vV'))?.[1];
    if (!llvm) throw new Failure(`the page needs \`rustup target add ${wasm}\`, or Debian's package rustc-web`);
    Object.assign(env, {
      RUSTC: '/usr/bin/rustc', RUSTC_BOOTSTRAP: '1',
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: find([`wasm-ld-${llvm}`], 'the linker'),
    });
    args.push('-Z', 'build-std=std,panic_abort');
  }
  run(cargo, args, "the page can't be built", { cwd: here, env });
  return join(out, 'build', wasm, 'release/people_page.wasm');
}

/** Serves the page, the models, the packages and the picture on this machine. */
async function serve(module) {
  const folders = { models: join(people, 'models'), npm: join(out, 'node_modules') };
  const files = { 'people_page.wasm': module, 'picture.jpg': join(root, 'assets/pictures/eileen_collins.jpg') };
  const script = 'text/javascript';
  const types = {
    '.html': 'text/html', '.jpg': 'image/jpeg', '.js': script, '.mjs': script, '.wasm': 'application/wasm',
  };
  const locate = path => {
    const [first, ...rest] = path.split('/');
    if (files[path]) return files[path];
    const folder = folders[first] ?? join(here, 'page');
    const file = resolve(folder, folders[first] ? rest.join('/') : path || 'index.html');
    return file.startsWith(folder + sep) ? file : undefined;
  };
  const server = createServer((request, response) => {
    const file = locate(decodeURIComponent(new URL(request.url, 'http://page').pathname.slice(1)));
    // An isolated page has a clock of microseconds.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    try {
      const bytes = readFileSync(file);
      response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** Starts Xvfb: Firefox has WebGL in software only with a display. */
async function startDisplay() {
  const args = ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'];
  const server = spawn(find(['Xvfb'], 'Xvfb'), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  running.push(() => { server.kill(); });
  for await (const line of createInterface({ input: server.stdout })) return `:${line.trim()}`;
  throw new Failure("Xvfb didn't start");
}

function chromium() {
  return {
    pipe: true,
    args: [
      '--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      // Software rendering.
      '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
    ],
  };
}

function firefox() {
  return { browser: 'firefox', headless: false, extraPrefsFirefox: { 'privacy.reduceTimerPrecision': false } };
}

/** Measures a case in a new browser. */
async function visit(puppeteer, browser, url, name, display) {
  const env = { ...process.env, DISPLAY: display };
  const launched = await puppeteer
    .launch({ executablePath: browser.program, env, protocolTimeout: patience, ...browser.options() })
    .catch(error => { throw new Failure(`${browser.name} doesn't start: ${error.message}`); });
  const lines = [];
  try {
    const page = await launched.newPage();
    const thrown = new Promise((_, reject) => page.on('pageerror', error => reject(error)));
    thrown.catch(() => {});
    page.on('console', message => lines.push(message.text()));
    await page.goto(url);
    await page.waitForFunction('window.measure', { timeout: 10_000 });
    const result = await Promise.race([page.evaluate(name => window.measure(name), name), thrown]);
    const version = await launched.version();
    const [gap] = gaps(result);
    if (gap) throw new Failure(`${browser.name}, ${result.name}: ${gap}, which is no number`);
    return { browser: browser.name, version: version.replace(/^\w+\//, `${browser.name} `), ...result };
  } catch (error) {
    if (error instanceof Failure) throw error;
    console.error(lines.slice(-10).join('\n'));
    throw new Failure(`${browser.name}: the page of ${name} failed: ${error.message}`);
  } finally {
    await launched.close().catch(() => {});
  }
}
