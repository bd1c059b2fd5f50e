// One scenario's visit to the page: its own browser, commands to the page, and reports from it.

import { mkdirSync, rmSync, writeFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { viewport } from './browsers.mjs';
import { Picture } from './picture.mjs';

/** The time limit for a command. Software rendering is slow. */
const patience = 30_000;

export class Visit {
  constructor(browser, out) {
    this.browser = browser;
    this.out = out;
    this.console = [];
    this.shots = 0;
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
  }

  /**
   * Starts the browser, opens the page and, unless told otherwise, presses its button. `pretend` runs in the page before
   * any other script: a function, or its text.
   */
  async open({ url = this.browser.page, press = true, pretend, ...options } = {}) {
    this.program = await this.browser.launch({ ...options, downloads: this.out });
    this.url = url;
    const [page] = await this.program.pages();
    await this.enter(page ?? await this.program.newPage(), { press, pretend });
  }

  /** Opens the page in another tab, which the visit is about from then on. Returns the tab before. */
  async tab({ press = true, pretend } = {}) {
    const before = this.page;
    await this.enter(await this.program.newPage(), { press, pretend });
    return before;
  }

  /** Opens the page in a tab. */
  async enter(tab, { press, pretend }) {
    this.page = tab;
    await this.page.setViewport(viewport);
    this.page.on('console', line => {
      // Rust's log has colors.
      if (!/^(%c)?(INFO|WARN)(%c|  )/.test(line.text())) this.console.push(line.text());
    });
    this.page.on('pageerror', error => this.console.push(`error: ${error.message}`));
    await this.page.evaluateOnNewDocument(watch);
    if (pretend) await this.page.evaluateOnNewDocument(pretend);
    if (this.browser.kind === 'chromium') {
      this.devtools = await this.page.createCDPSession();
      await this.devtools.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: this.out });
    }
    await this.page.goto(this.url);
    if (press) await this.start();
  }

  /** Kills the tab: its process, or in Firefox, which has none of its own for it, the tab alone. */
  async kill() {
    if (this.browser.kind === 'chromium') {
      // The crashed process doesn't answer.
      this.devtools.send('Page.crash').catch(() => {});
    } else {
      await this.page.close();
    }
  }

  /** Clicks the page's button and waits until the app draws. */
  async start() {
    await this.page.waitForSelector('body.ready #start:not([disabled])', { timeout: patience });
    await this.page.click('#start');
    await this.until(report => report.frame > 2, 'the app draws');
  }

  /** Sends a command to the page: see page/command.rs. */
  async tell(command) {
    await this.page.evaluate(line => window.viewfinder.commands.push(line), JSON.stringify(command));
  }

  /** The page's report: see page/report.rs. */
  async report() {
    const text = await this.page.evaluate(() => window.viewfinder.report);
    return text ? JSON.parse(text) : { frame: 0, tracks: {}, people: {}, photos: {}, taps: {}, recorders: {}, interrupted: {}, refused: [] };
  }

  /** Waits until the report fulfills the condition, and returns it. */
  async until(wanted, what, time = patience) {
    const end = Date.now() + time;
    for (;;) {
      const report = await this.report();
      if (report.refused.length) throw new Error(`the page refused ${report.refused.join('; ')}`);
      if (wanted(report)) return report;
      if (Date.now() > end) throw new Error(`not in ${time / 1000} s: ${what}. ${JSON.stringify(report)}`);
      await sleep(100);
    }
  }

  /** Spawns a track and waits for its frames. */
  async spawn(track, options = {}) {
    await this.tell({ do: 'spawn', track, ...options });
    const report = await this.until(({ tracks }) => tracks[track]?.failed.length
      || (tracks[track]?.state === 'live' && tracks[track].delivered > 1), `${track} has pictures`);
    const [failure] = report.tracks[track].failed;
    if (failure) throw new Error(`${failure.name}: ${failure.message}`);
    return report.tracks[track];
  }

  /** Waits until the page has drawn this many more frames. */
  async frames(count) {
    const { frame } = await this.report();
    await this.until(report => report.frame >= frame + count, `${count} frames more`);
  }

  /** A screenshot of the page. It is kept in the folder OUT. */
  async screenshot() {
    this.shots += 1;
    const png = await this.page.screenshot({ type: 'png' });
    writeFileSync(join(this.out, `${this.shots}.png`), png);
    return Picture.decode(png);
  }

  /** Takes a photo and returns its pixels from the app. */
  async photo(track, photo, options = {}) {
    await this.tell({ do: 'photo', track, photo, ...options });
    const report = await this.until(({ photos }) => photos[photo]?.taken || photos[photo]?.failed, `the photo ${photo}`);
    const { failed } = report.photos[photo];
    if (failed) throw new Error(`${failed.name}: ${failed.message}`);
    return this.pixels(photo);
  }

  /** Taps a track, waits for a frame, and returns the report on the tap. */
  async tap(track, tap, options = {}) {
    await this.tell({ do: 'tap', track, tap, ...options });
    const report = await this.until(({ taps }) => taps[tap]?.frames || taps[tap]?.failed.length, `the tap ${tap} has frames`);
    const [failure] = report.taps[tap].failed;
    if (failure) throw new Error(`${failure.name}: ${failure.message}`);
    return report.taps[tap];
  }

  /** The newest frame of a tap. Luma is gray. */
  async snap(tap) {
    await this.page.evaluate(name => delete window.viewfinder.photos[name], tap);
    await this.tell({ do: 'snap', tap });
    await this.frames(2);
    return this.pixels(tap);
  }

  /** The pixels that the page has published under this name. */
  async pixels(name) {
    const { width, height, base64 } = await this.page.evaluate(async name => {
      const { width, height, rgba } = window.viewfinder.photos[name];
      const url = await new Promise(resolve => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(new Blob([rgba]));
      });
      return { width, height, base64: url.slice(url.indexOf(',') + 1) };
    }, name);
    return new Picture(width, height, Buffer.from(base64, 'base64'));
  }

  /** The bytes that the page has published under this name. */
  async bytes(name) {
    const base64 = await this.page.evaluate(async name => {
      const url = await new Promise(resolve => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(new Blob([window.viewfinder[name]]));
      });
      return url.slice(url.indexOf(',') + 1);
    }, name);
    return Buffer.from(base64, 'base64');
  }

  /** Gives the page an image to feed to tracks. */
  async lend(name, { width, height, rgba }) {
    await this.page.evaluate(async (name, width, height, base64) => {
      const bytes = await (await fetch(`data:application/octet-stream;base64,${base64}`)).arrayBuffer();
      window.viewfinder.pictures[name] = { width, height, rgba: new Uint8Array(bytes) };
    }, name, width, height, rgba.toString('base64'));
  }

  /** Waits for a download, and returns its path. */
  async download(name) {
    const path = join(this.out, name);
    const end = Date.now() + patience;
    while (!existsSync(path) || statSync(path).size === 0) {
      if (Date.now() > end) throw new Error(`the browser downloaded no ${name}`);
      await sleep(100);
    }
    return path;
  }

  /**
   * What a camera's own `<video>` shows, as the app should show it too: the last camera's, or that of the live track
   * at this place. Small pictures have the primaries of old
   * television: WebGPU heeds that, as a `<video>` on the screen does, WebGL and canvases don't.
   */
  async shown(place = -1) {
    return this.browser.api === 'webgpu' ? this.overlaid(place) : this.reference(place);
  }

  /** A screenshot of the device's own `<video>`, laid over the page. The page must have room for it. */
  async overlaid(place) {
    const [width, height] = await this.page.evaluate(async place => {
      const live = window.viewfinder.tracks.filter(track => track.readyState === 'live');
      const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
      video.style.cssText = 'position:fixed;left:0;top:0;z-index:9';
      video.srcObject = new MediaStream([live.at(place)]);
      document.body.append(video);
      await video.play();
      await new Promise(done => video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(done)));
      window.viewfinder.overlaid = video;
      return [video.videoWidth, video.videoHeight];
    }, place);
    const picture = (await this.screenshot()).crop(0, 0, width, height);
    await this.page.evaluate(() => {
      const { overlaid } = window.viewfinder;
      overlaid.srcObject = null;
      overlaid.remove();
    });
    return picture;
  }

  /** The device's own `<video>`, drawn to a canvas by the browser. */
  async reference(place = -1) {
    const { width, height, base64 } = await this.page.evaluate(async place => {
      const live = window.viewfinder.tracks.filter(track => track.readyState === 'live');
      const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true });
      video.srcObject = new MediaStream([live.at(place)]);
      await video.play();
      if (video.requestVideoFrameCallback) await new Promise(done => video.requestVideoFrameCallback(done));
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      canvas.getContext('2d').drawImage(video, 0, 0);
      video.srcObject = null;
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let text = '';
      for (const byte of bytes) text += String.fromCharCode(byte);
      return { width: canvas.width, height: canvas.height, base64: btoa(text) };
    }, place);
    const picture = Picture.decode(Buffer.from(base64, 'base64'));
    if (picture.width !== width || picture.height !== height) throw new Error('a PNG of another size');
    return picture;
  }

  /** The number of the browser's live tracks. */
  async liveTracks() {
    return this.page.evaluate(() => window.viewfinder.tracks.filter(track => track.readyState === 'live').length);
  }

  /** The number of calls of getUserMedia. */
  async asked() {
    return this.page.evaluate(() => window.viewfinder.asked);
  }

  /** After a failed scenario: a screenshot, the page's report and its console. */
  async explain(context) {
    for (const line of this.console.slice(-10)) context.diagnostic(`console: ${line.slice(0, 400)}`);
    try {
      await this.screenshot();
    } catch {
      context.diagnostic('the page can’t be photographed');
    }
    context.diagnostic(`pictures: ${this.out}`);
  }

  async end() {
    await this.program?.close();
  }
}

/** Runs in the page before any other script: the object that is shared with the app, and a record of all tracks. */
function watch() {
  const shared = { commands: [], report: null, photos: {}, pictures: {}, tracks: [], asked: 0 };
  window.viewfinder = shared;
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async constraints => {
    shared.asked += 1;
    const stream = await ask(constraints);
    shared.tracks.push(...stream.getTracks());
    return stream;
  };
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const track = clone.call(this);
    shared.tracks.push(track);
    return track;
  };
}
