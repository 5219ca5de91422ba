/** Outlines that are changed before and after they are done, and splines, by pointer and keyboard, against SciPy. */

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
  mapped,
  openSample,
  paint,
  placeIn,
  reopenRecent,
  sample,
  shoot,
  started,
  undo,
  view,
  voxelUnderPen,
} from './support/app.mjs';
import { sliceOf } from './support/hands.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 300_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const distance = (a, b) => Math.hypot(...a.map((x, n) => x - b[n]));

async function clickIn(page, plane, points, { alt = false } = {}) {
  if (alt) await page.keyboard.down('Alt');
  for (const point of points) await page.mouse.click(...(await placeIn(page, plane, point)));
  if (alt) await page.keyboard.up('Alt');
}

/** Counts requests for a command. */
function counted(page, command) {
  const seen = { n: 0 };
  page.on('request', (request) => {
    if (request.url().endsWith(`/api/${command}`)) seen.n += 1;
  });
  return seen;
}

/** A sample with a segment, the outline tool in hand, and how its label map is compared with SciPy's. */
async function drawing(t, folder) {
  const page = await started(t, folder);
  await openSample(page);
  await addSegment(page);
  await button(page, 'Outline').click();
  let nExports = 0;
  const equalsScipy = async (effects) => {
    nExports += 1;
    const [exported, list] = [`labels-${nExports}.nii.gz`, 'effects.json'].map((name) => join(folder, name));
    await writeFile(list, JSON.stringify(effects));
    await exportTo(page, exported);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    const { expected, different } = await peers('e2e/check_effects.py', sample, exported, list);
    assert.ok(expected > 0, 'something is drawn');
    assert.equal(different, 0, `of ${expected} voxels`);
  };
  const commit = async (command, act) => {
    const sent = await answerTo(page, command, act);
    await isSaved(page);
    return sent;
  };
  return { page, equalsScipy, commit };
}

const SQUARE = [[0.4, 0.4], [0.56, 0.4], [0.56, 0.6], [0.4, 0.6]];

test('corners of an outline are changed while it is drawn, and after it was filled', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const { page, equalsScipy, commit } = await drawing(t, folder);
    let filled = null;

    await t.test('corners are dragged, added on an edge, and taken away', async () => {
      await clickIn(page, 'Axial', SQUARE);
      await dragIn(page, 'Axial', [SQUARE[2], [0.6, 0.63]]);
      await dragIn(page, 'Axial', [[0.48, 0.4], [0.48, 0.34]]);
      await clickIn(page, 'Axial', [[0.35, 0.7]]);
      await clickIn(page, 'Axial', [[0.35, 0.7]], { alt: true });
      await shoot(page, 'corners-changed');
      const { request, answer } = await commit('run_effect', () => page.keyboard.press('Enter'));
      const { path } = request.effect;
      assert.equal(path.length, 5);
      const at = await mapped(page, 'Axial', [SQUARE[0], SQUARE[1], SQUARE[3]], [path[0], path[2], path[4]]);
      // The pen took hold within a pixel of the corner, and stays as far from it.
      assert.ok(distance(path[3], await at([0.6, 0.63])) < 0.5, 'the corner that was dragged');
      assert.ok(distance(path[1], await at([0.48, 0.34])) < 0.5, 'the corner that was added');
      assert.ok(answer.region !== null);
      filled = request.effect;
      await equalsScipy([filled]);
    });

    await t.test('it is taken in hand again, and takes its own place', async () => {
      await page.keyboard.press('Shift+O');
      await page.getByText('Drag corners to adjust the outline').waitFor();
      await dragIn(page, 'Axial', [SQUARE[0], [0.3, 0.45]]);
      await shoot(page, 'again');
      const { request, answer } = await commit('redraw_outline', () => page.keyboard.press('Enter'));
      const { effect } = request.outline;
      assert.deepEqual(effect.path.slice(1), filled.path.slice(1));
      assert.ok(distance(effect.path[0], filled.path[0]) > 5);
      assert.equal(answer.document.revision, request.revision + 3, 'after the export an undo and an outline');
      await equalsScipy([effect]);
      await page.getByRole('tab', { name: 'History', exact: true }).click();
      assert.ok((await page.getByRole('tabpanel').getByText('Outline').count()) >= 2, 'the journal keeps both');
      await shoot(page, 'history');
    });

    await t.test('again by its button, and dropped: what was filled stays', async () => {
      await button(page, 'Edit the last outline again').click();
      await dragIn(page, 'Axial', [SQUARE[1], [0.7, 0.5]]);
      assert.deepEqual(await accessibilityFaults(page), []);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Shift+O');
      const { request } = await commit('redraw_outline', () => page.keyboard.press('Enter'));
      await equalsScipy([request.outline.effect]);
    });

    await t.test('it is refused until what was done since is undone', async () => {
      await chooseBrush(page, { radiusMm: 3 });
      await paint(page, 'Axial', [[0.5, 0.2], [0.52, 0.2]]);
      await page.keyboard.press('Shift+O');
      await page.getByText('Something else was done since the last outline').waitFor();
      await undo(page);
      await page.keyboard.press('Shift+O');
      const { request } = await commit('redraw_outline', () => page.keyboard.press('Enter'));
      await equalsScipy([request.outline.effect]);
    });

    await t.test('it is taken in hand again after the page was closed', async () => {
      await page.reload();
      await reopenRecent(page);
      await view(page, 'Axial').focus();
      await view(page, 'Axial').hover();
      const here = await voxelUnderPen(page).innerText();
      const onScreen = async (isHere) =>
        page.waitForFunction(
          ([cell, here, isHere]) => (cell.innerText === here) === isHere,
          [await voxelUnderPen(page).elementHandle(), here, isHere],
        );
      await page.keyboard.press('ArrowUp');
      await onScreen(false);
      await page.keyboard.press('Shift+O');
      await page.getByText('The outline drawn last lies on another slice').waitFor();
      await page.keyboard.press('ArrowDown');
      await onScreen(true);
      await page.keyboard.press('Shift+O');
      await page.getByText('Drag corners to adjust the outline').waitFor();
      await shoot(page, 'again-reopened');
      await dragIn(page, 'Axial', [SQUARE[3], [0.34, 0.7]]);
      const { request } = await commit('redraw_outline', () => page.keyboard.press('Enter'));
      await equalsScipy([request.outline.effect]);
      await page.reload();
      await reopenRecent(page);
      await undo(page);
      await page.keyboard.press('Shift+O');
      await page.getByText('What was done last is no outline').waitFor();
    });
    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});

test('an outline that was closed is adjusted before it is filled', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const { page, equalsScipy, commit } = await drawing(t, folder);
    const runs = counted(page, 'run_effect');
    const adjust = button(page, 'Adjust outlines before they are filled');

    await t.test('a free-hand line waits with few corners', async () => {
      await adjust.click();
      const turn = (n) => [0.5 + 0.15 * Math.cos(n / 10), 0.45 + 0.15 * Math.sin(n / 10)];
      await dragIn(page, 'Axial', Array.from({ length: 60 }, (_, n) => turn(n)));
      await page.getByText('Drag corners to adjust the outline').waitFor();
      await shoot(page, 'adjusting');
      // Nothing is drawn elsewhere meanwhile.
      await clickIn(page, 'Sagittal', [[0.5, 0.5]]);
      await page.getByText('A closed outline waits on another slice').waitFor();
      await dragIn(page, 'Axial', [turn(0), [0.72, 0.45]]);
      await shoot(page, 'adjusted');
      assert.equal(runs.n, 0);
      const { request } = await commit('run_effect', () => page.keyboard.press('Enter'));
      assert.ok(request.effect.path.length < 60, `${request.effect.path.length} corners`);
      await equalsScipy([request.effect]);
    });

    await t.test('a double click closes an outline by corners, and a second one fills it', async () => {
      await page.getByLabel('What an outline does').selectOption('erase_inside');
      await clickIn(page, 'Axial', SQUARE.slice(0, 3));
      const before = runs.n;
      await page.mouse.dblclick(...(await placeIn(page, 'Axial', SQUARE[3])));
      await page.waitForTimeout(200);
      assert.equal(runs.n, before, 'closed, not yet done');
      const { request } = await commit('run_effect', async () =>
        page.mouse.dblclick(...(await placeIn(page, 'Axial', SQUARE[3]))));
      assert.equal(request.effect.path.length, 4);
      assert.equal(runs.n, before + 1);
    });

    await t.test('the wish is remembered', async () => {
      await page.reload();
      await page.getByRole('region', { name: 'Recent studies' }).getByRole('button').first().click();
      await button(page, 'Outline').click();
      assert.equal(await adjust.getAttribute('aria-pressed'), 'true');
    });
    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});

test('a spline through points is filled as it is shown', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const { page, equalsScipy, commit } = await drawing(t, folder);
    const POINTS = [[0.35, 0.5], [0.5, 0.3], [0.66, 0.5], [0.52, 0.7]];

    await t.test('by mouse', async () => {
      await page.getByLabel('How an outline is drawn').selectOption('spline');
      await clickIn(page, 'Axial', POINTS);
      await page.mouse.move(...(await placeIn(page, 'Axial', [0.4, 0.66])));
      await shoot(page, 'spline');
      assert.deepEqual(await accessibilityFaults(page), []);
      const { request } = await commit('run_effect', () => clickIn(page, 'Axial', POINTS.slice(0, 1)));
      const { path } = request.effect;
      assert.ok(path.length > 40, `${path.length} corners`);
      await equalsScipy([request.effect]);
    });

    await t.test('its points come back, and not the corners of its curve', async () => {
      await page.keyboard.press('Shift+O');
      await dragIn(page, 'Axial', [POINTS[1], [0.5, 0.22]]);
      await shoot(page, 'spline-again');
      const { request } = await commit('redraw_outline', () => page.keyboard.press('Enter'));
      await equalsScipy([request.outline.effect]);
    });

    await t.test('by keyboard: points at the crosshair, moved by arrows', async () => {
      await undo(page);
      await view(page, 'Axial').focus();
      for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) {
        for (let n = 0; n < 4; n += 1) await page.keyboard.press(`Control+Shift+${key}`);
        await page.keyboard.press('Shift+Enter');
      }
      await page.keyboard.press('Alt+.');
      await page.keyboard.press('Alt+.');
      for (let n = 0; n < 10; n += 1) await page.keyboard.press('ArrowDown');
      await shoot(page, 'spline-by-keys');
      const { request } = await commit('run_effect', () => page.keyboard.press('Enter'));
      // A square of 20 mm, and its second point ten pixels farther down.
      await equalsScipy([request.effect]);
      const [, down] = [0, 1].map((axis) => request.effect.path.map((point) => point[axis]));
      assert.ok(Math.max(...down) - Math.min(...down) > 29, 'the point in hand was moved');
    });
    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});

test('an outline goes on to the next slice by a key, to be changed there', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const { page, equalsScipy, commit } = await drawing(t, folder);
    await clickIn(page, 'Axial', SQUARE);
    const first = await commit('run_effect', () => page.keyboard.press('q'));
    const slice = first.request.effect.slice.index;
    assert.equal(await sliceOf(page, 'Axial'), slice + 2);
    await shoot(page, 'carried');
    await dragIn(page, 'Axial', [SQUARE[2], [0.6, 0.63]]);
    const second = await commit('run_effect', () => page.keyboard.press('q'));
    const third = await commit('run_effect', () => page.keyboard.press('Enter'));
    const effects = [first, second, third].map(({ request }) => request.effect);
    assert.deepEqual(effects.map((effect) => effect.slice.index - slice), [0, 1, 2]);
    const flat = ({ path }) => path.map(([x, y]) => [x, y]);
    const moved = flat(effects[1]).map((corner, n) => distance(corner, flat(effects[0])[n]) > 5);
    assert.deepEqual(moved, [false, false, true, false]);
    assert.deepEqual(flat(effects[2]), flat(effects[1]));
    await equalsScipy(effects);
    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});

test('an outline on a turned plane is changed there', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const { page, commit } = await drawing(t, folder);
    await view(page, 'Axial').focus();
    for (let n = 0; n < 3; n += 1) await page.keyboard.press('t');
    const turned = page.locator('[role="slider"][aria-valuetext*="°"]').first();
    await turned.waitFor();
    const plane = await turned.getAttribute('aria-label');
    await clickIn(page, plane, SQUARE.slice(0, 3));
    await dragIn(page, plane, [SQUARE[1], [0.6, 0.36]]);
    await shoot(page, 'turned');
    const first = await commit('run_effect', () => page.keyboard.press('Enter'));
    assert.ok(first.answer.region !== null);
    await page.keyboard.press('Shift+O');
    await dragIn(page, plane, [[0.48, 0.5], [0.45, 0.6]]);
    const { request } = await commit('redraw_outline', () => page.keyboard.press('Enter'));
    const { path, plane: { point, normal } } = request.outline.effect;
    assert.equal(path.length, 4);
    await page.keyboard.press('Shift+Q');
    await shoot(page, 'turned-carried');
    const next = await commit('run_effect', () => page.keyboard.press('Enter'));
    const { effect: carried } = next.request;
    const ways = carried.path.map((corner, n) => corner.map((mm, axis) => mm - path[n][axis]));
    const height = Math.hypot(...ways[0]);
    assert.ok(height > 0.5 && height < 2, `${height} mm beside it`);
    for (const way of ways) {
      const along = Math.abs(way.reduce((sum, mm, n) => sum + mm * normal[n], 0));
      assert.ok(Math.abs(along - Math.hypot(...normal) * height) < 1e-6, 'straight across');
      assert.ok(distance(way, ways[0]) < 1e-6, 'as it was');
    }
    for (const corner of path) {
      const off = corner.reduce((sum, mm, n) => sum + (mm - point[n]) * normal[n], 0);
      assert.ok(Math.abs(off) < 1e-6, `${off} mm off the plane`);
    }
    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});

test('the toolbar takes one row at 1280 pixels, and greys kinds of shapes that a class forbids', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const { page } = await drawing(t, folder);
    const rowOf = () => page.locator('.toolbar').evaluate((bar) => bar.getBoundingClientRect().height);

    await t.test('one row', async () => {
      await page.setViewportSize({ width: 1280, height: 800 });
      const row = await rowOf();
      await shoot(page, 'toolbar-outline');
      assert.ok(row < 50, `the outline tool takes ${row} px`);
      await button(page, 'Brush').click();
      await page.keyboard.press('Shift+B');
      await page.getByLabel('Tolerance, standard deviations').waitFor();
      await shoot(page, 'toolbar-adaptive');
      assert.ok((await rowOf()) < 50, `the adaptive brush takes ${await rowOf()} px`);
    });

    await t.test('kinds that the class of new shapes forbids', async () => {
      await page.keyboard.press('Control+l');
      const dialog = page.getByRole('dialog', { name: 'Label protocol' });
      await dialog.getByRole('button', { name: 'Add class' }).click();
      await dialog.getByLabel('Name', { exact: true }).fill('Lesion');
      await dialog.getByRole('checkbox', { name: 'Arrow' }).uncheck();
      await answerTo(page, 'edit_protocol', () => dialog.getByRole('button', { name: 'Save class' }).click());
      await page.keyboard.press('Escape');
      await page.getByRole('tab', { name: 'Shapes', exact: true }).click();
      await page.keyboard.press('m');
      const kinds = page.getByLabel('Which shape is drawn');
      await page.getByLabel('Class of new shapes').selectOption({ label: 'Lesion' });
      const arrow = kinds.locator('option[value="arrow"]');
      assert.equal(await arrow.isDisabled(), true);
      assert.equal(await arrow.getAttribute('title'), 'Arrow with text: not allowed for Lesion');
      assert.equal(await kinds.locator('option[value="line"]').isDisabled(), false);
      await shoot(page, 'toolbar-shapes');
      assert.deepEqual(await accessibilityFaults(page), []);
      // Keys go past it.
      await kinds.selectOption('point');
      await view(page, 'Axial').focus();
      await page.keyboard.press('Shift+M');
      assert.equal(await kinds.inputValue(), 'box3d');
    });
    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});
