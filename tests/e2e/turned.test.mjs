/** Sections that go on, copies, thresholds and outlines in a plane that is none of the grid's, against NumPy. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment, answerTo, chooseBrush, dragIn, exported, isSaved, openSample, paint, sample, shoot, started, undo, view,
} from './support/app.mjs';
import { sliceOf } from './support/hands.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
/** How far the sagittal and the coronal plane are turned about the axis of the head. */
const RADIANS = Math.atan(0.5);
const SECTION = [[0.45, 0.45], [0.55, 0.4], [0.6, 0.55]];
/** Two neighbouring sections of one structure are mostly straight across each other. */
const LEAST_ALIKE = 0.75;
const LEAST_VOXELS = 300;
const button = (page, name) => page.getByRole('button', { name, exact: true });
const panel = (page) => page.getByRole('tabpanel');

/** Turns the sagittal and the coronal plane by the end of a line in the axial one. */
async function turn(page) {
  const { width, height } = await view(page, 'Axial').boundingBox();
  const across = (0.4 * height * Math.tan(RADIANS)) / width;
  await dragIn(page, 'Axial', [[0.5, 0.1], [0.5 + across / 2, 0.1], [0.5 + across, 0.1]]);
  await page.waitForFunction(() =>
    /Oblique, 26\.\d°/.test(document.querySelector('[role="slider"][aria-label="Sagittal"]')?.ariaValueText),
  );
}

async function choose(page, name, parameters) {
  await page.getByLabel('Effect', { exact: true }).selectOption(name);
  for (const [label, value] of Object.entries(parameters)) {
    const field = panel(page).getByLabel(label, { exact: true }).last();
    if (typeof value === 'string') await field.selectOption(value);
    else await field.fill(String(value)).then(() => field.press('Tab'));
  }
}

/** Previews what is chosen and applies it: the effect, and how many voxels were told. */
async function applied(page, name) {
  const { request, answer } = await answerTo(page, 'preview_effect', () => button(page, 'Preview').click());
  await button(page, 'Discard').waitFor();
  await shoot(page, `turned-${name}-previewed`);
  assert.deepEqual(await accessibilityFaults(page), []);
  await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
  await isSaved(page);
  return { effect: request.effect, preview: answer };
}

/** Where turned planes lie that are fetched, oldest first. */
function originsOfPlanes(page) {
  const origins = [];
  page.on('response', (response) => {
    const { pathname, searchParams } = new URL(response.url());
    if (pathname !== '/bytes' || searchParams.get('kind') !== 'plane') return;
    origins.push(JSON.parse(searchParams.get('plane')).origin);
  });
  return origins;
}

const isNear = (found, expected, within, what) =>
  assert.ok(Math.abs(found - expected) <= within, `${what}: ${found}, not ${expected}`);

/** How far along the normal of a plane a point lies, mm. */
const heightOver = ({ point, normal }, mm) =>
  mm.reduce((sum, x, n) => sum + (x - point[n]) * normal[n], 0) / Math.hypot(...normal);

/** Whether planes are the same but for rounding. */
function isSamePlane(found, expected) {
  isNear(heightOver(expected, found.point), 0, 1e-6, 'a point of the plane');
  found.normal.forEach((x, n) => isNear(x, expected.normal[n], 1e-9, 'its normal'));
}

test('a plane that is turned is worked in as a slice is', LIMIT, (t) =>
  withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await turn(page);
    await addSegment(page);
    await chooseBrush(page, { radiusMm: 8 });
    const { edit: { plane } } = await paint(page, 'Sagittal', SECTION);
    await button(page, 'Navigate').click();
    const origins = originsOfPlanes(page);
    let n = 0;
    const labels = () => exported(page, folder, `labels-${(n += 1)}.nii.gz`);
    const section = await labels();
    /** What NumPy says of an effect on the section. */
    const check = async (effect, made) => {
      const path = join(folder, 'step.json');
      await writeFile(path, JSON.stringify({ before: section, effect, ...made }));
      return peers('e2e/check_turned.py', sample, path);
    };
    const checkVoxels = async (effect, preview) => check(effect, { after: await labels(), preview });
    // Voxels of the sample are 1 mm wide, and its sagittal slices go on to the left, as x grows (LPS).
    const next = Math.sign(plane.normal[0]);
    const isTakenBack = async () => {
      await undo(page);
      assert.deepEqual(await checkVoxels(null), { changed: 0 });
    };
    /** A propagation from the section by so many planes is one in them and nowhere else. */
    const goesOn = async (effect, mm, planes) => {
      assert.equal(effect.type, 'propagate_plane');
      isSamePlane(effect.from, plane);
      isNear(effect.mm, mm, 1e-9, 'from plane to plane');
      assert.equal(effect.planes, planes);
      const found = await checkVoxels(effect);
      assert.deepEqual([found.lost, found.stray], [0, 0]);
      assert.ok(found.by_plane.every((voxels) => voxels > LEAST_VOXELS), `${found.by_plane} voxels`);
      assert.ok(found.alike > LEAST_ALIKE, `alike by ${found.alike}`);
      return found;
    };

    await t.test('a section goes on to the next plane by its key, and the view with it', async () => {
      const slice = await sliceOf(page, 'Sagittal');
      await view(page, 'Sagittal').hover();
      const { request: { effect } } = await answerTo(page, 'run_effect', () => page.keyboard.press('v'));
      await isSaved(page);
      await page.waitForFunction(
        (wanted) => document.querySelector('[role="slider"][aria-label="Sagittal"]')?.ariaValueNow === String(wanted),
        slice + 1,
      );
      await shoot(page, 'turned-key');
      assert.deepEqual(await accessibilityFaults(page), []);
      await goesOn(effect, next, 1);
      isNear(heightOver(plane, origins.at(-1)), next, 1e-6, 'the plane shown');
      await isTakenBack();
      await view(page, 'Sagittal').focus();
      await page.keyboard.press('Alt+ArrowLeft');
      assert.equal(await sliceOf(page, 'Sagittal'), slice);
    });

    await page.getByRole('tab', { name: 'Edit', exact: true }).click();
    for (const [to, mm] of [['next', next], ['previous', -next]]) {
      await t.test(`a section goes on through three planes: ${to}`, async () => {
        await choose(page, 'propagate', { Plane: 'sagittal', 'To the slice': to, 'As far as': 3 });
        const { effect, preview } = await applied(page, to);
        const { gained } = await goesOn(effect, mm, 3);
        assert.equal(preview.n_gained, gained);
        await shoot(page, `turned-${to}`);
        await isTakenBack();
      });
    }

    await t.test('a section is copied to the plane beside it', async () => {
      await choose(page, 'copy_slice', { Plane: 'sagittal', 'To the slice': 'previous' });
      const { effect, preview } = await applied(page, 'copy');
      assert.equal(effect.type, 'copy_plane');
      isSamePlane(effect.from, plane);
      assert.deepEqual(await checkVoxels(effect, preview), { fault: null });
      await isTakenBack();
    });

    await t.test('a section is outlined where the plane cuts it', async () => {
      await page.getByRole('tab', { name: 'Shapes', exact: true }).click();
      await page.getByLabel('The plane whose slice is outlined').selectOption('sagittal');
      const told = page.waitForResponse((response) => response.url().endsWith('/api/shape_measures'));
      const { request, answer } = await answerTo(page, 'edit', () => button(page, 'Outline “Segment 1”').click());
      await isSaved(page);
      assert.equal(request.edit.type, 'outline_segment');
      isSamePlane(request.edit.plane, plane);
      await shoot(page, 'turned-outlined');
      assert.deepEqual(await accessibilityFaults(page), []);
      const points = answer.document.shapes.map(({ geometry }) => geometry.points);
      assert.equal(points.length, 1);
      const found = await check(request.edit, { points });
      const { shapes: [{ area }] } = await (await told).json();
      isNear(area, found.outlined, 1e-3, 'the area told');
      isNear(area, found.area, 0.08 * found.area, 'the area of the segment');
      isNear(found.off_plane_mm, 0, 1e-3, 'off the plane');
    });

    await t.test('a threshold takes no voxels but those that the plane cuts', async () => {
      await page.getByRole('tab', { name: 'Edit', exact: true }).click();
      await choose(page, 'threshold', { From: 90, To: 150, Where: 'sagittal' });
      const { request: { effect } } = await answerTo(page, 'run_effect', () => button(page, 'Apply').click());
      await isSaved(page);
      assert.equal(effect.type, 'threshold');
      assert.equal(effect.within, null);
      isSamePlane(effect.plane, plane);
      await shoot(page, 'turned-threshold');
      assert.deepEqual(await accessibilityFaults(page), []);
      const found = await checkVoxels(effect);
      assert.ok(found.n > 1000 && found.n < found.in_range / 10, `${found.n} voxels of ${found.in_range}`);
      assert.equal(found.different, 0);
      const { request: { of } } = await answerTo(page, 'histogram', () =>
        choose(page, 'threshold', { 'By the values of': 'sagittal' }));
      assert.equal(of.kind, 'plane');
      isSamePlane(of, plane);
      await isTakenBack();
    });

    await t.test('a region grows in the plane alone', async () => {
      await choose(page, 'confidence_connected', { Where: 'sagittal' });
      const { request: { effect } } = await answerTo(page, 'run_effect', () => button(page, 'Apply').click());
      await isSaved(page);
      assert.equal(effect.within, null);
      isSamePlane(effect.plane, plane);
      await shoot(page, 'turned-region');
      const { gained, stray } = await checkVoxels(effect);
      assert.equal(stray, 0);
      assert.ok(gained > LEAST_VOXELS, `${gained} voxels`);
    });
    assert.deepEqual(await page.getByRole('alert').allInnerTexts(), []);
    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  }),
);
