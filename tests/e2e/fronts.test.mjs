/** Fronts, fills between scribbles and sections that go on, on a real head, by pointer and keyboard. */

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
  view,
} from './support/app.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 300_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const field = (page, label) =>
  page.getByRole('tabpanel').getByLabel(label, { exact: true }).last();

async function choose(page, name) {
  await page.getByLabel('Effect', { exact: true }).selectOption(name);
}

async function type(page, label, value) {
  await field(page, label).fill(String(value));
  await field(page, label).press('Tab');
}

const preview = (page) =>
  answerTo(page, 'preview_effect', () => button(page, 'Preview').click());

async function apply(page) {
  await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
  await isSaved(page);
}

test('fronts, fills and sections on a real head', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await chooseBrush(page, { radiusMm: 3 });
    await paint(page, 'Axial', [[0.44, 0.4], [0.44, 0.55]]);
    await page.getByRole('tab', { name: 'Edit', exact: true }).click();

    await t.test('a front is dragged to where it stops, and applied in one step', async () => {
      await choose(page, 'fast_march');
      const { answer: first } = await preview(page);
      assert.ok(first.n_gained > 0 && first.n_lost === 0);
      const slider = page.getByLabel('How far the front goes', { exact: true });
      const { request, answer } = await answerTo(page, 'preview_effect', () =>
        slider.fill('0.9'));
      assert.ok(request.effect.stop.time > 10, 'the slider goes further');
      assert.ok(answer.front.time > first.front.time && answer.n_gained > first.n_gained);
      assert.deepEqual(answer.front.most_ml, first.front.most_ml);
      assert.deepEqual(await accessibilityFaults(page), []);
      await shoot(page, 'front-time');
      // It stays where it is.
      const { answer: same } = await answerTo(page, 'preview_effect', () =>
        field(page, 'Stop by').selectOption('volume'));
      assert.ok(Math.abs(same.n_gained - answer.n_gained) <= 0.01 * answer.n_gained);
      const { answer: third } = await answerTo(page, 'preview_effect', () => type(page, 'At', 5));
      assert.ok(Math.abs(third.front.ml - 5) < 0.01, `${third.front.ml} ml`);
      await shoot(page, 'front-volume');
      await apply(page);
      await undo(page);
    });

    await t.test('a scribble is filled up to one outside', async () => {
      await addSegment(page);
      await page.getByRole('button', { name: 'Brush', exact: true }).click();
      await paint(page, 'Axial', [[0.3, 0.2], [0.7, 0.2]]);
      await page.keyboard.press('Alt+ArrowUp');
      await choose(page, 'geodesic_fill');
      await field(page, 'Where').selectOption('axial');
      const { answer } = await preview(page);
      assert.ok(answer.n_gained > 100 && answer.n_lost === 0);
      assert.equal(answer.region.min[2], answer.region.max[2]);
      await shoot(page, 'geodesic');
      assert.deepEqual(await accessibilityFaults(page), []);
      await apply(page);
    });

    await t.test('a section goes on by key, and the slice with it', async () => {
      await view(page, 'Axial').focus();
      const slice = async () => Number(await view(page, 'Axial').getAttribute('aria-valuenow'));
      const before = await slice();
      const { request, answer } = await answerTo(page, 'run_effect', () =>
        page.keyboard.press('v'));
      assert.equal(request.effect.to, request.effect.from.index + 1);
      assert.equal(answer.region.min[2], request.effect.to);
      await isSaved(page);
      await page.waitForFunction(
        ([name, wanted]) =>
          Number(document.querySelector(`[role="slider"][aria-label="${name}"]`)?.ariaValueNow) ===
          wanted,
        ['Axial', before + 1],
      );
      await shoot(page, 'propagated-key');
    });

    await t.test('a section goes on through several slices, previewed', async () => {
      await choose(page, 'propagate');
      await type(page, 'As far as', 6);
      const { request, answer } = await preview(page);
      assert.equal(request.effect.to, request.effect.from.index + 6);
      assert.ok(answer.n_gained > 0 && answer.region.max[2] <= request.effect.to);
      await shoot(page, 'propagated');
      assert.deepEqual(await accessibilityFaults(page), []);
      await apply(page);
      await undo(page);
    });
  });
});
