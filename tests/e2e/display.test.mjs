/** Studies side by side, images that are no volumes, uptake, and the file's own windows. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  chooseBrush,
  openPath,
  paint,
  reportText,
  started,
  undo,
  view,
  viewerIsReady,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 180_000 };

/** What the panel says in a row, of the place under the cursor. */
function underCursor(page, row) {
  return page.getByRole('row', { name: new RegExp(`^${row}`) }).getByRole('cell').first();
}

async function hover(page, plane, [x, y]) {
  const box = await view(page, plane).boundingBox();
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
}

async function says(locator, text) {
  await locator.filter({ hasText: text }).first().waitFor();
}

/** An image whose only plane is its own. */
async function flatIsReady(page) {
  await view(page, 'Image').waitFor();
  await page.getByText('Reading slices').waitFor({ state: 'detached' });
  assert.equal(await view(page, 'Sagittal').count(), 0, 'no plane of nothing');
}

async function home(page) {
  await page.getByRole('button', { name: 'Home', exact: true }).first().click();
}

/** A grey PNG without a size of pixels (PNG, 3rd edition, 11.2). */
function png(nColumns, nRows) {
  const chunk = (type, body) => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const whole = Buffer.alloc(named.length + 8);
    whole.writeUInt32BE(body.length, 0);
    named.copy(whole, 4);
    whole.writeUInt32BE(crc(named), named.length + 4);
    return whole;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(nColumns, 0);
  header.writeUInt32BE(nRows, 4);
  header.writeUInt8(8, 8);
  const rows = Buffer.alloc((nColumns + 1) * nRows);
  for (let n = 0; n < rows.length; n += 1) rows[n] = n % (nColumns + 1) === 0 ? 0 : n % 251;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

test('images are shown as what they are', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const made = await peers('peers/dicom_display.py', join(folder, 'dicom'));
    const picture = join(folder, 'picture.png');
    await writeFile(picture, png(200, 150));
    const page = await started(t, folder);

    await t.test('series are grouped by study, studies by patient', async () => {
      await openPath(page, made.studies);
      await page.getByText('2 studies').waitFor();
      const groups = page.getByRole('main').getByRole('region');
      assert.equal(await groups.count(), 2);
      for (const text of ['Patient 1', 'Feb 29, 2024', 'Head', 'Series 0', 'Series 1']) {
        await says(groups.nth(0), text);
      }
      for (const text of ['Patient 2', 'Jan 2, 2020', 'Chest', 'Series 2']) await says(groups.nth(1), text);
      assert.deepEqual(await accessibilityFaults(page), []);
      await home(page);
    });

    await t.test('a radiograph fills the viewer, its lengths are those at the detector', async () => {
      await openPath(page, made.flat.radiograph);
      await flatIsReady(page);
      await hover(page, 'Image', [0.5, 0.5]);
      await says(underCursor(page, 'Place'), /^col \d+, row \d+$/);
      assert.match(await reportText(page), /measured at the detector/);
      assert.equal(await page.getByText('0.10 × 0.20 mm at the detector').count(), 1);
      await addSegment(page);
      await chooseBrush(page, { radiusMm: 2 });
      const { edit } = await paint(page, 'Image', [[0.5, 0.5], [0.55, 0.5]]);
      assert.equal(edit.radius_mm, 2);
      await page.getByText('Area at detector').waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await home(page);
    });

    await t.test('a film begins at its first frame and is played', async () => {
      await openPath(page, made.flat.film);
      await flatIsReady(page);
      const frame = page.getByRole('slider', { name: 'Frame shown' });
      assert.equal(await frame.getAttribute('aria-valuetext'), 'Frame 1 of 3');
      await page.keyboard.press('.');
      assert.equal(await frame.getAttribute('aria-valuetext'), 'Frame 2 of 3');
      await page.keyboard.press('/');
      for (const n of [3, 1]) {
        await page.waitForFunction(
          (text) => document.querySelector('[aria-label="Frame shown"]')?.getAttribute('aria-valuetext') === text,
          `Frame ${n} of 3`,
        );
      }
      await page.keyboard.press('/');
      await home(page);
    });

    await t.test('the size of pixels is asked for, used, and can be undone', async () => {
      await openPath(page, picture);
      await flatIsReady(page);
      const question = page.getByRole('form', { name: 'Size of pixels' });
      await question.waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await addSegment(page);
      await chooseBrush(page, { radiusMm: 10 });
      await paint(page, 'Image', [[0.5, 0.5]]);
      // A disc of radius 10 has an area of 314 pixels, give or take its rim.
      await page.getByText(/^3\d\d pixels$|^3\d\d$/).first().waitFor();
      await question.getByLabel('Width').fill('0.5');
      await question.getByRole('button', { name: 'Use this size' }).click();
      await page.getByText('0.50 × 0.50 mm').waitFor();
      await page.getByText(/^(7|8)\d(\.\d+)? mm²$/).first().waitFor();
      assert.equal(await question.count(), 0);
      await undo(page);
      await question.waitFor();
      await page.getByRole('button', { name: 'Not known: measure in pixels' }).click();
      await question.waitFor({ state: 'detached' });
      await home(page);
    });

    await t.test('a PET is told in uptake, and in activity when asked', async () => {
      await openPath(page, made.pet.path);
      await viewerIsReady(page);
      await hover(page, 'Axial', [0.5, 0.45]);
      await says(underCursor(page, 'Value'), `${made.pet.uptake} SUVbw`);
      await addSegment(page);
      await chooseBrush(page, { radiusMm: 5 });
      await paint(page, 'Axial', [[0.5, 0.45]]);
      const mean = page.locator('dl div').filter({ hasText: 'Mean' });
      await says(mean, `${made.pet.uptake}\u00a0SUVbw`);
      await page.getByRole('radio', { name: /^Activity/ }).check();
      await says(mean, '3000\u00a0Bq/ml');
      await hover(page, 'Axial', [0.5, 0.45]);
      await says(underCursor(page, 'Value'), `${made.pet.activity} Bq/ml`);
      assert.deepEqual(await accessibilityFaults(page), []);
      await home(page);
    });

    await t.test('the windows and tables of a file are offered by their explanations', async () => {
      const greys = async (name) => {
        await openPath(page, made.shown.find(({ path }) => path.includes(`/${name}/`)).path);
        await view(page, 'Axial').waitFor();
        const preset = page.getByLabel('Preset');
        const names = await preset.locator('option').allInnerTexts();
        return { preset, names };
      };
      const exact = await greys('exact');
      assert.deepEqual(exact.names.slice(0, 2), ['SOFT', 'BONE']);
      await exact.preset.selectOption({ label: 'BONE' });
      assert.equal(await page.getByLabel('Width', { exact: true }).inputValue(), '1500');
      await home(page);
      const table = await greys('table');
      assert.deepEqual(table.names.slice(0, 2), ['SOFT', 'HARD']);
      const chosen = () => table.preset.locator('option:checked').innerText();
      assert.equal(await chosen(), 'SOFT');
      await table.preset.selectOption({ label: 'HARD' });
      assert.equal(await chosen(), 'HARD');
      await home(page);
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});
