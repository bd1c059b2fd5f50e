// WebKitGTK by the WebDriver protocol, with the part of Puppeteer's interface that a visit uses.
//
// Classic WebDriver can't run scripts before those of a page. So the page comes through a server that adds them.

import { spawn } from 'node:child_process';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** The time in which the driver answers. */
const patience = 60_000;

/** Starts the browser, with the devices that WebKit simulates. A page is asked for nothing: WebDriver grants all. */
export async function webkit() {
  const port = await freePort();
  const driver = spawn('dbus-run-session', ['--', this.program, `--port=${port}`], {
    // WebKit's sandbox needs user namespaces, which containers lack. The pages are ours.
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
    stdio: 'ignore',
    detached: true,
  });
  const call = (method, path, body) => request(`http://127.0.0.1:${port}${path}`, method, body);
  try {
    const session = await begin(call, this.minibrowser);
    return new Program(driver, (method, path, body) => call(method, `/session/${session}${path}`, body));
  } catch (error) {
    kill(driver);
    throw error;
  }
}

/** Waits for the driver, and starts a session. */
async function begin(call, binary) {
  const args = ['--automation', '--enable-media-stream=true', '--enable-mock-capture-devices=true'];
  const options = { 'webkitgtk:browserOptions': { binary, args } };
  const end = Date.now() + patience;
  for (;;) {
    try {
      return (await call('POST', '/session', { capabilities: { alwaysMatch: options } })).sessionId;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(300);
    }
  }
}

class Program {
  constructor(driver, call) {
    this.driver = driver;
    this.call = call;
    this.tab = new Tab(call);
  }

  async pages() {
    return [this.tab];
  }

  async newPage() {
    throw new Error('WebKitGTK has one tab here');
  }

  async close() {
    this.tab.server?.close();
    await this.call('DELETE', '').catch(() => {});
    kill(this.driver);
  }
}

class Tab {
  constructor(call) {
    this.call = call;
    this.scripts = [];
  }

  async setViewport({ width, height }) {
    // With room for the window's own parts.
    await this.call('POST', '/window/rect', { width: width + 50, height: height + 150 });
  }

  /** The console isn't part of the protocol. */
  on() {}

  async evaluateOnNewDocument(script) {
    this.scripts.push(typeof script === 'function' ? `(${script})();` : script);
  }

  async goto(url) {
    const origin = new URL(url).origin;
    const added = `<script>${this.scripts.join('\n').replaceAll('</script', '<\\/script')}</script>`;
    this.server = http.createServer((asked, answer) => forward(origin, added, asked, answer));
    await new Promise(done => this.server.listen(0, '127.0.0.1', done));
    await this.call('POST', '/url', { url: url.replace(origin, `http://localhost:${this.server.address().port}`) });
  }

  /** Runs a function in the page, and returns its result. */
  async evaluate(script, ...args) {
    const text = `const args = [...arguments], done = args.pop();
      Promise.resolve().then(() => (${script})(...args)).then(value => done({ value: value ?? null }), error => done({ error: String(error) }));`;
    const { value, error } = await this.call('POST', '/execute/async', { script: text, args });
    if (error) throw new Error(error);
    return value ?? undefined;
  }

  async waitForSelector(selector, { timeout }) {
    const end = Date.now() + timeout;
    while (!await this.evaluate(selector => Boolean(document.querySelector(selector)), selector)) {
      if (Date.now() > end) throw new Error(`not in ${timeout / 1000} s: ${selector}`);
      await sleep(100);
    }
  }

  async click(selector) {
    const found = await this.call('POST', '/element', { using: 'css selector', value: selector });
    await this.call('POST', `/element/${Object.values(found)[0]}/click`, {});
  }

  async screenshot() {
    return Buffer.from(await this.call('GET', '/screenshot'), 'base64');
  }
}

/** Passes a request on to the page's server, and adds a script to HTML. */
function forward(origin, added, asked, answer) {
  http.get(origin + asked.url, upstream => {
    const isHtml = upstream.headers['content-type']?.startsWith('text/html');
    const { 'content-length': length, ...headers } = upstream.headers;
    answer.writeHead(upstream.statusCode, isHtml ? headers : upstream.headers);
    if (isHtml) answer.write(`<!doctype html>${added}`);
    upstream.pipe(answer);
  }).on('error', () => answer.destroy());
}

/** Sends a command of the protocol, and returns its value. */
function request(url, method, body) {
  return new Promise((resolve, reject) => {
    const text = method === 'POST' ? JSON.stringify(body ?? {}) : undefined;
    const sent = http.request(url, { method, timeout: patience, headers: { 'content-type': 'application/json' } }, answer => {
      let json = '';
      answer.setEncoding('utf8').on('data', part => json += part).on('end', () => {
        try {
          const { value } = JSON.parse(json);
          if (answer.statusCode === 200) resolve(value);
          else reject(new Error(`${value.error}: ${value.message}`));
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${patience / 1000} s: ${method} ${url}`)));
    sent.on('error', reject);
    sent.end(text);
  });
}

async function freePort() {
  const server = http.createServer();
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise(done => server.close(done));
  return port;
}

/** Ends the driver with its browser and its bus. */
function kill(driver) {
  try {
    process.kill(-driver.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
