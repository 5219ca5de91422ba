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
  exported,
  isSaved,
  mapped,
  openSample,
  paint,
  placeIn,
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

test('a live wire follows edges from click to click, and fills what SciPy says it encloses', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await chooseWire(page);
    for (const point of ROUND) {
      const at = await placeIn(page, 'Axial', point);
      await anchored(page, () => page.mouse.click(...at));
    }
    await page.mouse.move(...(await placeIn(page, 'Axial', [0.42, 0.13])));
    await shoot(page, 'wire');
    assert.deepEqual(await accessibilityFaults(page), []);

    // The last anchor is taken back and set again: the ways to it are still known.
    await page.keyboard.press('Backspace');
    await shoot(page, 'wire-less');
    await page.mouse.click(...(await placeIn(page, 'Axial', ROUND.at(-1))));
    const first = await placeIn(page, 'Axial', ROUND[0]);
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

/** Moves the pen in steps until the axial plane shows a cursor; answers where it does. */
async function findCursor(page, cursor, steps) {
  for (const point of steps) {
    const at = await placeIn(page, 'Axial', point);
    await page.mouse.move(...at);
    const shown = await page.evaluate(([x, y]) => getComputedStyle(document.elementFromPoint(x, y)).cursor, at);
    if (shown === cursor) return point;
  }
  return assert.fail(`no ${cursor} on the way`);
}

const nearest = (path, at) => Math.min(...path.map((corner) => Math.hypot(...corner.map((mm, n) => mm - at[n]))));

/** The longest part of a closed path, mm. */
const longest = (path) =>
  Math.max(...path.map((at, n) => Math.hypot(...at.map((mm, k) => mm - path[(n + 1) % path.length][k]))));

test('anchors of a live wire are dragged, added and taken away while it is drawn', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    const pen = async (point) => page.mouse.move(...(await placeIn(page, 'Axial', point)), { steps: 4 });
    const drag = (from, to) => dragIn(page, 'Axial', [from, to]);

    // Three corners say where in the patient the page is.
    await button(page, 'Outline').click();
    const known = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6]];
    for (const point of known) await page.mouse.click(...(await placeIn(page, 'Axial', point)));
    const triangle = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
    await isSaved(page);
    await undo(page);
    const at = await mapped(page, 'Axial', known, triangle.request.effect.path);

    await page.getByLabel('How an outline is drawn').selectOption('wire');
    for (const point of ROUND) {
      const place = await placeIn(page, 'Axial', point);
      await anchored(page, () => page.mouse.click(...place));
    }
    await shoot(page, 'wire-anchors');
    const moved = [0.72, 0.36];
    let added = null;

    await t.test('an anchor is dragged, and both wires follow at once', async () => {
      let nAsked = 0;
      page.on('request', (request) => (nAsked += request.url().includes('kind=live_wire') ? 1 : 0));
      await pen(ROUND[1]);
      await page.mouse.down();
      await pen([0.7, 0.34]);
      const halfway = await view(page, 'Axial').screenshot();
      await shoot(page, 'wire-dragged-halfway');
      await pen(moved);
      assert.ok(!halfway.equals(await view(page, 'Axial').screenshot()), 'it moves while the pen is down');
      await page.mouse.up();
      assert.equal(nAsked, 0, 'the ways to both neighbours were known');
      await shoot(page, 'wire-dragged');
    });

    await t.test('an anchor is set on the wire, and dragged on', async () => {
      // Across the wire between the second and the third anchor.
      const across = Array.from({ length: 120 }, (_, n) => [0.6 + n * 0.0015, 0.5]);
      const on = await findCursor(page, 'copy', across);
      added = [on[0] - 0.05, on[1]];
      await drag(on, added);
      await shoot(page, 'wire-added');
      await findCursor(page, 'move', [added]);
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('an anchor is taken away by a click with Alt, and by keys', async () => {
      await page.keyboard.down('Alt');
      await page.mouse.click(...(await placeIn(page, 'Axial', ROUND[4])));
      await page.keyboard.up('Alt');
      await shoot(page, 'wire-alt');
      await view(page, 'Axial').focus();
      // Those left: 0, moved, added, 2, 3, 5. The one before the first is the last.
      await page.keyboard.press('Alt+,');
      await page.keyboard.press('Alt+,');
      await page.keyboard.press('Alt+,');
      await page.keyboard.press('Backspace');
      await shoot(page, 'wire-keys-less');
    });

    await t.test('keys move the anchor in hand by pixels', async () => {
      for (let n = 0; n < 2; n += 1) await page.keyboard.press('Alt+.');
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('ArrowDown');
      await shoot(page, 'wire-keys-moved');
    });

    await t.test('what it encloses is what SciPy says, along edges, through its anchors', async () => {
      const { request } = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
      await isSaved(page);
      const { path } = request.effect;
      // Each pixel is beside the one before: voxels are 1 mm wide.
      assert.ok(longest(path) < 1.5, `${longest(path)} mm`);
      const [x, y, z] = await at(moved);
      assert.ok(nearest(path, [x, y + 6, z]) < 1.1, 'the anchor that was dragged, and moved by six pixels');
      assert.ok(nearest(path, await at(ROUND[3])) < 1.1, 'one that was let be');
      assert.ok(nearest(path, await at(ROUND[5])) < 1.1, 'the last one');
      const labels = await exported(page, folder, 'anchors.nii.gz');
      const list = join(folder, 'effects.json');
      await writeFile(list, JSON.stringify([request.effect]));
      const { expected, different } = await peers('e2e/check_effects.py', sample, labels, list);
      assert.ok(expected > 5_000, `${expected} voxels`);
      assert.equal(different, 0);
      const report = join(folder, 'report.json');
      await writeFile(report, JSON.stringify({ wire: request.effect }));
      const { wire } = await peers('e2e/check_edges.py', sample, report, labels);
      assert.ok(wire.off_grid_mm < 1e-6 && wire.off_slice < 1e-6, JSON.stringify(wire));
      assert.ok(wire.median_share > 0.85, JSON.stringify(wire));
    });
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
      const at = await placeIn(page, 'Coronal', point);
      await anchored(page, () => page.mouse.click(...at));
    }
    await page.mouse.move(...(await placeIn(page, 'Coronal', [0.42, 0.5])));
    await shoot(page, 'wire-turned');
    const at = await placeIn(page, 'Coronal', [0.42, 0.5]);
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
    const from = await placeIn(page, 'Axial', path[0]);
    await page.mouse.move(...from);
    await page.mouse.down();
    for (const point of path.slice(1)) {
      await page.mouse.move(...(await placeIn(page, 'Axial', point)), { steps: 6 });
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
