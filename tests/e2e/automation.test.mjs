/** What spreads from scribbles on a real head, by pointer and keyboard. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  chooseBrush,
  isSaved,
  openSample,
  paint,
  shoot,
  started,
  undo,
} from './support/app.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 300_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const field = (page, label) =>
  page.getByRole('tabpanel').getByLabel(label, { exact: true }).last();

test('scribbles on a real head', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await chooseBrush(page, { radiusMm: 3 });
    // The middle of the brain, and as a background the air in two corners.
    await paint(page, 'Axial', [[0.44, 0.4], [0.44, 0.6]]);
    await paint(page, 'Axial', [[0.56, 0.4], [0.56, 0.6]]);
    await addSegment(page);
    await chooseBrush(page, { radiusMm: 3 });
    await paint(page, 'Axial', [[0.28, 0.06], [0.28, 0.14]]);
    await paint(page, 'Axial', [[0.72, 0.86], [0.72, 0.94]]);
    await page.getByRole('tab', { name: 'Edit', exact: true }).click();

    const effects = [
      ['classify', async () => {
        await field(page, 'Where').selectOption('axial');
        await field(page, 'Finest detail').fill('1.5');
        await field(page, 'Finest detail').press('Tab');
      }],
      ['watershed', async () => undefined],
      ['random_walk', async () => undefined],
    ];
    for (const [name, choose] of effects) {
      await t.test(`${name} is previewed, applied, and taken back in one step`, async () => {
        await page.getByLabel('Effect', { exact: true }).selectOption(name);
        await page.getByLabel('Effect', { exact: true }).hover();
        await choose();
        if (name !== 'classify') {
          await field(page, 'Margin around seeds').fill('5');
          await field(page, 'Margin around seeds').press('Tab');
        }
        const background = field(page, 'Background');
        await background.selectOption({ index: 2 });
        assert.deepEqual(await accessibilityFaults(page), []);
        const { request, answer } = await answerTo(page, 'preview_effect', () =>
          button(page, 'Preview').click());
        assert.equal(request.effect.type, name);
        // The background is active, and gains nothing; something else does.
        assert.deepEqual([answer.n_gained, answer.n_lost], [0, 0]);
        assert.ok(answer.region !== null);
        if (name === 'classify') assert.equal(answer.region.min[2], answer.region.max[2]);
        await page.getByText('Preview: what you see is not saved yet.').waitFor();
        await shoot(page, name);
        await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
        await isSaved(page);
        await undo(page);
      });
    }

    await t.test('a region grows at the crosshair', async () => {
      await page.getByLabel('Effect', { exact: true }).selectOption('confidence_connected');
      const { answer } = await answerTo(page, 'preview_effect', () =>
        button(page, 'Preview').click());
      assert.ok(answer.n_gained > 0);
      await shoot(page, 'region');
      assert.deepEqual(await accessibilityFaults(page), []);
      await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
      await isSaved(page);
    });
  });
});
