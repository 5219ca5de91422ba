/** Outlines and scissors that fill or erase what lies outside of them, on a real head, against NumPy. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment, answerTo, chooseBrush, dragIn, exported, isSaved, openSample, paint, placeIn, shoot, started, undo, view,
  voxelUnderPen,
} from './support/app.mjs';
import { sliceOf } from './support/hands.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 270_000 };
const LOOK_LIMIT_MS = 30_000;
/** Across the axes i, j and k. */
const ACROSS = ['Sagittal', 'Coronal', 'Axial'];
const CORNERS = [[0.38, 0.36], [0.6, 0.31], [0.67, 0.58], [0.52, 0.49], [0.43, 0.66]];
/** Of the space, below the bar of the scissors. */
const BOX = { left: 0.37, right: 0.6, top: 0.4, bottom: 0.63 };
const BOX_CORNERS = [[BOX.left, BOX.top], [BOX.right, BOX.top], [BOX.right, BOX.bottom], [BOX.left, BOX.bottom]];

/** Where they are drawn, what they do and how far they reach; a key goes to the slice or turns the plane before. */
const OUTLINES = {
  'outside is erased in the slice alone': { plane: 'Axial', mode: 'erase_outside', reach: 'slice', isDragged: true },
  'outside is filled in the slice alone': { plane: 'Coronal', mode: 'fill_outside', reach: 'slice' },
  'outside is erased so far on both sides': { plane: 'Sagittal', mode: 'erase_outside', reach: 'depth', mm: 7.5 },
  'outside is filled just as far as the third slice on both sides':
    { plane: 'Axial', mode: 'fill_outside', reach: 'depth', mm: 3, isDragged: true },
  'outside is filled to the end of the image':
    { key: 'Home', plane: 'Coronal', mode: 'fill_outside', reach: 'depth', mm: 5 },
  'outside is erased through all slices': { plane: 'Coronal', mode: 'erase_outside', reach: 'all', isDragged: true },
  'outside is filled through all slices': { plane: 'Axial', mode: 'fill_outside', reach: 'all' },
  'outside is erased where a turned plane cuts':
    { key: 't', plane: 'Sagittal', isTurned: true, mode: 'erase_outside', reach: 'slice' },
  'outside is filled beside a turned plane':
    { plane: 'Sagittal', isTurned: true, mode: 'fill_outside', reach: 'depth', mm: 6.2 },
  'outside is erased through all along a turned plane':
    { plane: 'Sagittal', isTurned: true, mode: 'erase_outside', reach: 'all' },
};

const button = (page, name) => page.getByRole('button', { name, exact: true });
const space = (page) => page.getByRole('application', { name: '3D', exact: true });
const choose = (page, name, value) => page.getByRole('combobox', { name, exact: true }).selectOption(value);

/** A sample of which a threshold made the first segment, exports of it, and what is made of them. */
async function onHead(t, folder, use) {
  const page = await started(t, folder);
  await openSample(page);
  await addSegment(page);
  await page.getByRole('tab', { name: 'Edit', exact: true }).click();
  await choose(page, 'Effect', 'threshold');
  await choose(page, 'Automatic', 'otsu');
  await answerTo(page, 'run_effect', () => button(page, 'Apply').click());
  await isSaved(page);
  let n = 0;
  const labels = () => exported(page, folder, `labels-${(n += 1)}.nii.gz`);
  const check = async (before, effect, kept = []) => {
    const list = join(folder, 'steps.json');
    await writeFile(list, JSON.stringify([{ before, after: await labels(), effect, kept }]));
    const [{ changed, different }] = await peers('e2e/check_outside.py', list);
    assert.equal(different, 0, `of ${changed} voxels that changed`);
    assert.equal(changed > 0, effect !== null);
  };
  await use(page, { labels, check });
  assert.deepEqual(page.faults, [], 'no uncaught error in the page');
}

/** Draws an outline free-hand, or corner by corner, and answers with the effect that it was. */
async function outline(page, { plane, mode, reach, mm, isDragged = false }) {
  await choose(page, 'What an outline does', mode);
  await choose(page, 'How far an outline reaches', reach);
  if (mm !== undefined) {
    const depth = page.getByLabel('How far on both sides of its slice an outline reaches', { exact: true });
    await depth.fill(String(mm));
    await depth.press('Tab');
  }
  const sent = await answerTo(page, 'run_effect', async () => {
    if (isDragged) return dragIn(page, plane, CORNERS);
    for (const corner of CORNERS) await page.mouse.click(...(await placeIn(page, plane, corner)));
    await page.keyboard.press('Enter');
  });
  await isSaved(page);
  const { effect } = sent.request;
  assert.equal(effect.mode, mode);
  assert.deepEqual(effect.reach, mm === undefined ? { kind: reach } : { kind: reach, mm });
  return { ...sent, effect };
}

/** Waits until the slice is drawn that a key went to. */
async function slicesTo(page, plane, key) {
  await view(page, plane).focus();
  await page.keyboard.press(key);
  const [axis, index] = [ACROSS.indexOf(plane), (await sliceOf(page, plane)) - 1];
  await page.mouse.move(...(await placeIn(page, plane, [0.5, 0.5])));
  const voxel = Array.from({ length: 3 }, (_, n) => (n === axis ? index : '\\d+'));
  const under = voxelUnderPen(page);
  await under.filter({ hasText: new RegExp(`^${voxel.join(', ')}$`) }).waitFor();
}

/** Places of the space where the segment is seen: nothing else there is so blue. */
async function seenIn(page) {
  const clip = await space(page).boundingBox();
  const png = await page.screenshot({ clip });
  const places = await page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { width, data: rgba } = context.getImageData(0, 0, image.width, image.height);
    const at = Array.from({ length: rgba.length / 4 }, (_, n) => n);
    return at.filter((n) => rgba[4 * n + 2] - rgba[4 * n] > 60).map((n) => [n % width, Math.floor(n / width)]);
  }, png.toString('base64'));
  // Without the bar, and without the frame around what has the focus.
  return places
    .map(([x, y]) => [x / clip.width, y / clip.height])
    .filter(([x, y]) => y > 0.25 && y < 0.98 && x > 0.02 && x < 0.98);
}

/** Of those the number beyond the box, by more than a line is thick. */
const beyond = (places) =>
  places.filter(
    ([x, y]) => x < BOX.left - 0.01 || x > BOX.right + 0.01 || y < BOX.top - 0.01 || y > BOX.bottom + 0.01,
  ).length;

test('outlines fill and erase outside', LIMIT, (t) =>
  withFolder((folder) =>
    onHead(t, folder, async (page, { labels, check }) => {
      const head = await labels();
      await button(page, 'Outline').click();
      for (const [name, drawn] of Object.entries(OUTLINES)) {
        await t.test(name, async () => {
          const { key, plane, isTurned = false } = drawn;
          if (key === 'Home') await slicesTo(page, plane, key);
          else if (key !== undefined) await view(page, 'Axial').press(key);
          const index = (await sliceOf(page, plane)) - 1;
          const { effect } = await outline(page, drawn);
          assert.deepEqual(effect.slice, isTurned ? null : { axis: ACROSS.indexOf(plane), index });
          if (effect.reach.kind === 'depth') assert.deepEqual(await accessibilityFaults(page), []);
          await shoot(page, `outside-${name.replaceAll(' ', '-')}`);
          await check(head, effect);
          await undo(page);
        });
      }

      await t.test('undo left the head as it was', () => check(head, null));

      await t.test('outside goes over another segment, unless that is protected or locked', async () => {
        await page.keyboard.press('u');
        await addSegment(page);
        await chooseBrush(page, { radiusMm: 9 });
        await paint(page, 'Axial', [[0.3, 0.55], [0.35, 0.6]]);
        await page.keyboard.press('Alt+ArrowUp');
        await button(page, 'Outline').click();
        const both = await labels();
        const filled = { plane: 'Axial', mode: 'fill_outside', reach: 'all' };
        await check(both, (await outline(page, filled)).effect);
        await undo(page);
        const overwrite = page.getByRole('combobox', { name: /^What the brush may replace/ });
        await overwrite.selectOption('none');
        const over = await outline(page, filled);
        assert.ok(over.answer.kept.protected > 0);
        await check(both, over.effect, [2]);
        await undo(page);
        await overwrite.selectOption('all');
        await answerTo(page, 'edit', () => button(page, 'Lock Segment 2').click());
        const around = await outline(page, filled);
        assert.ok(around.answer.kept.locked > 0);
        await shoot(page, 'outside-locked');
        await check(both, around.effect, [2]);
      });
    }),
  ));

test('scissors in 3D erase and fill outside, all the way', LIMIT, (t) =>
  withFolder((folder) =>
    onHead(t, folder, async (page, { labels, check }) => {
      const head = await labels();
      await button(page, 'Scissors in 3D').click();
      await choose(page, 'How deep scissors cut', 'all');
      const place = async ([x, y]) => {
        const box = await space(page).boundingBox();
        return [box.x + x * box.width, box.y + y * box.height];
      };
      const cut = async (mode, act) => {
        await choose(page, 'What scissors do', mode);
        const { request } = await answerTo(page, 'run_effect', act);
        await isSaved(page);
        assert.equal(request.effect.mode, mode);
        assert.equal(request.effect.within, null);
        return request.effect;
      };

      await t.test('what is dragged around is all that is left, and all that is seen', async () => {
        assert.ok(beyond(await seenIn(page)) > 1000, 'the head is seen');
        const effect = await cut('erase_outside', async () => {
          await page.mouse.move(...(await place(BOX_CORNERS[0])));
          await page.mouse.down();
          for (const corner of BOX_CORNERS.slice(1)) await page.mouse.move(...(await place(corner)), { steps: 6 });
          await page.mouse.up();
        });
        const until = Date.now() + LOOK_LIMIT_MS;
        while (beyond(await seenIn(page)) > 0) assert.ok(Date.now() < until, 'something is seen outside');
        assert.ok((await seenIn(page)).length > 1000, 'what is inside is seen');
        await shoot(page, 'outside-scissors-erased');
        assert.deepEqual(await accessibilityFaults(page), []);
        await check(head, effect);
        await undo(page);
        await check(head, null);
      });

      await t.test('all but what is clicked around is filled', async () => {
        const effect = await cut('fill_outside', async () => {
          for (const corner of CORNERS) await page.mouse.click(...(await place(corner)));
          await page.keyboard.press('Enter');
        });
        assert.equal(effect.path.length, CORNERS.length);
        await shoot(page, 'outside-scissors-filled');
        await check(head, effect);
      });
    }),
  ));
