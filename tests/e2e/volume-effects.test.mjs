/** Mirrors, tubes, scissors in 3D and masked images on a real head, against SimpleITK and scikit-image. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  chooseBrush,
  exportTo,
  isSaved,
  openSample,
  paint,
  sample,
  shoot,
  started,
  undo,
  view,
  viewerIsReady,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 300_000 };
const RADIUS_MM = 18;
const button = (page, name) => page.getByRole('button', { name, exact: true });
const space = (page) => page.getByRole('application', { name: '3D', exact: true });
const panel = (page) => page.getByRole('tabpanel');

async function clickAll(page, element, points) {
  const box = await element.boundingBox();
  for (const [x, y] of points) await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
}

/** Chooses an effect by the action finder, as the keyboard does. */
async function findEffect(page, name) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Type to find an action', exact: true }).fill(`effect: ${name}`);
  await page.keyboard.press('Enter');
  await page.getByLabel('Effect', { exact: true }).waitFor();
}

test('effects in the space of the patient', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    let nExports = 0;
    const labels = async () => {
      nExports += 1;
      const path = join(folder, `labels-${nExports}.nii.gz`);
      await exportTo(page, path);
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
      return path;
    };
    /** What effects did is what the peers make of the labels before them. */
    const equalsPeers = async (before, ...effects) => {
      const list = join(folder, 'effects.json');
      await writeFile(list, JSON.stringify(effects));
      const after = await labels();
      const { changed, different } = await peers('e2e/check_volume_effects.py', 'effects', before, after, list);
      assert.ok(changed > 0, 'something changed');
      assert.equal(different, 0, `of ${changed} voxels that changed`);
      return after;
    };
    const apply = async (command) => {
      const { request } = await answerTo(page, command, () => button(page, 'Apply').click());
      await isSaved(page);
      return request;
    };
    let now;

    await t.test('a ball is mirrored across the middle of the image, after a preview', async () => {
      await chooseBrush(page, { radiusMm: RADIUS_MM });
      await page.getByRole('radio', { name: 'Sphere', exact: true }).or(button(page, 'Sphere')).first().click();
      await paint(page, 'Axial', [[0.38, 0.45]]);
      now = await labels();
      await findEffect(page, 'mirror');
      await panel(page).getByLabel('Plane', { exact: true }).selectOption('sagittal');
      const { request, answer } = await answerTo(page, 'preview_effect', () => button(page, 'Preview').click());
      assert.ok(answer.n_gained > 0);
      assert.equal(answer.n_lost, 0);
      await page.waitForTimeout(400);
      await shoot(page, 'mirror');
      assert.deepEqual(await accessibilityFaults(page), []);
      await apply('apply_preview');
      now = await equalsPeers(now, request.effect);
    });

    await t.test('a tube goes along a polyline', async () => {
      await findEffect(page, 'tube');
      await page.getByText('No path is drawn').waitFor();
      assert.ok(await button(page, 'Apply').isDisabled());
      await shoot(page, 'tube-without-path');
      await page.keyboard.press('m');
      await page.getByLabel('Which shape is drawn').selectOption('polyline');
      await answerTo(page, 'edit', async () => {
        await clickAll(page, view(page, 'Coronal'), [[0.35, 0.3], [0.5, 0.45], [0.62, 0.35]]);
        await page.keyboard.press('Enter');
      });
      await isSaved(page);
      await page.getByRole('tab', { name: 'Edit', exact: true }).click();
      const diameter = panel(page).getByLabel('Diameter', { exact: true });
      await diameter.fill('8');
      await diameter.press('Tab');
      await panel(page).getByLabel('A smooth curve through its corners').check();
      const { request } = await answerTo(page, 'preview_effect', () => button(page, 'Preview').click());
      await page.waitForTimeout(400);
      await shoot(page, 'tube');
      assert.deepEqual(await accessibilityFaults(page), []);
      await apply('apply_preview');
      assert.ok(request.effect.path.length > 3, 'the corners are rounded');
      now = await equalsPeers(now, request.effect);
    });

    await t.test('scissors cut what is drawn around in 3D, all the way', async () => {
      await button(page, 'Navigate').click();
      await button(page, 'Scissors in 3D').click();
      await page.getByRole('group', { name: 'Scissors in 3D' }).waitFor();
      const box = await space(page).boundingBox();
      const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
      await page.mouse.move(...at([0.3, 0.3]));
      await page.mouse.down();
      for (const corner of [[0.52, 0.28], [0.5, 0.5], [0.48, 0.75], [0.28, 0.7]]) {
        await page.mouse.move(...at(corner), { steps: 5 });
      }
      await page.waitForTimeout(200);
      await shoot(page, 'scissors-drawn');
      const { request } = await answerTo(page, 'run_effect', () => page.mouse.up());
      await isSaved(page);
      await page.waitForTimeout(600);
      await shoot(page, 'scissors-cut');
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.equal(request.effect.mode, 'erase_inside');
      assert.equal(request.effect.within, null);
      await equalsPeers(now, request.effect);
      await undo(page);
      const list = join(folder, 'none.json');
      await writeFile(list, '[]');
      const { changed } = await peers('e2e/check_volume_effects.py', 'effects', now, await labels(), list);
      assert.equal(changed, 0);
    });

    await t.test('scissors clicked corner by corner fill near the middle; Escape drops them', async () => {
      await page.getByLabel('What scissors do').selectOption('fill_inside');
      await page.getByLabel('How deep scissors cut').selectOption('middle');
      await clickAll(page, space(page), [[0.4, 0.3], [0.6, 0.3]]);
      await page.keyboard.press('Escape');
      await clickAll(page, space(page), [[0.4, 0.35], [0.62, 0.4], [0.55, 0.6], [0.8, 0.8]]);
      await page.keyboard.press('Backspace');
      // While an outline is in hand the space stays as it is looked at.
      await page.keyboard.press('ArrowLeft');
      await shoot(page, 'scissors-corners');
      const { request } = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
      await isSaved(page);
      assert.equal(request.effect.path.length, 3);
      assert.equal(request.effect.within.mm, 10);
      now = await equalsPeers(now, request.effect);
      await page.waitForTimeout(600);
      await shoot(page, 'scissors-filled');
    });

    await t.test('scissors near the surface stop behind it', async () => {
      await space(page).focus();
      await page.keyboard.press('ArrowLeft');
      await page.getByLabel('What scissors do').selectOption('erase_inside');
      await page.getByLabel('How deep scissors cut').selectOption('surface');
      // The middle of the canvas is the middle of the image, which was filled.
      await clickAll(page, space(page), [[0.45, 0.45], [0.56, 0.45], [0.56, 0.56], [0.45, 0.56]]);
      const { request } = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
      await isSaved(page);
      assert.ok(request.effect.within !== null);
      now = await equalsPeers(now, request.effect);
    });

    await t.test('what scissors would cut is looked at first, where that is wished', async () => {
      await page.getByLabel('Look first').check();
      await page.getByLabel('How deep scissors cut').selectOption('all');
      await space(page).focus();
      const corners = [[0.5, 0.2], [0.7, 0.2], [0.7, 0.8], [0.5, 0.8]];
      const look = async () => {
        await clickAll(page, space(page), corners);
        const { request, answer } = await answerTo(page, 'preview_effect', () => page.keyboard.press('Enter'));
        await button(page, 'Do it').waitFor();
        assert.ok(answer.n_lost > 0);
        return request.effect;
      };
      await look();
      await page.waitForTimeout(1000);
      await shoot(page, 'scissors-look');
      // The panel is about the effect that is chosen there, which is not what is shown.
      await panel(page).getByRole('button', { name: 'Preview', exact: true }).waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await answerTo(page, 'drop_preview', () => page.keyboard.press('Escape'));
      await button(page, 'Do it').waitFor({ state: 'detached' });
      const list = join(folder, 'none.json');
      const { changed } = await peers('e2e/check_volume_effects.py', 'effects', now, await labels(), list);
      assert.equal(changed, 0);
      await space(page).focus();
      const effect = await look();
      await answerTo(page, 'apply_preview', () => page.keyboard.press('Enter'));
      await isSaved(page);
      now = await equalsPeers(now, effect);
      await page.getByLabel('Look first').uncheck();
      await space(page).focus();
    });

    await t.test('scissors draw by keys alone', async () => {
      await page.getByLabel('What scissors do').selectOption('fill_inside');
      await space(page).focus();
      const [right, down, left] = ['Right', 'Down', 'Left'].map((way) => `Shift+Arrow${way}`);
      const corner = ['Shift+Enter'];
      const press = async (...keys) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await press(right, ...corner, right, right, right, ...corner, down, down, ...corner, left, left, ...corner);
      await page.getByText('Shift + arrows').waitFor();
      await shoot(page, 'scissors-keys');
      const { request } = await answerTo(page, 'run_effect', () => page.keyboard.press('Enter'));
      await isSaved(page);
      const [first, ...others] = request.effect.path;
      const ways = others.map((at) => at.map((px, n) => px - first[n]));
      assert.deepEqual(ways, [[30, 0], [30, 20], [10, 20]]);
      now = await equalsPeers(now, request.effect);
      await space(page).focus();
    });

    await t.test('a locked segment is not cut, and the pen turns the space again', async () => {
      const lock = () => answerTo(page, 'edit', () => page.keyboard.press('Alt+l'));
      await lock();
      await clickAll(page, space(page), [[0.45, 0.45]]);
      await page.getByText('is locked').first().waitFor();
      await lock();
      await isSaved(page);
      await page.keyboard.press('Shift+c');
      await page.getByRole('group', { name: 'Scissors in 3D' }).waitFor({ state: 'detached' });
    });

    await t.test('the image is exported masked and cropped as SimpleITK has it, and opened', async () => {
      const exportImage = async (format, name, fields, ending = 'Close') => {
        const path = join(folder, name);
        await page.getByRole('button', { name: /^Export/ }).first().click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Format').selectOption(format);
        await dialog.getByLabel('File').fill(path);
        await fields(dialog);
        await shoot(page, `export-${format}`);
        assert.deepEqual(await accessibilityFaults(page), []);
        await dialog.getByRole('button', { name: 'Export', exact: true }).click();
        await dialog.getByText('Exported and verified').waitFor();
        await shoot(page, `export-${format}-done`);
        assert.deepEqual(await accessibilityFaults(page), []);
        await dialog.getByRole('button', { name: ending, exact: true }).last().click();
        return path;
      };
      const fill = async (field, value) => {
        await field.fill(value);
        await field.press('Tab');
      };
      const masked = await exportImage('masked_image', 'masked.nrrd', async (dialog) => {
        await dialog.getByLabel('Voxels that stay').selectOption('outside');
        await fill(dialog.getByLabel('Value of all other voxels'), '7');
        await dialog.getByLabel('Cropped to the segments').check();
        await fill(dialog.getByLabel('Margin around them, in mm'), '3.5');
      });
      const cropped = await exportImage('cropped_image', 'cropped.nii.gz', async (dialog) => {
        await fill(dialog.getByLabel('Margin around them, in mm'), '0');
      }, 'Open it');
      const cases = [
        [masked, { segments: [1], keep: 'outside', outside: 7, crop_mm: 3.5 }],
        [cropped, { segments: [1], keep: 'all', outside: null, crop_mm: 0 }],
      ];
      let size;
      for (const [path, wanted] of cases) {
        const found = await peers('e2e/check_volume_effects.py', 'image', sample, now, path, JSON.stringify(wanted));
        assert.equal(found.fault, null, path);
        size = found.size;
      }
      await page.getByText(size.join(' × '), { exact: true }).waitFor();
      await viewerIsReady(page);
      const told = ['Sagittal', 'Coronal', 'Axial'].map((plane) => view(page, plane).getAttribute('aria-valuemax'));
      assert.deepEqual((await Promise.all(told)).map(Number), size);
      await page.getByText('cropped.nii.gz', { exact: true }).first().waitFor();
      assert.deepEqual(await page.getByRole('alert').allInnerTexts(), []);
      assert.deepEqual(await accessibilityFaults(page), []);
      await shoot(page, 'export-opened');
    });
  });
});
