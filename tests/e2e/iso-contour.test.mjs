/** The contour of one value, on a real head: shown under the pen, done by a click and by keys. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  exported,
  isSaved,
  openSample,
  placeIn,
  sample,
  shoot,
  started,
  undo,
  view,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** On the rim of the brain in the axial slice of the middle, fractions of the plane's size. */
const RIM = [0.226, 0.5];

const isContour = (response) => new URL(response.url()).searchParams.get('kind') === 'iso_contour';

/** Moves the pen and waits for the contour there. */
async function shown(page, plane, point) {
  const at = await placeIn(page, plane, point);
  const [response] = await Promise.all([page.waitForResponse(isContour), page.mouse.move(...at)]);
  assert.ok(response.ok(), await response.text());
  return at;
}

test('the contour of the value under the pen is shown and filled, as scikit-image has it', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await button(page, 'Outline').click();
    await page.getByLabel('How an outline is drawn').selectOption('iso');
    await page.getByLabel('Smoothing').fill('0');
    await page.getByLabel('Smoothing').press('Enter');

    const elsewhere = await placeIn(page, 'Axial', [0.5, 0.02]);
    await page.mouse.move(...elsewhere);
    const before = await view(page, 'Axial').screenshot();
    const at = await shown(page, 'Axial', RIM);
    await page.waitForTimeout(200);
    assert.ok(!before.equals(await view(page, 'Axial').screenshot()), 'it is seen before it is done');
    await shoot(page, 'iso-shown');
    assert.deepEqual(await accessibilityFaults(page), []);

    const { request } = await answerTo(page, 'run_effect', () => page.mouse.click(...at));
    await isSaved(page);
    await shoot(page, 'iso-filled');
    const { effect } = request;
    assert.equal(effect.type, 'outline');
    const labels = await exported(page, folder, 'iso.nii.gz');
    const list = join(folder, 'effects.json');
    await writeFile(list, JSON.stringify([effect]));
    const { expected, different } = await peers('e2e/check_effects.py', sample, labels, list);
    assert.ok(expected > 1000, `${expected} voxels`);
    assert.equal(different, 0);
    await undo(page);

    // With the crosshair in the place of the pen.
    await view(page, 'Axial').focus();
    const keyed = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
    await isSaved(page);
    const report = join(folder, 'report.json');
    await writeFile(report, JSON.stringify({ iso: [effect, keyed.request.effect] }));
    const { iso } = await peers('e2e/check_edges.py', sample, report, labels);
    for (const contour of iso) {
      assert.ok(contour.n > 20 && contour.deviation < 1e-3, JSON.stringify(iso));
      assert.ok(contour.apart < 1e-3, JSON.stringify(iso));
    }
    assert.deepEqual(page.faults, []);
  });
});

test('a contour can be adjusted before it is filled, erased with, and drawn on a turned plane', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await view(page, 'Axial').focus();
    await page.keyboard.press('d');
    await page.keyboard.press('Shift+G');
    assert.equal(await page.getByLabel('How an outline is drawn').inputValue(), 'iso');

    // Adjusted: it waits until it is done.
    await page.keyboard.press('Shift+J');
    let at = await shown(page, 'Axial', RIM);
    let nEffects = 0;
    page.on('request', (sent) => (nEffects += sent.url().endsWith('/run_effect') ? 1 : 0));
    await Promise.all([page.waitForResponse(isContour), page.mouse.click(...at)]);
    await page.waitForTimeout(300);
    await shoot(page, 'iso-adjusted');
    assert.equal(nEffects, 0);
    const adjusted = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
    await isSaved(page);
    assert.ok(adjusted.answer.region !== null);
    await page.keyboard.press('Shift+J');

    await page.getByLabel('What an outline does').selectOption('erase_inside');
    const erased = await answerTo(page, 'run_effect', () => page.mouse.click(...at));
    await isSaved(page);
    assert.equal(erased.request.effect.mode, 'erase_inside');
    assert.deepEqual(erased.answer.region, adjusted.answer.region);

    // Nothing to draw where the image is flat.
    const sent = nEffects;
    at = await placeIn(page, 'Axial', [0.03, 0.03]);
    await page.getByLabel('Smoothing').fill('0');
    await page.getByLabel('Smoothing').press('Enter');
    await Promise.all([page.waitForResponse(isContour), page.mouse.click(...at)]);
    await page.getByText('No contour: the image is the same all around here.').waitFor();
    assert.equal(nEffects, sent);

    await page.getByLabel('What an outline does').selectOption('fill_inside');
    await view(page, 'Axial').focus();
    await page.keyboard.press('t');
    at = await shown(page, 'Coronal', [0.16, 0.5]);
    await page.waitForTimeout(200);
    await shoot(page, 'iso-turned');
    const turned = await answerTo(page, 'run_effect', () => page.mouse.click(...at));
    await isSaved(page);
    assert.equal(turned.request.effect.slice, null);
    assert.ok(turned.request.effect.plane !== null && turned.answer.region !== null);
    await shoot(page, 'iso-turned-filled');
    assert.deepEqual(page.faults, []);
  });
});
