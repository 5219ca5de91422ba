/** Tools that follow edges, on a real head: live wires by pointer and keys, and an adaptive brush. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  chooseBrush,
  dragIn,
  exportTo,
  isSaved,
  openSample,
  paint,
  sample,
  shoot,
  started,
  undo,
  view,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const HEADER_BYTES = 40;
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Around the skull in the axial slice of the middle, fractions of the plane's size. */
const ROUND = [[0.5, 0.1], [0.66, 0.3], [0.67, 0.62], [0.5, 0.9], [0.33, 0.62], [0.34, 0.3]];

async function place(page, plane, [x, y]) {
  const box = await view(page, plane).boundingBox();
  return [box.x + x * box.width, box.y + y * box.height];
}

/** Waits for the ways to the anchor that `act` sets. */
async function anchored(page, act) {
  const isWire = (response) => new URL(response.url()).searchParams.get('kind') === 'live_wire';
  const [response] = await Promise.all([page.waitForResponse(isWire), act()]);
  assert.ok(response.ok(), await response.text());
  return response.body();
}

async function chooseWire(page) {
  await button(page, 'Outline').click();
  await page.getByLabel('How an outline is drawn').selectOption('wire');
}

async function exported(page, folder, name) {
  const path = join(folder, name);
  await exportTo(page, path);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  return path;
}

test('a live wire follows edges from click to click, and fills what SciPy says it encloses', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await chooseWire(page);
    for (const point of ROUND) {
      const at = await place(page, 'Axial', point);
      await anchored(page, () => page.mouse.click(...at));
    }
    await page.mouse.move(...(await place(page, 'Axial', [0.42, 0.13])));
    await shoot(page, 'wire');
    assert.deepEqual(await accessibilityFaults(page), []);

    // The last anchor is taken back and set again.
    await anchored(page, () => page.keyboard.press('Backspace'));
    await shoot(page, 'wire-less');
    const last = await place(page, 'Axial', ROUND.at(-1));
    await anchored(page, () => page.mouse.click(...last));
    const first = await place(page, 'Axial', ROUND[0]);
    const { request } = await answerTo(page, 'run_effect', () => page.mouse.click(...first));
    await isSaved(page);
    await shoot(page, 'wire-filled');
    const { effect } = request;
    assert.equal(effect.type, 'outline');

    const labels = await exported(page, folder, 'wire.nii.gz');
    const list = join(folder, 'effects.json');
    await writeFile(list, JSON.stringify([effect]));
    const { expected, different } = await peers('e2e/check_effects.py', sample, labels, list);
    assert.ok(expected > 10_000, `${expected} voxels`);
    assert.equal(different, 0);
    const report = join(folder, 'report.json');
    await writeFile(report, JSON.stringify({ wire: effect }));
    const { wire } = await peers('e2e/check_edges.py', sample, report, labels);
    assert.ok(wire.n > 300 && wire.off_grid_mm < 1e-6 && wire.off_slice < 1e-6, JSON.stringify(wire));
    // Half of it lies where the image is steeper than in nine of ten voxels of the slice.
    assert.ok(wire.median_share > 0.9, JSON.stringify(wire));
    assert.deepEqual(page.faults, []);
  });
});

test('a live wire is drawn by keys, dropped, and drawn in a turned plane', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await chooseWire(page);
    const pane = view(page, 'Axial');
    await pane.focus();
    await anchored(page, () => page.keyboard.press('Enter'));
    await page.keyboard.press('Escape');
    await anchored(page, () => page.keyboard.press('Enter'));
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft']) {
      for (let n = 0; n < 4; n += 1) await page.keyboard.press(`Control+Shift+${key}`);
      await anchored(page, () => page.keyboard.press('Shift+Enter'));
    }
    await shoot(page, 'wire-keys');
    const { request } = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
    await isSaved(page);
    assert.equal(request.effect.plane, null);
    assert.ok(request.effect.path.length > 40, `${request.effect.path.length} corners`);
    await undo(page);

    // All planes but the one with the focus are turned by a key.
    await pane.focus();
    for (let n = 0; n < 3; n += 1) await page.keyboard.press('t');
    await page.waitForFunction(() => document.querySelectorAll('.angle').length === 2);
    for (const point of [[0.4, 0.3], [0.6, 0.35], [0.55, 0.6]]) {
      const at = await place(page, 'Coronal', point);
      await anchored(page, () => page.mouse.click(...at));
    }
    await page.mouse.move(...(await place(page, 'Coronal', [0.42, 0.5])));
    await shoot(page, 'wire-turned');
    const at = await place(page, 'Coronal', [0.42, 0.5]);
    const turned = await answerTo(page, 'run_effect', () => page.mouse.dblclick(...at));
    await isSaved(page);
    assert.equal(turned.request.effect.slice, null);
    assert.ok(turned.request.effect.plane !== null);
    assert.ok(turned.answer.region !== null);
    assert.deepEqual(page.faults, []);
  });
});

test('an adaptive brush stops at edges, shows what it takes, and is one step to undo', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await chooseBrush(page, { radiusMm: 8 });
    await button(page, 'Adaptive brush: stops at edges').click();
    await page.getByLabel('Tolerance, standard deviations').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    const runs = [];
    const replies = [];
    page.on('response', (response) => {
      if (new URL(response.url()).searchParams.get('kind') !== 'dabs') return;
      replies.push(
        response.body().then((body) => {
          for (let at = HEADER_BYTES; at < body.length; at += 16) {
            runs.push([0, 4, 8, 12].map((n) => body.readUInt32LE(at + n)));
          }
        }),
      );
    });
    const path = [[0.44, 0.4], [0.44, 0.5], [0.45, 0.56]];
    const from = await place(page, 'Axial', path[0]);
    await page.mouse.move(...from);
    await page.mouse.down();
    for (const point of path.slice(1)) {
      await page.mouse.move(...(await place(page, 'Axial', point)), { steps: 6 });
    }
    await page.waitForTimeout(300);
    await shoot(page, 'adaptive-drawing');
    const { request } = await answerTo(page, 'edit', () => page.mouse.up());
    await isSaved(page);
    await shoot(page, 'adaptive');
    await Promise.all(replies);
    const labels = await exported(page, folder, 'adaptive.nii.gz');
    const report = join(folder, 'report.json');
    await writeFile(report, JSON.stringify({ stroke: request.edit, runs }));
    const { stroke } = await peers('e2e/check_edges.py', sample, report, labels);
    assert.ok(stroke.n > 100 && stroke.n < stroke.n_brushed, JSON.stringify(stroke));
    assert.equal(stroke.n_outside, 0);
    // All that was shown while drawing was made, and as the pen had stopped all was shown.
    assert.equal(stroke.n_only_shown, 0);
    assert.equal(stroke.n_shown, stroke.n);
    assert.ok(stroke.deviation_taken < stroke.deviation_brushed, JSON.stringify(stroke));

    const painted = await paint(page, 'Axial', [[0.56, 0.45], [0.56, 0.5]]);
    assert.ok(painted.answer.region !== null);
    const taken = await undo(page);
    assert.deepEqual(taken.answer.region, painted.answer.region);

    // By keys, at the crosshair; the eraser is adaptive too.
    await view(page, 'Axial').focus();
    await answerTo(page, 'edit', () => page.keyboard.press('Enter'));
    await isSaved(page);
    await page.keyboard.press('e');
    const erased = await answerTo(page, 'edit', () => page.keyboard.press('Enter'));
    assert.equal(erased.request.edit.mode, 'erase');
    assert.deepEqual(erased.request.edit.adaptive, { volume: 0, tolerance: 3 });
    await isSaved(page);
    await page.keyboard.press('Shift+B');
    await button(page, 'Adaptive brush: stops at edges').and(page.locator('[aria-pressed="false"]')).waitFor();
    await dragIn(page, 'Axial', [[0.44, 0.4], [0.44, 0.44]]);
    await isSaved(page);
    assert.deepEqual(page.faults, []);
  });
});
