// Files from the user.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Drops files onto the canvas, and returns the `dropEffect` that the page sets. */
export async function drop(visit, files) {
  const paths = files.map(({ name, bytes }) => {
    const path = join(visit.out, name);
    writeFileSync(path, bytes);
    return path;
  });
  const effect = visit.page.evaluate(() => new Promise(resolve => {
    window.addEventListener('dragover', event => {
      resolve(event.defaultPrevented ? event.dataTransfer.dropEffect : 'not accepted');
    }, { once: true });
  }));
  const dragged = { x: 300, y: 200, data: { items: [], files: paths, dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await visit.devtools.send('Input.dispatchDragEvent', { type, ...dragged });
  }
  return effect;
}
