// The results as the section of BENCHMARKS.md.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const heading = '## In browsers';

/** Which rival's time this crate's is compared with, by their kinds. */
const pairs = [
  ['ours, in memory', 'tasks, in memory', '`tasks-vision` on the processor, the pixels in memory'],
  ['ours', 'tasks', '`tasks-vision` on the processor, with reading the canvas'],
  ['ours', 'tasks, whole', '`tasks-vision` on the processor, with the canvas as it is'],
  ['ours', 'face_mesh', '`face_mesh`, whose models run in WebGL'],
  ['ours', 'selfie, read', '`selfie_segmentation`, whose model runs in WebGL, until its mask is in memory'],
  ['ours', 'selfie', '`selfie_segmentation`, until it has a texture, whose work may still be waiting'],
];

/** The results' values that aren't numbers, as texts. */
export function gaps({ times, same, whole, distance, processor }) {
  const groups = [...times.map(({ median, p95 }) => ({ median, p95 })), same, whole, distance, processor];
  // JSON has no NaN: it comes as null.
  const missing = groups.flatMap(group => Object.entries(group ?? {})).filter(([, value]) => !Number.isFinite(value));
  return missing.map(([key, value]) => `its ${key} is ${value}`);
}

/** The section: the machine, the times, and a verdict for each goal. */
export function report(results) {
  const ms = value => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
  const rows = results.flatMap(({ browser, name, times }) =>
    times.map(time => `| ${browser} | ${name} | ${time.name} | ${ms(time.median)} | ${ms(time.p95)} |`));
  const unique = values => [...new Set(values)].join('; ');
  return [
    heading, '',
    'Written by `node crates/people/benches/web/bench.mjs`. The README beside it says what is measured.', '',
    '| | |', '|---|---|',
    `| Processor | ${cpus()[0]?.model ?? 'unknown'} |`,
    `| Cores | ${cpus().length} |`,
    `| Browsers | ${unique(results.map(({ version }) => version))} |`,
    `| WebGL | ${unique(results.map(({ browser, webgl }) => `${browser}: ${webgl}`))} |`,
    `| System | ${process.platform} ${process.arch} |`,
    `| Date | ${new Date().toISOString().slice(0, 10)} |`, '',
    '| browser | work |  | median | p95 |', '|---|---|---|---|---|',
    ...rows, '',
    ...results.flatMap(verdicts), '',
  ].join('\n');
}

function verdicts(result) {
  const all = [...speed(result), ...(result.distance ? landmarks(result) : masks(result))];
  return all.map(({ met, text }) => `- ${met ? 'met' : '**missed**'}: ${result.browser}, ${result.name}, ${text}`);
}

function speed({ times }) {
  const median = kind => times.find(time => time.kind === kind)?.median;
  return pairs.filter(([, theirs]) => median(theirs) !== undefined).map(([ours, theirs, rival]) => {
    const ratio = median(ours) / median(theirs);
    return { met: ratio <= 1, text: `at most the time of ${rival}: ${ratio.toFixed(2)} ×` };
  });
}

function masks({ same, whole, processor }) {
  return [
    [same, '`selfie_segmentation` on the same pixels'],
    [whole, '`selfie_segmentation` where each scales the frame'],
    [processor, '`tasks-vision` on the same pixels'],
  ].map(([{ difference, iou }, rival]) => ({
    met: difference < 1 && iou >= 0.95,
    text: `less than 1/255 from ${rival}, and an intersection over union of at least 0.95: `
      + `${difference.toFixed(2)}/255 and ${iou.toFixed(4)}`,
  }));
}

function landmarks({ distance, processor }) {
  return [[distance, '`face_mesh`'], [processor, '`tasks-vision`']].map(([{ mean, most }, rival]) => ({
    met: mean <= 1,
    text: `at most 1 px from ${rival} on average, on a face ${distance.face.toFixed(0)} px wide: `
      + `${mean.toFixed(2)} px, with ${most.toFixed(2)} px at the worst landmark`,
  }));
}

/** Replaces the section in the file. Others stay. */
export function keep(section, path) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const start = text.indexOf(heading);
  const next = start < 0 ? -1 : text.indexOf('\n## ', start);
  writeFileSync(path, `${start < 0 ? text : text.slice(0, start)}${section}${next < 0 ? '' : text.slice(next)}`);
}
