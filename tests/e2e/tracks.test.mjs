/** Shapes between key slices of a real head, and between key times of a series. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  answerTo,
  dragIn,
  isSaved,
  openPath,
  openSample,
  shoot,
  started,
  undo,
  view,
  viewerIsReady,
} from './support/app.mjs';
import { nifti } from './support/nifti.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 180_000 };
const SIZE = [24, 20, 12];
const N_VOLUMES = 5;
const button = (page, name) => page.getByRole('button', { name, exact: true });
const between = ({ shapes }) => shapes.filter(({ track }) => track?.between);
const isNear = (found, expected, what) =>
  found.forEach((x, n) => assert.ok(Math.abs(x - expected[n]) < 1e-5, `${what}: ${found}, not ${expected}`));
const along = (a, b, t) => a.map((x, n) => x + (b[n] - x) * t);

/** Draws a shape by dragging and returns it. */
async function draw(page, kind, corners) {
  await page.getByLabel('Which shape is drawn').selectOption(kind);
  const { answer } = await answerTo(page, 'edit', () => dragIn(page, 'Axial', corners));
  await isSaved(page);
  return answer.document.shapes.at(-1);
}

async function scroll(page, n) {
  await view(page, 'Axial').hover();
  for (let step = 0; step < Math.abs(n); step += 1) {
    await page.keyboard.press(n > 0 ? 'Alt+ArrowRight' : 'Alt+ArrowLeft');
  }
}

test('shapes between key slices', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await page.getByRole('tab', { name: 'Shapes', exact: true }).click();
    await page.keyboard.press('m');
    let keys;

    await t.test('one key alone is refused, and the reason is told', async () => {
      const first = await draw(page, 'ellipse', [[0.33, 0.42], [0.5, 0.62]]);
      keys = [first];
      const refusal = page.waitForResponse((answer) => answer.url().endsWith('/api/interpolate_shapes'));
      await page.keyboard.press('Alt+i');
      assert.equal((await refusal).ok(), false);
      await page.getByText('there is only one key').first().waitFor();
      await shoot(page, 'tracks-refused');
      await page.getByRole('button', { name: /^(Dismiss|Close)/ }).first().click();
    });

    await t.test('two keys fill the slices between with dashed ellipses', async () => {
      await scroll(page, 6);
      keys.push(await draw(page, 'ellipse', [[0.4, 0.4], [0.7, 0.55]]));
      const { answer } = await answerTo(page, 'interpolate_shapes', () => page.keyboard.press('Alt+i'));
      assert.deepEqual([answer.n_keys, answer.n_between], [2, 5]);
      await page.getByText('2 keys, 5 between').waitFor();
      const found = between(answer.document);
      const [from, to] = keys.map(({ geometry }) => geometry.centre);
      found.forEach(({ geometry }, n) => isNear(geometry.centre, along(from, to, (n + 1) / 6), 'centre'));
      await scroll(page, -3);
      await shoot(page, 'tracks-between');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('one that is moved becomes a key, and the others follow when asked again', async () => {
      await button(page, '2 keys, 5 between').click();
      await shoot(page, 'tracks-open');
      const shown = page.getByRole('button', { name: 'Choose Ellipse 5', exact: true });
      await shown.click();
      await shoot(page, 'tracks-one');
      await page.getByText('Interpolated between Ellipse 1 and Ellipse 2').waitFor();
      await view(page, 'Axial').focus();
      await answerTo(page, 'edit', async () => {
        for (const key of ['Shift+ArrowDown', 'Shift+ArrowDown']) await page.keyboard.press(key);
      });
      await isSaved(page);
      await page.getByText('3 keys, 4 between').waitFor();
      const again = page.getByRole('button', { name: /^Interpolate anew/ });
      const { answer } = await answerTo(page, 'interpolate_shapes', () => again.click());
      assert.deepEqual([answer.n_keys, answer.n_between], [3, 4]);
      const moved = answer.document.shapes[4].geometry.centre;
      const [from] = keys.map(({ geometry }) => geometry.centre);
      isNear(between(answer.document)[0].geometry.centre, along(from, moved, 1 / 3), 'centre');
      await shoot(page, 'tracks-corrected');
    });

    await t.test('what was found is deleted at once, and undo brings it back', async () => {
      const remove = page.getByRole('button', { name: /^Delete what is interpolated/ });
      const { answer } = await answerTo(page, 'delete_interpolated', () => remove.click());
      assert.equal(answer.n_deleted, 4);
      await page.getByText(/keys, \d between/).waitFor({ state: 'detached' });
      const { answer: back } = await undo(page);
      assert.equal(between(back.document).length, 4);
      await page.getByText('3 keys, 4 between').waitFor();
    });

    await t.test('keys are chosen by hand with Ctrl', async () => {
      await page.keyboard.press('m');
      const lone = await draw(page, 'rectangle', [[0.2, 0.2], [0.3, 0.3]]);
      await scroll(page, 2);
      const other = await draw(page, 'rectangle', [[0.22, 0.2], [0.32, 0.3]]);
      await draw(page, 'rectangle', [[0.6, 0.7], [0.7, 0.8]]);
      await button(page, 'Choose Rectangle 1').click();
      await button(page, 'Choose Rectangle 2').click({ modifiers: ['Control'] });
      await page.getByText('Interpolate between 2 chosen').waitFor();
      // The keyboard chooses, too, and takes the choice back.
      await page.keyboard.press('Control+Space');
      await page.getByText('Interpolate between 2 chosen').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+Space');
      await page.getByText('Interpolate between 2 chosen').waitFor();
      await shoot(page, 'tracks-chosen');
      const { request, answer } = await answerTo(page, 'interpolate_shapes', () => button(page, 'slices').click());
      assert.deepEqual([request.shape, request.keys], [lone.id, [other.id]]);
      assert.equal(answer.n_between, 1);
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});

test('shapes between key times', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const path = join(folder, 'series.nii');
    await writeFile(path, nifti([...SIZE, N_VOLUMES], (n) => n % 1000));
    const page = await started(t, folder);
    await openPath(page, path);
    await viewerIsReady(page);
    await answerTo(page, 'choose_scope', () => button(page, 'Per volume').click());
    await page.getByRole('tab', { name: 'Shapes', exact: true }).click();
    await page.keyboard.press('m');
    const goTo = async (volume) => {
      await page.getByLabel('Volume', { exact: true }).fill(String(volume));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: `Segments of volume ${volume}`, exact: true }).waitFor();
    };
    const from = await draw(page, 'rectangle', [[0.35, 0.35], [0.5, 0.5]]);
    await goTo(5);
    const to = await draw(page, 'rectangle', [[0.45, 0.4], [0.7, 0.55]]);

    await t.test('every time point between gets a shape of its own', async () => {
      const { answer } = await answerTo(page, 'interpolate_shapes', () => page.keyboard.press('Shift+i'));
      assert.deepEqual([answer.n_keys, answer.n_between], [2, 3]);
      await page.getByText('Key time').waitFor();
      await goTo(3);
      await page.getByText('Between key times').waitFor();
      await shoot(page, 'tracks-times');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('one that is moved becomes a key of its time', async () => {
      await button(page, 'Choose Rectangle 1').click();
      await view(page, 'Axial').focus();
      const { answer } = await answerTo(page, 'edit', () => page.keyboard.press('Shift+ArrowDown'));
      await isSaved(page);
      const [moved] = answer.document.shapes;
      assert.equal(moved.track.between ?? null, null);
      await page.getByText('Key time').waitFor();
      const anew = page.getByRole('button', { name: /^Interpolate anew/ });
      const { answer: again } = await answerTo(page, 'interpolate_shapes', () => anew.click());
      assert.deepEqual([again.n_keys, again.n_between], [3, 2]);
      await goTo(2);
      await page.getByText('Between key times').waitFor();
      const { answer: gone } = await answerTo(page, 'delete_interpolated', () =>
        page.getByRole('button', { name: /^Delete what is interpolated/ }).click(),
      );
      assert.equal(gone.n_deleted, 2);
      await page.getByText('No shapes yet').waitFor();
      assert.notDeepEqual(moved.geometry.centre, along(from.geometry.centre, to.geometry.centre, 0.5));
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});
