/** Effects, outlines and fills on a real head, by pointer and keyboard, against SciPy. */

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
  previewed,
  sample,
  shoot,
  started,
  undo,
  view,
  voxelUnderPen,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 300_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Chooses an effect and its parameters in the panel. */
async function chooseEffect(page, name, parameters) {
  await page.getByLabel('Effect', { exact: true }).selectOption(name);
  await setParameters(page, parameters);
}

async function setParameters(page, parameters) {
  for (const [label, value] of Object.entries(parameters)) {
    const field = page.getByRole('tabpanel').getByLabel(label, { exact: true }).last();
    if (typeof value !== 'number') await field.selectOption(value);
    else {
      await field.fill(String(value));
      await field.press('Tab');
    }
  }
}

async function clickIn(page, plane, [x, y]) {
  const box = await view(page, plane).boundingBox();
  await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
}

test('effects on a real head', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    const effects = [];
    let nExports = 0;
    const apply = async (command) => {
      const sent = await answerTo(page, command, () => button(page, 'Apply').click());
      await isSaved(page);
      return sent;
    };
    const equalsScipy = async () => {
      nExports += 1;
      const [exported, list] = [`labels-${nExports}.nii.gz`, 'effects.json'].map((name) => join(folder, name));
      await writeFile(list, JSON.stringify(effects));
      await exportTo(page, exported);
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
      const { expected, different } = await peers('e2e/check_effects.py', sample, exported, list);
      assert.ok(expected > 0, 'something is drawn');
      assert.equal(different, 0, `of ${expected} voxels`);
    };

    await t.test('without a segment the panel says what is missing', async () => {
      await page.getByRole('tab', { name: 'Edit', exact: true }).click();
      await page.getByText('Add or choose a segment').waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await addSegment(page);
    });

    await t.test('a threshold is shown as it is chosen, and applied as SciPy has it', async () => {
      await chooseEffect(page, 'threshold', { Automatic: 'otsu' });
      await shoot(page, 'threshold');
      assert.deepEqual(await accessibilityFaults(page), []);
      const { request, answer } = await apply('run_effect');
      assert.ok(answer.region !== null);
      effects.push(request.effect);
      await equalsScipy();
    });

    await t.test('a threshold is found from a slice, which it follows, or from a segment, as SimpleITK has it', async () => {
      const labels = join(folder, 'labels-1.nii.gz');
      const agrees = async (act) => {
        const { request, answer } = await answerTo(page, 'histogram', act);
        const otsu = answer.thresholds.find(({ method }) => method === 'otsu').value;
        const theirs = await peers('e2e/check_threshold.py', sample, JSON.stringify(request.of), labels);
        assert.ok(Math.abs(otsu - theirs) < 1e-6 * Math.abs(theirs), `${otsu}, not ${theirs}`);
        const field = page.getByRole('tabpanel').getByLabel('From', { exact: true }).last();
        await page.waitForFunction(([one, value]) => Math.abs(Number(one.value) - value) < 0.01, [await field.elementHandle(), otsu]);
        return request.of;
      };
      const by = (choice) => chooseEffect(page, 'threshold', { 'By the values of': choice });
      const first = await agrees(() => by('coronal'));
      await view(page, 'Coronal').hover();
      const next = await agrees(() => page.mouse.wheel(0, 100));
      assert.deepEqual([first.axis, next.axis, Math.abs(next.index - first.index)], [1, 1, 1]);
      await agrees(() => page.mouse.wheel(0, -100));
      await agrees(() => by({ label: 'Segment 1' }));
      await by('image');
    });

    await t.test('the largest island is previewed, discarded, and kept', async () => {
      await chooseEffect(page, 'islands', { Keep: 'largest' });
      const { answer } = await answerTo(page, 'preview_effect', () => button(page, 'Preview').click());
      assert.ok(answer.n_lost > 0);
      await page.getByText('Preview: what you see is not saved yet.').waitFor();
      await shoot(page, 'preview');
      assert.deepEqual(await accessibilityFaults(page), []);
      // Nothing is drawn on a preview.
      await chooseBrush(page);
      await clickIn(page, 'Axial', [0.5, 0.5]);
      await page.getByText('apply or discard it first').waitFor();
      await button(page, 'Discard').click();
      await button(page, 'Preview').waitFor();
      const { request } = await apply('run_effect');
      effects.push(request.effect);
      await equalsScipy();
    });

    await t.test('a margin follows the number while it is previewed, and is in millimetres', async () => {
      await chooseEffect(page, 'margin', { Direction: 'grow', By: 2 });
      const small = await answerTo(page, 'preview_effect', () => button(page, 'Preview').click());
      const large = await answerTo(page, 'preview_effect', () => setParameters(page, { By: 3 }));
      assert.ok(large.answer.n_gained > small.answer.n_gained);
      await page.getByText(large.answer.n_gained.toLocaleString('en')).waitFor();
      await apply('apply_preview');
      effects.push(large.request.effect);
      await equalsScipy();
    });

    await t.test('undo takes the whole effect back, redo brings it again', async () => {
      await undo(page);
      const taken = effects.pop();
      await equalsScipy();
      await answerTo(page, 'redo', () => page.keyboard.press('Control+y'));
      await isSaved(page);
      effects.push(taken);
    });

    await t.test('an outline drawn free-hand erases through all slices', async () => {
      await button(page, 'Outline').click();
      await page.getByLabel('What an outline does').selectOption('erase_inside');
      await page.getByLabel('How far an outline reaches').selectOption('all');
      assert.deepEqual(await accessibilityFaults(page), []);
      const { request } = await answerTo(page, 'run_effect', () =>
        dragIn(page, 'Axial', [[0.4, 0.4], [0.55, 0.38], [0.6, 0.55], [0.45, 0.6]]));
      await isSaved(page);
      effects.push(request.effect);
      await equalsScipy();
    });

    await t.test('an outline clicked corner by corner fills its slice when Enter is pressed', async () => {
      await page.getByLabel('What an outline does').selectOption('fill_inside');
      await page.getByLabel('How far an outline reaches').selectOption('slice');
      for (const corner of [[0.42, 0.42], [0.5, 0.4], [0.58, 0.5], [0.9, 0.9]]) {
        await clickIn(page, 'Sagittal', corner);
      }
      await shoot(page, 'outline');
      await page.keyboard.press('Backspace');
      await clickIn(page, 'Sagittal', [0.45, 0.58]);
      const { request } = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
      await isSaved(page);
      assert.equal(request.effect.path.length, 4);
      effects.push(request.effect);
      await equalsScipy();
    });

    await t.test('a fill takes what looks like the place clicked, in its slice', async () => {
      await button(page, 'Fill').click();
      const { request, answer } = await answerTo(page, 'run_effect', () => clickIn(page, 'Coronal', [0.5, 0.45]));
      await isSaved(page);
      assert.equal(request.effect.within.axis, 1);
      assert.ok(answer.region !== null, 'the fill took something');
      effects.push(request.effect);
      await equalsScipy();
    });

    await t.test('what reaches through the volume is looked at first, where that is wished', async () => {
      const look = (act) => answerTo(page, 'preview_effect', act);
      await page.getByLabel('Where a fill goes').selectOption('volume');
      await page.getByLabel('Look first').check();
      // In the background.
      const fill = () => look(() => clickIn(page, 'Coronal', [0.12, 0.1]));
      const { answer } = await fill();
      assert.ok(answer.n_gained > 0, 'the fill would take something');
      await button(page, 'Do it').waitFor();
      await shoot(page, 'fill-look');
      assert.deepEqual(await accessibilityFaults(page), []);
      await answerTo(page, 'drop_preview', () => page.keyboard.press('Escape'));
      await button(page, 'Do it').waitFor({ state: 'detached' });
      await equalsScipy();
      await fill();
      await answerTo(page, 'drop_preview', () => button(page, 'Discard').last().click());

      await button(page, 'Outline').click();
      await page.getByLabel('How far an outline reaches').selectOption('all');
      const corners = [[0.62, 0.3], [0.7, 0.32], [0.68, 0.45], [0.6, 0.42]];
      await look(() => dragIn(page, 'Axial', corners));
      await shoot(page, 'outline-look');
      // Let be, the outline is still in hand.
      await answerTo(page, 'drop_preview', () => page.keyboard.press('Escape'));
      const { request } = await look(() => page.keyboard.press('Enter'));
      await button(page, 'Do it').waitFor();
      await answerTo(page, 'apply_preview', () => page.keyboard.press('Enter'));
      await isSaved(page);
      effects.push(request.effect);
      await equalsScipy();
      await page.getByLabel('Look first').uncheck();
      await page.getByLabel('How far an outline reaches').selectOption('slice');
    });

    await t.test('an editable range holds for the brush, which says why nothing was changed', async () => {
      await page.getByText('What all tools may change').click();
      await page.getByLabel('Only values from').check();
      const range = page.getByRole('tabpanel');
      await range.getByLabel('to', { exact: true }).fill('1000000');
      await range.getByLabel('to', { exact: true }).press('Tab');
      await range.getByLabel('From', { exact: true }).last().fill('999999');
      await range.getByLabel('From', { exact: true }).last().press('Tab');
      await chooseBrush(page, { radiusMm: 4 });
      const { answer } = await answerTo(page, 'edit', () => clickIn(page, 'Axial', [0.27, 0.1]));
      assert.equal(answer.region, null);
      assert.ok(answer.kept.range > 0);
      await page.getByText('outside the editable range').first().waitFor();
      await shoot(page, 'rules');
      assert.deepEqual(await accessibilityFaults(page), []);
      await equalsScipy();
    });

    await t.test('what lies between two drawn slices is filled, and the least certain slice is shown', async () => {
      await page.getByLabel('Only values from').uncheck();
      await addSegment(page);
      await chooseBrush(page, { radiusMm: 8 });
      const slices = [];
      for (const key of [null, 'PageUp']) {
        await view(page, 'Axial').focus();
        if (key !== null) await page.keyboard.press(key);
        // A click draws on the slice that is seen: until the new one is there, the one before.
        const k = Number(await view(page, 'Axial').getAttribute('aria-valuenow')) - 1;
        const box = await view(page, 'Axial').boundingBox();
        await page.mouse.move(box.x + 0.27 * box.width, box.y + 0.1 * box.height);
        const under = voxelUnderPen(page);
        await under.filter({ hasText: new RegExp(`, ${k}$`) }).waitFor();
        const sent = await answerTo(page, 'edit', () => clickIn(page, 'Axial', [0.27, 0.1]));
        await isSaved(page);
        slices.push(sent.request.edit.slice_index);
      }
      const [from, to] = [Math.min(...slices), Math.max(...slices)];
      assert.equal(to - from, 10);
      // What is drawn shows above the button.
      await answerTo(page, 'drawn_sections', () => chooseEffect(page, 'interpolate', {}));
      const { answer } = await previewed(page, () => button(page, 'Preview').click());
      assert.deepEqual([answer.n_lost, answer.region.min[2], answer.region.max[2]], [0, from + 1, to - 1]);
      const { axis, index } = answer.least_certain;
      assert.equal(axis, 2);
      await button(page, 'Go to the least certain slice').click();
      await page.waitForFunction(
        (now) => document.querySelector('[role="slider"][aria-label="Axial"]')?.getAttribute('aria-valuenow') === now,
        String(index + 1),
      );
      await shoot(page, 'between');
      assert.deepEqual(await accessibilityFaults(page), []);
      await apply('apply_preview');
    });

    await t.test('the history names every effect', async () => {
      await page.getByRole('tab', { name: 'History', exact: true }).click();
      for (const name of ['Fill', 'Outline', 'Margin', 'Islands', 'Threshold']) {
        await page.getByRole('tabpanel').getByText(name).first().waitFor();
      }
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});
