/** Parts of drawn slices: which goes on as which is shown, changed and kept; and a coarse look first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import { addSegment, answerTo, chooseBrush, isSaved, openSample, previewed, shoot, started, view, voxelUnderPen } from './support/app.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 170_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const axialSlice = async (page) => Number(await view(page, 'Axial').getAttribute('aria-valuenow')) - 1;
const [LEFT, RIGHT] = [[0.36, 0.45], [0.62, 0.45]];

/** Goes to an axial slice by keys and waits until the pen is over it. */
async function goTo(page, slice, [x, y]) {
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

async function dab(page, slice, [x, y]) {
  await goTo(page, slice, [x, y]);
  const box = await view(page, 'Axial').boundingBox();
  await answerTo(page, 'edit', () => page.mouse.click(box.x + x * box.width, box.y + y * box.height));
  await isSaved(page);
}

async function toInterpolation(page) {
  await page.getByRole('tab', { name: 'Edit', exact: true }).click();
  await page.getByLabel('Effect', { exact: true }).selectOption('interpolate');
}

test('parts of drawn slices, and how they go on', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    const middle = await axialSlice(page);
    const [low, high] = [middle - 8, middle + 8];
    const part = (slice, number) => `Axial ${slice + 1}, part ${number}`;
    const way = (slice, number) => page.getByLabel(`How ${part(slice, number)} goes on`, { exact: true });
    const parts = page.getByRole('group', { name: 'Parts between slices' });

    await t.test('a preview tells of a part that ends on the way', async () => {
      await chooseBrush(page, { radiusMm: 9 });
      for (const [slice, place] of [[low, LEFT], [low, RIGHT], [high, LEFT]]) await dab(page, slice, place);
      await toInterpolation(page);
      await parts.getByText('A preview shows which parts').waitFor();
      const { request, answer } = await previewed(page, () => button(page, 'Preview').click());
      assert.deepEqual(request.effect.matches, []);
      assert.equal(answer.matches.gaps.length, 1);
      await parts.getByText('tapers half way').waitFor();
      assert.equal(await parts.getByRole('combobox').count(), 3);
      await shoot(page, 'matches-told');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('a part is gone to by its name', async () => {
      // The planes cross in the part's deepest voxel.
      const [first] = await parts.getByRole('button', { name: part(high, 1) }).all();
      await first.click();
      await page.waitForFunction(
        (now) => document.querySelector('[role="slider"][aria-label="Axial"]')?.getAttribute('aria-valuenow') === now,
        String(high + 1),
      );
      await parts.getByRole('button', { name: part(low, 2) }).click();
      await page.waitForFunction(
        (now) => document.querySelector('[role="slider"][aria-label="Axial"]')?.getAttribute('aria-valuenow') === now,
        String(low + 1),
      );
    });

    await t.test('a part is held to a slice, and the preview follows', async () => {
      const ended = await previewed(page, () => way(low, 2).selectOption('end'));
      assert.deepEqual(ended.request.effect.matches.map(({ goes }) => goes), [{ way: 'end', held_to: null }]);
      await parts.getByText('ends here').waitFor();
      await shoot(page, 'matches-ended');
      const last = parts.getByLabel('Last slice');
      await last.fill(String(low + 5));
      const held = await previewed(page, () => last.press('Enter'));
      assert.deepEqual(held.request.effect.matches.map(({ goes }) => goes), [{ way: 'end', held_to: low + 4 }]);
      assert.ok(held.answer.n_gained > ended.answer.n_gained);
      await parts.getByText(`held to ${low + 5}`).waitFor();
      await shoot(page, 'matches-held');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('a part is joined with another, which is kept with what is applied', async () => {
      const { request } = await previewed(page, () => way(low, 2).selectOption({ label: `Join with ${part(high, 1)}` }));
      assert.equal(request.effect.matches[0].goes.way, 'join');
      await parts.getByText('goes on to').first().waitFor();
      await shoot(page, 'matches-joined');
      await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
      await isSaved(page);
      // It is remembered: the same again changes nothing.
      const again = await previewed(page, () => button(page, 'Preview').click());
      assert.deepEqual(again.request.effect.matches, request.effect.matches);
      assert.equal(again.answer.document, null);
    });

    await t.test('what fits no part any more is told and forgotten', async () => {
      await button(page, 'Discard').click();
      await chooseBrush(page, { radiusMm: 9 });
      await button(page, 'Eraser').click();
      await dab(page, low, RIGHT);
      await toInterpolation(page);
      const { answer } = await previewed(page, () => button(page, 'Preview').click());
      assert.deepEqual(answer.matches.unfollowed, [0]);
      await parts.getByText('Choices whose part is no longer there').waitFor();
      await shoot(page, 'matches-stale');
      const { request } = await previewed(page, () => button(page, 'Forget them').click());
      assert.deepEqual(request.effect.matches, []);
    });
  });
});

test('a coarse look comes first, and newer choices replace it', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    const middle = await axialSlice(page);
    await chooseBrush(page, { radiusMm: 60 });
    for (const slice of [middle - 45, middle + 45]) await dab(page, slice, [0.5, 0.5]);
    await toInterpolation(page);
    // The full one is held back until the coarse one was looked at.
    let release = () => undefined;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    let nFull = 0;
    await page.route('**/api/preview_effect', async (route) => {
      if (route.request().postDataJSON().coarse !== true) {
        nFull += 1;
        if (nFull === 1) await held;
      }
      await route.continue();
    });
    await button(page, 'Preview').click();
    await page.getByText('Coarse', { exact: true }).waitFor();
    await shoot(page, 'matches-coarse');
    assert.ok(await button(page, 'Apply').isDisabled());
    assert.deepEqual(await accessibilityFaults(page), []);
    // Another choice starts anew; what was held back comes too late and is not shown.
    const cancelled = page.waitForRequest((request) => request.url().endsWith('/api/cancel'));
    const { request } = await previewed(page, () => page.getByLabel('Follow the image').uncheck());
    await cancelled;
    release();
    assert.equal(request.effect.uses_image, false);
    await page.getByText('Preview: what you see').waitFor();
    assert.equal(await page.getByText('Coarse', { exact: true }).count(), 0);
    await shoot(page, 'matches-full');
    await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
    await isSaved(page);
    assert.deepEqual(page.faults, []);
  });
});
