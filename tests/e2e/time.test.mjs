/** An image of several volumes: any of them can be looked at, and segments are those of all. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults, openApp, startBrowser } from './support/browser.mjs';
import { addSegment, chooseBrush, openPath, paint, view, viewerIsReady } from './support/app.mjs';
import { nifti } from './support/nifti.mjs';
import { startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 120_000 };
const SIZE = [24, 20, 12];
const N_VOLUMES = 5;
const N_VOXELS = SIZE[0] * SIZE[1] * SIZE[2];

/** i + 100 j + 1000 k + 10000 t: a value tells its voxel and its volume. */
function valueAt(n) {
  const [i, j] = [n % SIZE[0], Math.floor(n / SIZE[0]) % SIZE[1]];
  const k = Math.floor(n / (SIZE[0] * SIZE[1])) % SIZE[2];
  return i + 100 * j + 1000 * k + 10_000 * Math.floor(n / N_VOXELS);
}

/** What the panel says of the place under the cursor. */
function underCursor(page, row) {
  return page.getByRole('row', { name: new RegExp(`^${row}`) }).getByRole('cell').first();
}

async function hover(page, plane, [x, y]) {
  const box = await view(page, plane).boundingBox();
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
}

async function isValue(page, expected) {
  await underCursor(page, 'Value').filter({ hasText: new RegExp(`^${expected}$`) }).waitFor();
}

test('volumes of a 4D image are shown, measured and annotated', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const path = join(folder, 'series.nii');
    await writeFile(path, nifti([...SIZE, N_VOLUMES], valueAt));
    const browser = await startBrowser();
    t.after(() => browser.close());
    const server = await startServer(join(folder, 'library'));
    t.after(() => server.kill());
    const page = await openApp(browser, server.url);
    await openPath(page, path);
    await viewerIsReady(page);

    const slider = page.getByRole('slider', { name: 'Volume shown', exact: true });
    const number = page.getByLabel('Volume', { exact: true });
    let first;

    await t.test('the first volume is shown, and a slider says how many there are', async () => {
      assert.equal(await slider.getAttribute('aria-valuetext'), 'Volume 1 of 5');
      await hover(page, 'Axial', [0.5, 0.45]);
      await underCursor(page, 'Value').filter({ hasText: /^\d+$/ }).waitFor();
      first = Number(await underCursor(page, 'Value').innerText());
      assert.ok(first < 10_000 + 11_000 + 1_900 + 23, `${first} is of the first volume`);
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('the value under the cursor is that of the volume chosen, in every plane', async () => {
      await slider.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await hover(page, 'Axial', [0.5, 0.45]);
      await isValue(page, first + 20_000);
      assert.equal(await slider.getAttribute('aria-valuetext'), 'Volume 3 of 5');
      for (const plane of ['Sagittal', 'Coronal']) {
        await hover(page, plane, [0.5, 0.5]);
        await underCursor(page, 'Value').filter({ hasText: /^[23]\d{4}$/ }).waitFor();
      }
    });

    await t.test('a typed number and keys choose a volume, which ends at the last', async () => {
      await number.fill('5');
      await number.press('Enter');
      await hover(page, 'Axial', [0.5, 0.45]);
      await isValue(page, first + 40_000);
      await page.keyboard.press('.');
      await page.keyboard.press(',');
      await isValue(page, first + 30_000);
      assert.equal(await number.inputValue(), '4');
    });

    await t.test('a stroke painted in one volume is there in the others', async () => {
      await addSegment(page);
      await chooseBrush(page, { radiusMm: 3 });
      await paint(page, 'Axial', [[0.5, 0.45]]);
      // Those asked for by the stroke may still be on their way: of the volume shown before.
      const isMeasured = (answer) =>
        answer.url().endsWith('/api/statistics') && answer.request().postDataJSON().volume === 2;
      const [measured] = await Promise.all([
        page.waitForResponse(isMeasured),
        page.keyboard.press(','),
      ]);
      assert.ok(measured.ok(), 'the volume shown is measured');
      await isValue(page, first + 20_000);
      assert.equal(await underCursor(page, 'Segment').innerText(), 'Segment 1');
    });

    await t.test('playing goes from volume to volume until it is stopped', async () => {
      await page.keyboard.press('/');
      for (const volume of [5, 1, 2]) {
        await page.waitForFunction(
          ([name, text]) => document.querySelector(`[aria-label="${name}"]`)?.getAttribute('aria-valuetext') === text,
          ['Volume shown', `Volume ${volume} of 5`],
        );
      }
      await page.keyboard.press('/');
      const shown = await slider.getAttribute('aria-valuetext');
      const n = Number(/\d+/.exec(shown)[0]);
      await isValue(page, first + 10_000 * (n - 1));
      assert.equal(await slider.getAttribute('aria-valuetext'), shown);
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});
