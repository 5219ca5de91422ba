/** Drawn slices as the history tells them: marked, left out, and an interpolation accepted in parts. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  chooseBrush,
  dragIn,
  isSaved,
  openSample,
  previewed,
  shoot,
  started,
  undo,
  view,
  voxelUnderPen,
} from './support/app.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 170_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const axialSlice = async (page) => Number(await view(page, 'Axial').getAttribute('aria-valuenow')) - 1;
const MIDDLE = [0.5, 0.45];

/** Goes to an axial slice by keys and waits until the pen is over it. */
async function goTo(page, slice, [x, y] = MIDDLE) {
  const axial = view(page, 'Axial');
  await axial.focus();
  for (let at = await axialSlice(page); at !== slice; at = await axialSlice(page)) {
    const far = Math.abs(slice - at) >= 10;
    await page.keyboard.press(slice > at ? (far ? 'PageUp' : 'ArrowUp') : far ? 'PageDown' : 'ArrowDown');
  }
  const box = await axial.boundingBox();
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
  const under = voxelUnderPen(page);
  await under.filter({ hasText: new RegExp(`, ${slice}$`) }).waitFor();
}

async function dab(page, [x, y] = MIDDLE) {
  const box = await view(page, 'Axial').boundingBox();
  const sent = await answerTo(page, 'edit', () => page.mouse.click(box.x + x * box.width, box.y + y * box.height));
  await isSaved(page);
  return sent;
}

/** The list of slices: their names, and whether they count as drawn. */
async function listed(page) {
  const boxes = page.getByRole('group', { name: 'Drawn slices' }).getByRole('checkbox');
  const all = await boxes.all();
  return Promise.all(all.map(async (box) => [
    (await box.evaluate((input) => input.closest('label').innerText)).trim(),
    await box.isChecked(),
  ]));
}

async function hasListed(page, expected) {
  const list = page.getByRole('group', { name: 'Drawn slices' });
  await list.getByRole('checkbox').nth(expected.length - 1).waitFor();
  assert.deepEqual(await listed(page), expected);
}

const marks = (page) => page.locator('.pane.axial').getByRole('group', { name: 'Marked slices' }).getByRole('button');

test('what lies between drawn slices, again and in parts', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    const middle = await axialSlice(page);
    const [low, high] = [middle - 8, middle + 8];
    const name = (slice) => `Axial ${slice + 1}`;

    await t.test('slices drawn by hand are listed, and marked beside their plane', async () => {
      await chooseBrush(page, { radiusMm: 14 });
      for (const slice of [low, middle, high]) {
        await goTo(page, slice);
        await dab(page);
      }
      await page.getByRole('tab', { name: 'Edit', exact: true }).click();
      await page.getByLabel('Effect', { exact: true }).selectOption('interpolate');
      await hasListed(page, [low, middle, high].map((slice) => [name(slice), true]));
      await page.getByText('as the history tells').waitFor();
      assert.equal(await marks(page).count(), 3);
      await shoot(page, 'sections-drawn');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('an interpolation that was applied leaves the drawn slices as they are', async () => {
      const { request } = await answerTo(page, 'run_effect', () => button(page, 'Apply').click());
      assert.equal(request.effect.sections, null);
      await isSaved(page);
      await hasListed(page, [low, middle, high].map((slice) => [name(slice), true]));
    });

    await t.test('a correction makes a slice a drawn one, and what is between is found anew', async () => {
      const corrected = middle + 4;
      await goTo(page, corrected);
      await button(page, 'Eraser').click();
      await dab(page, [0.56, 0.45]);
      await hasListed(page, [low, middle, corrected, high].map((slice) => [name(slice), true]));
      const { answer } = await previewed(page, () => button(page, 'Preview').click());
      assert.ok(answer.n_lost > 0, 'slices beside the corrected one lose what it lost');
      await page.getByText('Preview: what you see').waitFor();
      await shoot(page, 'sections-corrected');
      // Left out it is drawn hollow, and the preview follows.
      const box = page.getByRole('checkbox', { name: name(corrected) });
      const { request } = await previewed(page, () => box.uncheck());
      const drawn = [low, middle, high].map((index) => ({ axis: 2, index }));
      assert.deepEqual(request.effect.sections, drawn);
      await page.getByRole('button', { name: `Slice ${corrected + 1}: left out` }).waitFor();
      await shoot(page, 'sections-left-out');
      assert.deepEqual(await accessibilityFaults(page), []);
      await previewed(page, () => box.check());
      await button(page, 'Discard').click();
    });

    await t.test('a slice on screen is taken as drawn', async () => {
      await goTo(page, middle - 3);
      await button(page, `Take ${name(middle - 3)} as drawn`).click();
      await page.getByRole('checkbox', { name: name(middle - 3) }).waitFor();
      const { request } = await previewed(page, () => button(page, 'Preview').click());
      assert.equal(request.effect.sections.length, 5);
      await previewed(page, () => page.getByRole('checkbox', { name: name(middle - 3) }).click());
    });

    await t.test('the least certain slice is a key away, and is accepted by itself', async () => {
      await view(page, 'Axial').focus();
      await page.keyboard.press('Alt+n');
      const certain = page.getByRole('button', { name: /^Slice \d+: least certain$/ });
      const wanted = Number((await certain.getAttribute('aria-label')).match(/\d+/)[0]);
      await page.waitForFunction(
        (now) => document.querySelector('[role="slider"][aria-label="Axial"]')?.getAttribute('aria-valuenow') === now,
        String(wanted),
      );
      await view(page, 'Axial').focus();
      const { request, answer } = await answerTo(page, 'accept_part', () => page.keyboard.press('Alt+a'));
      assert.deepEqual(request.part, { kind: 'slice', slice: { axis: 2, index: wanted - 1 } });
      assert.deepEqual([answer.edit.region.min[2], answer.edit.region.max[2]], [wanted - 1, wanted - 1]);
      await isSaved(page);
      await page.getByText('Preview: what you see').waitFor();
      await shoot(page, 'sections-slice-accepted');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('an outline on the preview accepts what lies inside, and the rest stays', async () => {
      await button(page, 'inside an outline…').click();
      const { request, answer } = await answerTo(page, 'accept_part', () =>
        dragIn(page, 'Axial', [[0.5, 0.3], [0.75, 0.3], [0.75, 0.44], [0.5, 0.44]]));
      assert.equal(request.part.kind, 'outline');
      assert.ok(answer.edit.region !== null && answer.preview.document !== null);
      await isSaved(page);
      await shoot(page, 'sections-outline-accepted');
      // The brush still refuses.
      await chooseBrush(page);
      const box = await view(page, 'Axial').boundingBox();
      await page.mouse.click(box.x + 0.5 * box.width, box.y + 0.5 * box.height);
      await page.getByText('apply or discard it first').waitFor();
      await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
      await isSaved(page);
    });

    await t.test('each part is a step of its own', async () => {
      for (let n = 0; n < 3; n += 1) await undo(page);
      await hasListed(page, [low, middle, middle + 4, high].map((slice) => [name(slice), true]));
      await page.getByRole('tab', { name: 'History', exact: true }).click();
      await page.getByRole('tabpanel').getByText('Fill between slices').first().waitFor();
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});
