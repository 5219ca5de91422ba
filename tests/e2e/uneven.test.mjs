/** Slices with a gap, tilted: shown, measured and annotated where they were acquired. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  addSegment,
  chooseBrush,
  openPath,
  paint,
  reportText,
  shoot,
  started,
  view,
  viewerIsReady,
} from './support/app.mjs';
import { login } from './support/client.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 120_000 };
/** Of the panel, which shows tenths of a millimetre. */
const ROUNDING_MM = 0.11;

/** Position (LPS, mm) and value that the panel tells of a place in a plane's picture, CSS px. */
async function readAt(page, plane, [x, y]) {
  const box = await view(page, plane).boundingBox();
  await page.mouse.move(box.x + x, box.y + y);
  const cell = (row) => page.getByRole('row', { name: new RegExp(`^${row}`) }).getByRole('cell').first();
  await page.waitForTimeout(100);
  const text = await cell('Patient mm').innerText();
  const numbers = [...text.matchAll(/([LRPASI])\s([\d.]+)/g)];
  const position = numbers.map(([, letter, mm]) => ('RAI'.includes(letter) ? -Number(mm) : Number(mm)));
  return { position, value: Number.parseFloat(await cell('Value').innerText()) };
}

test('slices with a gap are shown, measured and annotated where they are', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const series = join(folder, 'series');
    await peers('e2e/check_uneven.py', 'make', series);
    const page = await started(t, folder);
    await openPath(page, series);
    await viewerIsReady(page);
    const box = await view(page, 'Sagittal').boundingBox();
    const [middle, up] = [box.width / 2, Math.min(box.width, box.height) * 0.2];

    await t.test('up the screen is across the slices, whatever the tilt and the gap', async () => {
      const places = [];
      for (const dy of [-up, -up / 2, 0, up / 2, up]) {
        places.push(await readAt(page, 'Sagittal', [middle, box.height / 2 - dy]));
      }
      const [lowest, , , , highest] = places;
      const mmPerPx = (highest.position[2] - lowest.position[2]) / (2 * up);
      assert.ok(mmPerPx > 0);
      places.forEach(({ position, value }, n) => {
        const expected = lowest.position[2] + (n / 4) * 2 * up * mmPerPx;
        assert.ok(Math.abs(position[2] - expected) < ROUNDING_MM, `${position} is not at ${expected}`);
        assert.ok(Math.abs(position[1] - lowest.position[1]) < ROUNDING_MM, `${position} moved along y`);
        const depth = position[2] - 30.125;
        const depths = [0, 2, 4, 6, 15, 17, 18.5, 20, 22, 24];
        const off = depths.map((slice) => Math.abs(slice - depth));
        const nearest = off.indexOf(Math.min(...off));
        assert.equal(value, nearest, `the slice nearest to ${depth} mm`);
      });
      const right = await readAt(page, 'Sagittal', [middle + up / 2, box.height / 2]);
      const left = await readAt(page, 'Sagittal', [middle - up / 2, box.height / 2]);
      const along = Math.abs(right.position[1] - left.position[1]);
      assert.ok(Math.abs(along - up * mmPerPx) < ROUNDING_MM, 'millimetres are equally long');
      assert.ok(Math.abs(right.position[2] - left.position[2]) < ROUNDING_MM);
    });

    await t.test('the report says what is missing', async () => {
      const report = await reportText(page);
      assert.match(report, /where it was acquired/);
      assert.match(report, /tilted/);
    });

    await t.test('a slab along the slices is refused, for its pixels would be even', async () => {
      const slab = page.getByLabel('Slab of Sagittal', { exact: true });
      await slab.selectOption('max');
      await page.getByText('lie unevenly or are shifted').waitFor();
      assert.equal(await slab.inputValue(), 'none');
      await page.getByLabel('Slab of Axial', { exact: true }).selectOption('max');
      await page.getByText('MIP 10 mm').or(page.getByLabel('Thickness of the slab of Axial, mm')).first().waitFor();
      await page.getByLabel('Slab of Axial', { exact: true }).selectOption('none');
    });

    await t.test('a ball covers what is within its radius, and other software finds it there', async () => {
      await addSegment(page);
      await chooseBrush(page, { radiusMm: 6 });
      await page.getByRole('button', { name: 'Sphere', exact: true }).click();
      const { edit, answer } = await paint(page, 'Sagittal', [[0.5, 0.5], [0.55, 0.42]]);
      await shoot(page, 'uneven');
      const client = await login(page.server.url);
      const document = answer.document.id;
      const path = join(folder, 'ball.dcm');
      const ask = async (command, request) => {
        const { status, body } = await client.call(command, request);
        assert.equal(status, 200, JSON.stringify(body));
        return body;
      };
      await ask('export_labels', { document, path, format: 'dicom_seg', replace_existing: false });
      const drawn = JSON.stringify({ path: edit.path, radius_mm: edit.radius_mm });
      const found = await peers('e2e/check_uneven.py', 'stroke', series, path, drawn);
      assert.ok(found.is_equal, JSON.stringify(found));
      assert.ok(found.slices.length > 2, 'the ball crosses the gap');
      const { segments } = await ask('statistics', { document });
      assert.equal(segments[0].n_voxels, found.n_expected);
      assert.ok(Math.abs(segments[0].volume_ml - found.volume_ml) < 1e-9);
      const { notes } = await ask('check_export', { document, format: 'nifti' });
      assert.ok(notes.some(({ code }) => code === 'straightened'), 'NIfTI has no uneven slices, and it is said');
    });
  });
});
