/** Tools of the panel 'Edit', the fill, the brush and shapes on a real head, by pointer and by keyboard alone. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  answerTo, chooseBrush, isSaved, paint, placeIn, sample, shoot, started, undo, view, viewerIsReady,
} from './support/app.mjs';
import { sliceOf } from './support/hands.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
/** Five voxels of a millimetre. */
const [RIGHT, DOWN] = ['Control+Shift+ArrowRight', 'Control+Shift+ArrowDown'];
const button = (page, name) => page.getByRole('button', { name, exact: true });
const panel = (page) => page.getByRole('tabpanel');

/** Clicks, balls that are painted, and effects with what is chosen in the panel and whether they are undone. */
const CHAIN = {
  'cut takes away what lies on a side of the crosshair': [
    { click: [0.4, 0.45] }, ['cut', { 'Cut off what is': 'left' }], ['cut', { 'Cut off what is': 'anterior' }],
  ],
  // Of a radius of 2 mm a ball has 33 voxels, of 6 mm it has 925.
  'islands: small ones go, the one at the crosshair goes or stays alone': [
    { balls: [[2, 0.27, 0.2], [6, 0.27, 0.08], [6, 0.27, 0.14], [6, 0.27, 0.93]] },
    ['islands', { Keep: 'at_least', Voxels: 34 }],
    { click: [0.27, 0.08] }, ['islands', { Keep: 'without' }],
    { click: [0.27, 0.93] }, ['islands', { Keep: 'with' }, true],
  ],
  'holes are filled in the volume, and slice by slice': [
    ['fill_holes', { Where: 'volume' }], ['fill_holes', { Where: 'sagittal' }],
  ],
  'a margin shrinks and grows by millimetres': [
    ['margin', { Direction: 'shrink', By: 2.3 }], ['margin', { Direction: 'grow', By: 3 }],
  ],
  'a segment is smoothed by each method': [
    ['smooth', { Method: 'median', Size: 1 }], ['smooth', { Method: 'closing', Size: 4 }],
    ['smooth', { Method: 'opening', Size: 3 }], ['smooth', { Method: 'gaussian', Size: 1.7 }],
  ],
  'a segment is hollowed inside, on both sides of and outside its surface': [
    ['hollow', { Wall: 'inside', Thickness: 2.5 }, true], ['hollow', { Wall: 'middle', Thickness: 5 }, true],
    ['hollow', { Wall: 'outside', Thickness: 3 }, true],
  ],
};

/** By keys from the crosshair, and how far right (+x) and down (+y) of it points lie then, mm. */
const SHAPES = [
  ['point', ['Enter'], ({ at }) => [at], [[0, 0]]],
  ['length', ['Enter', RIGHT, RIGHT, 'Enter'], ({ ends }) => ends, [[0, 0], [10, 0]]],
  ['rectangle', ['Enter', RIGHT, RIGHT, DOWN, 'Enter'], ({ centre, ends }) => [centre, ...ends],
    [[5, 2.5], [10, 2.5], [5, 5]]],
  ['polygon', ['Enter', RIGHT, 'Enter', DOWN, 'Enter', 'Enter'], ({ points }) => points, [[0, 0], [5, 0], [5, 5]]],
];

/** Without noise of rounding, and without a negative 0. */
const round = (mm) => Math.round(mm * 1e6) / 1e6 + 0;

/** A test on the sample with one segment, opened by keyboard. */
const onSample = (name, use) =>
  test(name, LIMIT, (t) =>
    withFolder(async (folder) => {
      const page = await started(t, folder);
      await pressAt(page, button(page, 'Open sample'), 'Enter');
      await viewerIsReady(page);
      await answerTo(page, 'edit', () => page.keyboard.press('Control+Enter'));
      await isSaved(page);
      await use(t, page, stepsOf(page, folder));
      assert.deepEqual(page.faults, [], 'no uncaught error in the page');
    }),
  );

async function choose(page, name, parameters) {
  await page.getByLabel('Effect', { exact: true }).selectOption(name);
  for (const [label, value] of Object.entries(parameters)) {
    const field = panel(page).getByLabel(label, { exact: true }).last();
    if (typeof value === 'string') await field.selectOption(value);
    else if (value === true) await field.check();
    else await field.fill(String(value)).then(() => field.press('Tab'));
  }
}

async function applyThreshold(page) {
  await page.getByRole('tab', { name: 'Edit', exact: true }).click();
  await choose(page, 'threshold', { Automatic: 'otsu' });
  await answerTo(page, 'run_effect', () => button(page, 'Apply').click());
  await isSaved(page);
}

const clickIn = async (page, plane, point) => page.mouse.click(...(await placeIn(page, plane, point)));

/** Exports of a page one after the other, and the steps between them against SciPy. */
function stepsOf(page, folder) {
  let n = 0;
  const steps = [];
  /** As a label map, or in layers that may overlap; no mouse is needed. */
  const labels = async (format = 'nifti') => {
    n += 1;
    const path = join(folder, `labels-${n}.${format === 'nifti' ? 'nii.gz' : 'seg.nrrd'}`);
    const dialog = page.getByRole('dialog');
    await page.keyboard.press('Control+e');
    await dialog.getByLabel('Format').selectOption(format);
    await dialog.getByLabel('File').fill(path);
    await button(dialog, 'Export').press('Enter');
    await dialog.getByText('Exported and verified').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    return path;
  };
  /** The labels that there are after each step. */
  const check = async () => {
    const list = join(folder, 'steps.json');
    await writeFile(list, JSON.stringify(steps.splice(0)));
    const { faults, labels: names } = await peers('e2e/check_toolbox.py', list);
    assert.deepEqual(faults, []);
    return names;
  };
  /** Of an effect on the only segment; the labels after it. */
  const checkOne = async (effect, before, preview) => {
    await isSaved(page);
    const after = await labels();
    steps.push({ image: sample, label: 1, effect, before, after, preview });
    await check();
    return after;
  };
  return { labels, check, checkOne, steps };
}

/** Goes on by Tab until an element has the focus. */
async function tabTo(page, element) {
  for (let n = 0; n < 120; n += 1) {
    if ((await element.count()) > 0 && (await element.evaluate((one) => one === document.activeElement))) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not come to ${element}`);
}

const pressAt = (page, element, key) => tabTo(page, element).then(() => page.keyboard.press(key));

/** Does an action by the action finder. */
async function find(page, name) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Type to find an action', exact: true }).waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
}

onSample('voxel tools do by pointer what SciPy does', async (t, page, { labels, check, steps }) => {
  let now;
  /** Chooses an effect, previews it and applies it; what SciPy makes of it is checked later. */
  const step = async (name, parameters, isUndone = false, more = {}) => {
    await choose(page, name, parameters);
    const { request, answer: preview } = await answerTo(page, 'preview_effect', () => button(page, 'Preview').click());
    assert.ok(preview.document !== null, `${JSON.stringify(request.effect)} changes something`);
    const { answer } = await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
    await isSaved(page);
    const after = await labels(more.place === undefined ? 'nifti' : 'seg_nrrd');
    const { segments } = answer.document;
    const { label } = segments.find(({ id }) => id === request.segment);
    steps.push({ image: sample, label, effect: request.effect, before: now, after, preview, ...more });
    if (isUndone) await undo(page);
    else now = after;
    return segments;
  };
  /** Balls of radii in mm, at fractions of the axial plane. */
  const balls = async (...all) => {
    await button(page, 'Brush').click();
    for (const [radiusMm, ...at] of all) {
      await chooseBrush(page, { radiusMm });
      await paint(page, 'Axial', [at]);
    }
    now = await labels();
    await button(page, 'Navigate').click();
  };

  await applyThreshold(page);
  now = await labels();
  await button(page, 'Brush').click();
  await button(page, 'Sphere').click();
  await button(page, 'Navigate').click();
  for (const [name, chain] of Object.entries(CHAIN)) {
    await t.test(name, async () => {
      for (const one of chain) {
        if (one.click) await clickIn(page, 'Axial', one.click);
        else if (one.balls) await balls(...one.balls);
        else await step(...one);
      }
      await check();
    });
  }

  await t.test('a slice is copied to the one after it and to the one before', async () => {
    await clickIn(page, 'Axial', [0.3, 0.6]);
    await step('copy_slice', { Plane: 'axial', 'To the slice': 'next' });
    await step('copy_slice', { Plane: 'coronal', 'To the slice': 'previous' });
    const ways = steps.map(({ effect: { from, to } }) => [from.axis, to - from.index]);
    assert.deepEqual(ways, [[2, 1], [1, -1]]);
    await check();
  });

  await t.test('islands are split into segments, the largest first, small ones stay; one is added again', async () => {
    await balls([8, 0.6, 0.2], [7, 0.6, 0.35], [6, 0.6, 0.5], [2, 0.6, 0.62]);
    await step('split_islands', { Voxels: 900, 'New segments at most': 2 }, false, { first_new: 2 });
    const parameters = { Voxels: 900, 'New segments at most': 20 };
    const [, second] = await step('split_islands', parameters, false, { first_new: 4 });
    const [two, all] = await check();
    assert.deepEqual([two, all.slice(0, 5)], [[0, 1, 2, 3], [0, 1, 2, 3, 4]]);
    await shoot(page, 'toolbox-split');
    await step('combine', { With: second.id, How: 'union' }, false, { with: second.label });
    await check();
  });

  await t.test('a plane that is turned cuts a segment in two, which are merged again', async () => {
    // All planes but the one with the focus are turned by a key.
    await view(page, 'Axial').focus();
    for (let n = 0; n < 3; n += 1) await page.keyboard.press('t');
    await page.waitForFunction(() => document.querySelectorAll('.angle').length === 2);
    const parameters = { By: 'slice', Plane: 'sagittal', 'It becomes': 'new' };
    const segments = await step('cut', parameters, false, { first_new: 5 });
    const { effect: { normal } } = steps.at(-1);
    assert.ok(normal.every((x) => Math.abs(x) < 0.999), 'the plane is none of the grid');
    await shoot(page, 'toolbox-cut');
    const { name, label } = segments.at(-1);
    await step('merge', { [name]: true }, false, { merged: [label] });
    await check();
    now = await labels();
  });

  await t.test('a section is copied by a key to the plane beside a turned one, and to the slice beside one', async () => {
    for (const plane of ['Sagittal', 'Axial']) {
      await view(page, plane).hover();
      const before = now;
      const { request } = await answerTo(page, 'run_effect', () => page.keyboard.press('Shift+Q'));
      await isSaved(page);
      now = await labels();
      steps.push({ image: sample, label: 1, effect: request.effect, before, after: now });
    }
    assert.deepEqual(steps.map(({ effect }) => effect.type), ['copy_plane', 'copy_slice']);
    await check();
    await view(page, 'Axial').focus();
    await page.keyboard.press('u');
  });

  await t.test('neighbours are smoothed together, and stay neighbours', async () => {
    // The second segment is painted into the first.
    await page.keyboard.press('Alt+ArrowDown');
    await balls([11, 0.33, 0.6]);
    await step('smooth_jointly', { Size: 2 });
    await check();
  });

  await t.test('of a segment that overlaps, what both have is taken away, kept, and the other added', async () => {
    await answerTo(page, 'edit', () => button(page, 'Add a segment that may overlap others').click());
    await button(page, 'Brush').click();
    const { answer } = await paint(page, 'Axial', [[0.33, 0.6], [0.45, 0.6]]);
    const [first, ...others] = answer.document.segments;
    now = await labels('seg_nrrd');
    for (const How of ['difference', 'intersection', 'union']) {
      await step('combine', { With: first.id, How }, true, { place: others.length });
    }
    await check();
    await shoot(page, 'toolbox-combined');
  });
});

onSample('fill, effects, brush and shapes are used by keyboard alone', async (t, page, { labels, checkOne }) => {
  const keys = async (...pressed) => {
    for (const key of pressed) await page.keyboard.press(key);
  };
  const acrossAxes = ['Sagittal', 'Coronal', 'Axial'];
  const place = () => Promise.all(acrossAxes.map(async (plane) => (await sliceOf(page, plane)) - 1));
  let now;

  await t.test('Enter fills from the crosshair', async () => {
    await page.keyboard.press('g');
    await pressAt(page, page.getByLabel('Where a fill goes'), 'ArrowDown');
    assert.equal(await page.getByLabel('Where a fill goes').inputValue(), 'volume');
    // A field that has the focus keeps keys of actions for itself.
    await tabTo(page, view(page, 'Axial'));
    now = await labels();
    await tabTo(page, view(page, 'Axial'));
    const { request } = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
    assert.deepEqual(request.effect.seed, await place());
    now = await checkOne(request.effect, now);
  });

  await t.test('an effect is found, its fields are reached by Tab, it is previewed and applied', async () => {
    await find(page, 'effect: margin');
    await pressAt(page, panel(page).getByLabel('Direction', { exact: true }), 'ArrowDown');
    await tabTo(page, panel(page).getByLabel('By', { exact: true }));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1.2');
    const look = await answerTo(page, 'preview_effect', () => pressAt(page, button(page, 'Preview'), 'Enter'));
    await button(page, 'Discard').waitFor();
    // Where Preview was pressed.
    await page.waitForFunction(() => document.activeElement?.textContent?.trim() === 'Discard');
    assert.equal(look.request.effect.mm, -1.2);
    await answerTo(page, 'apply_preview', () => pressAt(page, button(page, 'Apply'), 'Enter'));
    await checkOne(look.request.effect, now, look.answer);
  });

  await t.test('the brush gets larger and smaller by keys, and paints so', async () => {
    await tabTo(page, view(page, 'Axial'));
    // Of 10 mm, a fifth larger each time.
    await keys('b', ']', ']', ']', '[');
    const { request } = await answerTo(page, 'edit', () => page.keyboard.press('Enter'));
    assert.equal(request.edit.radius_mm, 7.2);
    await isSaved(page);
  });

  await t.test('a point, a line, a rectangle and a polygon are drawn', async () => {
    for (const [kind, pressed, pointsOf, expected] of SHAPES) {
      await find(page, `draw: ${kind}`);
      await tabTo(page, view(page, 'Axial'));
      await keys(DOWN, DOWN, DOWN);
      const origin = await peers('e2e/check_toolbox.py', 'place', sample, ...(await place()).map(String));
      const { request } = await answerTo(page, 'edit', () => keys(...pressed));
      await isSaved(page);
      const off = pointsOf(request.edit.geometry).map((point) => point.map((mm, n) => round(mm - origin[n])));
      assert.deepEqual(off, expected.map(([right, down]) => [right, down, 0]), kind);
      await page.keyboard.press('Escape');
    }
    await shoot(page, 'toolbox-shapes');
  });
});

onSample('a brush by wheel, effects that are cancelled, dialogs', async (t, page, { labels, checkOne }) => {
  await t.test('Shift and the wheel change the size of the brush, and nothing else', async () => {
    await chooseBrush(page);
    const field = '[aria-label="Brush"] input[type="text"]';
    const slice = await sliceOf(page, 'Axial');
    await page.mouse.move(...(await placeIn(page, 'Axial', [0.5, 0.5])));
    await page.keyboard.down('Shift');
    for (const [delta, mm] of [[-100, '12'], [-100, '14.4'], [100, '12'], [100, '10'], [100, '8.3']]) {
      await page.mouse.wheel(0, delta);
      await page.waitForFunction(([at, is]) => document.querySelector(at)?.value === is, [field, mm]);
    }
    await page.keyboard.up('Shift');
    assert.equal(await sliceOf(page, 'Axial'), slice);
  });

  await t.test('an effect is cancelled while it is previewed and while it is applied, and leaves nothing', async () => {
    await applyThreshold(page);
    const before = await labels();
    // A kernel of 128 voxels on each side: it takes seconds.
    await choose(page, 'smooth_jointly', { Size: 60 });
    for (const [name, command] of [['Preview', 'preview_effect'], ['Apply', 'run_effect']]) {
      const answered = page.waitForResponse((response) => response.url().endsWith(`/api/${command}`));
      await button(page, name).click();
      await answerTo(page, 'cancel', () => button(page, 'Cancel').click());
      assert.equal((await (await answered).json()).code, 'cancelled');
      await button(page, 'Cancel').waitFor({ state: 'detached' });
      assert.ok(await button(page, name).isEnabled());
    }
    await choose(page, 'margin', { Direction: 'grow', By: 1.5 });
    const { request } = await answerTo(page, 'run_effect', () => button(page, 'Apply').click());
    await checkOne(request.effect, before);
  });

  await t.test('metadata, the action finder, the audit trail and the import have no accessibility faults', async () => {
    const dialog = page.getByRole('dialog');
    const isSound = async (name) => {
      await shoot(page, `toolbox-${name}`);
      assert.deepEqual(await accessibilityFaults(page), [], name);
    };
    await page.getByRole('tab', { name: 'Metadata', exact: true }).click();
    await panel(page).getByRole('list', { name: 'Elements of the file' }).getByRole('listitem').first().waitFor();
    await isSound('metadata');
    await page.keyboard.press('Control+k');
    await dialog.getByRole('option', { name: /^Audit trail/ }).waitFor();
    await isSound('palette');
    await page.keyboard.type('audit trail');
    await page.keyboard.press('Enter');
    await button(dialog, 'Verify').click();
    await dialog.getByText('Everything holds').waitFor();
    await dialog.getByRole('row').nth(1).waitFor();
    await isSound('audit');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Import segments or shapes/ }).click();
    await dialog.locator('[aria-busy="false"]').waitFor();
    await isSound('import');
  });
});
