/** The short journey once in the real window: open, paint, lose the window, undo, export, verify. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { annotomy, target, withFolder } from '../e2e/support/server.mjs';
import { openWindow } from './webdriver.mjs';

const application = process.env.ANNOTOMY_DESKTOP ?? join(target, 'debug/annotomy-desktop');
const LIMIT = { timeout: 300_000 };
const PIXEL_LIMIT_MS = 10_000;

const button = (label) => `//button[normalize-space(.)="${label}" or @aria-label="${label}"]`;

async function openSample(window) {
  await window.click(button('Open sample'));
  await window.until('three planes', () =>
    document.querySelectorAll('[role="slider"] canvas').length >= 6 &&
    !document.body.textContent.includes('Reading slices'));
}

async function isSaved(window) {
  await window.until('all saved', () => document.body.textContent.includes('All changes saved'));
}

/** Centre of the axial plane, CSS pixels. */
function axial(window) {
  return window.until('axial plane', () => {
    const box = document.querySelector('[role="slider"][aria-label="Axial"]')?.getBoundingClientRect();
    return box && box.width > 100 && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  });
}

const saturation = (rgb) => Math.max(...rgb) - Math.min(...rgb);
const isGrey = (rgb) => saturation(rgb) < 20;
const isLit = (rgb) => Math.max(...rgb) > 60;
const isPainted = (rgb) => saturation(rgb) > 30;

/** Waits until a pixel looks as it should: labels are fetched after the answer that changes them. */
async function pixelIs(window, at, looks) {
  let rgb = await window.pixel(at);
  for (const end = Date.now() + PIXEL_LIMIT_MS; !looks(rgb) && Date.now() < end; ) rgb = await window.pixel(at);
  assert.ok(looks(rgb), `${looks.name}(${rgb})`);
}

test('strokes on their way are kept when the window is closed', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const library = join(folder, 'library');
    const window = await openWindow(application, { ANNOTOMY_DATA_DIR: library });
    t.after(() => window.close());
    await openSample(window);
    await window.click(button('Add segment'));
    // The status may still speak of the time before the click.
    await window.until('the segment is in the log', () => document.body.textContent.includes('Add segment (Segment 1)'));
    await isSaved(window);
    await window.press('b');
    await window.until('the brush is chosen', () =>
      document.querySelector('button[aria-label^="Brush"][aria-pressed="true"]'));
    const { x, y } = await axial(window);
    await window.until('the image lies under the pen', (x, y) =>
      document.elementFromPoint(x, y)?.closest('[role="slider"][aria-label="Axial"]'), x, y);
    // Until the slice is there nothing can be drawn on it; beside the crosshair lies tissue.
    await pixelIs(window, { x: x + 25, y: y + 25 }, isLit);
    // Many at once, so that most still wait in the page when the window is told to close.
    const nStrokes = 40;
    await window.execute((x, y, nStrokes) => {
      const target = document.querySelector('[role="slider"][aria-label="Axial"]');
      const send = (type, dx) =>
        document.elementFromPoint(x, y).dispatchEvent(
          new PointerEvent(type, {
            clientX: x + dx, clientY: y, pointerId: 1, pointerType: 'mouse', isPrimary: true,
            button: type === 'pointermove' ? -1 : 0, buttons: type === 'pointerup' ? 0 : 1,
            bubbles: true, cancelable: true,
          }),
        );
      target.setPointerCapture = () => {};
      // Two pixels further each: a stroke that covers no voxel of its own would leave no trace.
      for (let n = 0; n < nStrokes; n += 1) {
        send('pointerdown', 2 * n);
        send('pointermove', 2 * n + 2);
        send('pointerup', 2 * n + 2);
      }
    }, x, y, nStrokes);
    await window.quit();
    const log = await annotomy(library, 'audit', 'log');
    const nKept = log.records.filter(({ operation }) => operation.kind === 'paint').length;
    assert.equal(nKept, nStrokes);
  });
});

test('the journey in the desktop window', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const library = join(folder, 'library');
    const exported = join(folder, 'labels.nii.gz');
    const environment = { ANNOTOMY_DATA_DIR: library };
    let window = await openWindow(application, environment);
    t.after(() => window.close());
    let beside;

    await t.test('a stroke shows on the image and is durable', async () => {
      await openSample(window);
      await window.click(button('Add segment'));
      await isSaved(window);
      await window.press('b');
      const centre = await axial(window);
      beside = { x: centre.x + 25, y: centre.y + 3 };
      await pixelIs(window, beside, isGrey);
      await window.drag([[centre.x - 40, centre.y + 3], [centre.x, centre.y + 3], [centre.x + 50, centre.y + 3]]);
      await window.until('the stroke is in the log', () => document.body.textContent.includes('Brush stroke'));
      await isSaved(window);
      await pixelIs(window, beside, isPainted);
    });

    await t.test('it is there after the window was killed', async () => {
      await window.close();
      window = await openWindow(application, environment);
      await openSample(window);
      await window.until('the stroke is in the log', () => document.body.textContent.includes('Brush stroke'));
      await axial(window);
      await pixelIs(window, beside, isPainted);
    });

    await t.test('it can be undone', async () => {
      await window.press('z', { ctrl: true });
      await window.until('grey again', () => document.body.textContent.includes('Undone'));
      await isSaved(window);
      await pixelIs(window, beside, isGrey);
    });

    await t.test('the label map is exported and the log holds', async () => {
      await window.click('//button[starts-with(normalize-space(.), "Export") or starts-with(@aria-label, "Export")]');
      await window.type('//*[@role="dialog" or self::dialog]//input', exported);
      await window.click('//*[@role="dialog" or self::dialog]//button[normalize-space(.)="Export"]');
      await window.until('exported', () => document.body.textContent.includes('Exported and verified'));
      assert.ok(existsSync(exported));
      const verification = await annotomy(library, 'audit', 'verify');
      assert.equal(verification.first_fault, null);
      const log = await annotomy(library, 'audit', 'log');
      const kinds = log.records.map(({ operation }) => operation.kind);
      assert.deepEqual(kinds.slice(-3), ['paint', 'undo', 'export']);
    });
  });
});
