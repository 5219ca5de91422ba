/** Buttons and the wheel as the user has them: one by one, and as in the programs users know. */

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
  reopenRecent,
  shoot,
  started,
  view,
} from './support/app.mjs';
import { buttonDrag, changes, isInHand, openShortcuts, sliceOf } from './support/hands.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const exactly = (name) => ({ name, exact: true });

async function choosePreset(page, { keys, mouse }) {
  const dialog = await openShortcuts(page);
  if (keys !== undefined) await dialog.getByLabel('Keys as in').selectOption(keys);
  if (mouse !== undefined) await dialog.getByLabel('Mouse as in').selectOption(mouse);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

/** Where in the patient the pen is over the axial plane. */
async function lpsUnder(page, [x, y]) {
  const box = await view(page, 'Axial').boundingBox();
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
  const row = page.getByRole('row').filter({ hasText: 'Patient mm' });
  return row.getByRole('cell').first().innerText();
}

/** What was under the pen comes along with it; a zoom would leave it there. */
async function pansByRight(page) {
  const before = await lpsUnder(page, [0.4, 0.45]);
  await buttonDrag(page, 'right', [[0.6, 0.6], [0.6, 0.7]]);
  assert.notEqual(await lpsUnder(page, [0.4, 0.45]), before);
  assert.equal(await lpsUnder(page, [0.4, 0.55]), before);
}

test('buttons and the wheel are changed one by one, told everywhere, and kept', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    const dialog = page.getByRole('dialog', exactly('Keyboard and mouse'));
    const take = (way, action) => dialog.getByRole('button', exactly(`Take ${way} from ${action}`));
    const add = (action) => dialog.getByRole('button', exactly(`Add a button or the wheel to ${action}`));
    const target = (action) =>
      dialog.getByRole('button', { name: `Press a button or turn the wheel here for “${action}”` });

    await t.test('by pressing them, and what would end all drawing is refused', async () => {
      await openShortcuts(page);
      await add('Pan').click();
      await target('Pan').click();
      await dialog.getByText('left drag with no key held always uses the tool').waitFor();
      await shoot(page, 'hands-mouse-tool');
      await target('Pan').hover();
      await page.mouse.wheel(0, 100);
      await dialog.getByText('“Pan” is done by dragging').waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await shoot(page, 'hands-mouse-refused');
      await target('Pan').click({ button: 'right' });
      await dialog.getByText('right drag is for “Zoom”.').waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await shoot(page, 'hands-mouse-conflict');
      await dialog.getByRole('button', exactly('Leave it')).click();
      assert.equal(await take('right drag', 'Zoom').count(), 1);
      await add('Pan').click();
      await target('Pan').click({ button: 'right' });
      await dialog.getByRole('button', exactly('Use it here instead')).click();
      assert.equal(await take('right drag', 'Zoom').count(), 0);
      assert.equal(await take('right drag', 'Pan').count(), 1);
      assert.equal(await take('left drag', 'Use the tool').count(), 0, 'the tool keeps its button');
      await add('Zoom').click();
      await target('Zoom').hover();
      await page.keyboard.down('Alt');
      await page.mouse.wheel(0, 100);
      await page.keyboard.up('Alt');
      await take('Alt + wheel', 'Zoom').waitFor();
    });

    await t.test('by keyboard, from a list', async () => {
      await add('Window and level').focus();
      await page.keyboard.press('Enter');
      await target('Window and level').and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Escape');
      await add('Window and level').and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.type('Ctrl + mid');
      await page.keyboard.press('Tab');
      await shoot(page, 'hands-mouse-list');
      await page.keyboard.press('Enter');
      await take('Ctrl + middle drag', 'Window and level').waitFor();
      await shoot(page, 'hands-mouse');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

    await t.test('they do it on the image, and the line of help says so', async () => {
      const help = page.getByLabel('Help for the tool');
      await help.getByText('right drag').waitFor();
      await pansByRight(page);
      const width = page.getByLabel('Width', { exact: true });
      const before = await width.inputValue();
      await page.keyboard.down('Control');
      await buttonDrag(page, 'middle', [[0.5, 0.5], [0.7, 0.5]]);
      await page.keyboard.up('Control');
      assert.notEqual(await width.inputValue(), before);
      await view(page, 'Axial').hover();
      const slice = await sliceOf(page, 'Axial');
      await page.keyboard.down('Alt');
      await changes(page, () => page.mouse.wheel(0, -100));
      await page.keyboard.up('Alt');
      assert.equal(await sliceOf(page, 'Axial'), slice, 'the wheel with Alt scrolls nothing');
      await page.mouse.wheel(0, 100);
      await page.waitForFunction(
        (at) => Number(document.querySelector('[role="slider"][aria-label="Axial"]').getAttribute('aria-valuenow')) !== at,
        slice,
      );
    });

    await t.test('they are there after a reload, and on paper', async () => {
      await page.reload();
      await reopenRecent(page);
      await pansByRight(page);
      await openShortcuts(page);
      await page.emulateMedia({ media: 'print' });
      const pan = page.locator('.shortcuts-sheet div', { has: page.getByText('Pan', { exact: true }) }).last();
      assert.deepEqual(await pan.locator('kbd').allInnerTexts(), ['middle drag', 'Shift + left drag', 'right drag']);
      await page.getByText('Mouse as in: Annotomy, changed').waitFor();
      await shoot(page, 'hands-mouse-sheet');
      await page.emulateMedia({ media: 'screen' });
    });

    await t.test('a button that is for nothing draws nothing', async () => {
      await take('right drag', 'Pan').click();
      // It was taken from there, and comes back.
      await take('right drag', 'Zoom').click();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await chooseBrush(page, { radiusMm: 5 });
      let nEdits = 0;
      page.on('request', (request) => (nEdits += request.url().endsWith('/api/edit') ? 1 : 0));
      await buttonDrag(page, 'right', [[0.5, 0.5], [0.6, 0.6]]);
      const { edit } = await paint(page, 'Axial', [[0.4, 0.4], [0.45, 0.4]]);
      assert.equal(edit.mode, 'paint');
      assert.equal(nEdits, 1, 'only the left button painted');
    });

    await t.test('each action, and all of them, go back to the preset', async () => {
      await openShortcuts(page);
      await dialog.getByRole('button', exactly('Mouse for Zoom as in Annotomy')).click();
      assert.equal(await take('right drag', 'Zoom').count(), 1);
      assert.equal(await take('Alt + wheel', 'Zoom').count(), 0);
      await dialog.getByLabel('Type to find').fill('ctrl + middle');
      assert.equal(await dialog.getByRole('listitem').count(), 1);
      await dialog.getByLabel('Type to find').fill('');
      await dialog.getByRole('button', exactly('Undo all changes of keys and mouse')).click();
      assert.equal(await take('Ctrl + middle drag', 'Window and level').count(), 0);
      assert.deepEqual(await accessibilityFaults(page), []);
    });
    assert.deepEqual(page.faults, []);
  });
});

test('keys and mouse are those of the program the user knows', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    // Asked on the first run.
    await page.getByLabel('Keys as in').selectOption('slicer');
    await page.getByLabel('Mouse as in').selectOption('slicer');
    assert.deepEqual(await accessibilityFaults(page), []);
    await shoot(page, 'hands-first-run');
    await openSample(page);
    await addSegment(page);

    await t.test('as in 3D Slicer', async () => {
      await page.keyboard.press('2');
      await isInHand(page, 'Brush');
      await paint(page, 'Axial', [[0.5, 0.5], [0.55, 0.5]]);
      await answerTo(page, 'undo', () => page.keyboard.press('z'));
      await isSaved(page);
      await page.keyboard.press('Escape');
      await isInHand(page, 'Navigate');
      await page.keyboard.press('Space');
      await isInHand(page, 'Brush');
      await page.keyboard.press('Escape');
      await view(page, 'Axial').hover();
      const before = await sliceOf(page, 'Axial');
      await page.keyboard.press('f');
      assert.equal(await sliceOf(page, 'Axial'), before + 1);
      await page.keyboard.down('Shift');
      const sagittal = await sliceOf(page, 'Sagittal');
      const box = await view(page, 'Axial').boundingBox();
      await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5);
      await page.keyboard.up('Shift');
      assert.notEqual(await sliceOf(page, 'Sagittal'), sagittal, 'Shift and moving lead the crosshair');
    });

    await t.test('as in ITK-SNAP the right button erases', async () => {
      await choosePreset(page, { keys: 'itk_snap', mouse: 'itk_snap' });
      await page.keyboard.press('4');
      await isInHand(page, 'Brush');
      await paint(page, 'Axial', [[0.5, 0.5], [0.55, 0.5]]);
      const { request } = await answerTo(page, 'edit', () => buttonDrag(page, 'right', [[0.5, 0.5], [0.55, 0.5]]));
      assert.equal(request.edit.mode, 'erase');
      await isSaved(page);
      await page.getByLabel('Help for the tool').getByText('right drag').waitFor();
    });

    await t.test('as in a PACS the right button windows, and digits choose windows', async () => {
      await choosePreset(page, { keys: 'pacs', mouse: 'pacs' });
      const width = page.getByLabel('Width', { exact: true });
      const before = await width.inputValue();
      await buttonDrag(page, 'right', [[0.5, 0.5], [0.7, 0.5]]);
      assert.notEqual(await width.inputValue(), before);
      await page.keyboard.press('1');
      assert.equal(await width.inputValue(), before);
    });

    await t.test('as in MITK', async () => {
      await choosePreset(page, { keys: 'mitk', mouse: 'mitk' });
      await page.keyboard.press('w');
      await isInHand(page, 'Eraser');
      await changes(page, () => buttonDrag(page, 'right', [[0.5, 0.5], [0.5, 0.3]]));
    });
    assert.deepEqual(page.faults, []);
  });
});
