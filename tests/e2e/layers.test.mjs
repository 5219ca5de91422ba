/** Segments that overlap, on a real head: added beside others, drawn over them, and compared with them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import { addSegment, answerTo, isSaved, openSample, placeIn, shoot, started, undo } from './support/app.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const ALL = 161 * 191 * 151;
const button = (page, name) => page.getByRole('button', { name, exact: true });

test('segments overlap in layers of their own, and are combined', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    const statistics = [];
    page.on('response', (response) => {
      if (response.url().endsWith('/api/statistics')) statistics.push(response.json());
    });
    /** How many voxels segments have after an edit. */
    const measured = async (act) => {
      const { answer } = await act();
      for (;;) {
        const found = (await Promise.all(statistics)).find(({ revision }) => revision >= answer.document.revision);
        if (found !== undefined) return found.segments.map(({ n_voxels }) => n_voxels);
        await page.waitForTimeout(50);
      }
    };
    const square = async (from, to) => {
      for (const point of [from, [to[0], from[1]], to, [from[0], to[1]]]) {
        await page.mouse.click(...(await placeIn(page, 'Axial', point)));
      }
      return answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
    };
    await button(page, 'Outline').click();
    const [one] = await measured(() => square([0.35, 0.3], [0.6, 0.55]));
    assert.ok(one > 1000, `${one} voxels`);

    const added = await answerTo(page, 'edit', () => button(page, 'Add a segment that may overlap others').click());
    assert.deepEqual(added.answer.document.segments.map(({ layer, label }) => [layer, label]), [[0, 1], [1, 1]]);
    await page.getByRole('img', { name: 'May overlap the segments of other layers' }).waitFor();
    // So many slices of 1 mm on either side.
    await page.getByLabel('How far an outline reaches').selectOption('depth');
    const depth = page.getByLabel('How far on both sides of its slice an outline reaches');
    await depth.fill('2');
    await depth.press('Enter');
    const [still, other] = await measured(() => square([0.5, 0.45], [0.7, 0.7]));
    assert.equal(still, one, 'nothing was taken from the first one');
    assert.ok(other > 1000 && other % 5 === 0, `${other} voxels in five slices`);
    await shoot(page, 'layers-overlap');
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.getByRole('tab', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Effect', { exact: true }).selectOption('combine');
    const combined = async (operation) => {
      await page.getByLabel('How', { exact: true }).selectOption(operation);
      const counts = await measured(() => answerTo(page, 'run_effect', () => button(page, 'Apply').click()));
      await isSaved(page);
      return counts[1];
    };
    const counts = {};
    for (const operation of ['union', 'intersection', 'difference', 'copy', 'invert', 'clear']) {
      counts[operation] = await combined(operation);
      await shoot(page, `layers-${operation}`);
      const back = await measured(() => undo(page));
      assert.deepEqual(back, [one, other], operation);
    }
    const { union, intersection, difference, copy, invert, clear } = counts;
    assert.ok(intersection > 100, `${intersection} voxels of both`);
    assert.equal(union, one + other - intersection);
    assert.equal(difference, other - intersection);
    assert.equal(copy, one);
    assert.equal(invert, ALL - other);
    assert.equal(clear, 0);
    assert.deepEqual(page.faults, []);
  });
});
