/** Planes turned by their lines and keys, slabs, and drawing in a plane that is none of the grid's. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  chooseBrush,
  dragIn,
  exportTo,
  isSaved,
  paint,
  sample,
  openSample,
  shoot,
  started,
  undo,
  view,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const exactly = (name) => ({ name, exact: true });
const HEADER_BYTES = 40;
/** Values of the sample are whole numbers up to 255; pixels come in single precision. */
const VALUE_TOLERANCE = 0.001;

/** Nothing failed: planes that are refused are said to be. */
async function isSound(page) {
  assert.deepEqual(await page.getByRole('alert').allInnerTexts(), []);
  assert.deepEqual(page.faults, []);
}

/** Keeps every reply of the bytes door for a plane, newest last. */
function listenForPlanes(page) {
  const replies = [];
  page.on('response', async (response) => {
    const { pathname, searchParams } = new URL(response.url());
    if (pathname !== '/bytes' || searchParams.get('kind') !== 'plane' || !response.ok()) return;
    const body = await response.body();
    const plane = JSON.parse(searchParams.get('plane'));
    const slab = JSON.parse(searchParams.get('slab') ?? 'null');
    const n = plane.columns * plane.rows;
    const pixels = Array.from({ length: n }, (_, at) => body.readFloatLE(HEADER_BYTES + 4 * at));
    replies.push({ plane, slab, pixels: pixels.map((value) => (Number.isNaN(value) ? 0 : value)) });
  });
  return replies;
}

/** What a plane says of itself, once `isSo` holds of it. */
async function says(page, plane, isSo) {
  const until = Date.now() + 10_000;
  for (;;) {
    const text = await view(page, plane).getAttribute('aria-valuetext');
    if (isSo.test(text)) return text;
    assert.ok(Date.now() < until, `${plane} says ${text}`);
    await page.waitForTimeout(20);
  }
}

/** The newest reply for which `isSo` holds, once the last one that arrived is such a one. */
async function newest(page, replies, isSo) {
  const until = Date.now() + 10_000;
  for (;;) {
    const reply = replies.findLast(isSo);
    if (reply !== undefined) return reply;
    assert.ok(Date.now() < until, 'no such plane arrived');
    await page.waitForTimeout(20);
  }
}

const normalOf = ({ column_step: [a, b, c], row_step: [d, e, f] }) => {
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d];
  const length = Math.hypot(...normal);
  return normal.map((x) => x / length);
};


/** Pixels of the axial crosshair, fractions of the plane's size: the fitted slice is in the middle. */
async function centreOf(page) {
  const box = await view(page, 'Axial').boundingBox();
  // The middle of 181 x 217 voxels is the crosshair's voxel.
  return { box, x: 0.5, y: 0.5 };
}

test('a plane turned by its line shows what SciPy makes of the file, is drawn in, and is straightened', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    const replies = listenForPlanes(page);
    const { box, x, y } = await centreOf(page);

    // The sagittal plane's line runs from top to bottom; its upper end goes round by atan(1/2).
    const up = 0.4;
    const across = (up * box.height * 0.5) / box.width;
    await dragIn(page, 'Axial', [[x, y - up], [x + across / 2, y - up], [x + across, y - up]]);
    const angle = (Math.atan(0.5) * 180) / Math.PI;
    const text = await says(page, 'Sagittal', /Oblique/);
    const told = Number(/([\d.]+)°/.exec(text)[1]);
    assert.ok(Math.abs(told - angle) < 0.6, `${told} degrees, not ${angle}`);
    await says(page, 'Coronal', new RegExp(`Oblique, ${told.toFixed(1)}°`));
    await says(page, 'Axial', /^(?!.*Oblique)/);

    const sagittal = ({ plane }) => Math.abs(normalOf(plane)[0]) > 0.7;
    const turned = (reply) => sagittal(reply) && Math.abs((Math.acos(Math.abs(normalOf(reply.plane)[0])) * 180) / Math.PI - told) < 0.06;
    const reply = await newest(page, replies, turned);
    const report = join(folder, 'report.json');
    await writeFile(report, JSON.stringify({ plane: reply }));
    const compared = await peers('e2e/check_oblique.py', sample, report);
    assert.ok(compared.plane.n > 20_000, `${compared.plane.n} pixels in the image`);
    assert.ok(compared.plane.most < VALUE_TOLERANCE, `off by ${compared.plane.most}`);
    assert.deepEqual(await accessibilityFaults(page), []);
    await isSound(page);
    await shoot(page, 'oblique-turned');

    // A notch of the wheel goes on by a voxel's extent along the normal: 1 mm in voxels of 1 mm.
    const before = replies.length;
    const heightOf = ({ plane }) => {
      const normal = normalOf(plane);
      return plane.origin.reduce((sum, mm, axis) => sum + mm * normal[axis], 0);
    };
    await view(page, 'Sagittal').hover();
    await page.mouse.wheel(0, 100);
    const next = await newest(page, replies, (one, n) => n >= before && turned(one));
    assert.ok(Math.abs(Math.abs(heightOf(next) - heightOf(reply)) - 1) < 1e-9, 'a step is 1 mm');

    await addSegment(page);
    await chooseBrush(page, { radiusMm: 6 });
    // The key goes from a round brush to a square one.
    for (const [shape, key] of [['round', null], ['square', 'p']]) {
      if (key !== null) await page.keyboard.press(key);
      const { edit } = await paint(page, 'Sagittal', [[0.45, 0.45], [0.55, 0.4], [0.6, 0.55]]);
      assert.equal(edit.shape, shape);
      assert.ok(edit.plane !== null, 'the stroke says in which plane it was drawn');
      await shoot(page, `oblique-painted-${shape}`);
      const labels = join(folder, `labels-${shape}.nii.gz`);
      await exportTo(page, labels);
      await page.keyboard.press('Escape');
      await writeFile(report, JSON.stringify({ stroke: edit }));
      const { stroke } = await peers('e2e/check_oblique.py', sample, report, labels);
      assert.ok(stroke.n > 500, `${stroke.n} voxels are painted`);
      assert.equal(stroke.n_wrong, 0);
      await undo(page);
    }

    await page.getByRole('button', exactly('Navigate')).click();
    await page.keyboard.press('u');
    await says(page, 'Sagittal', /^(?!.*Oblique)/);
    await says(page, 'Coronal', /^(?!.*Oblique)/);
    await isSound(page);
  });
});

test('Shift turns one plane alone, keys turn both, and a line is moved by its middle', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    const { box, x, y } = await centreOf(page);
    const across = (0.4 * box.height * 0.5) / box.width;

    await page.keyboard.down('Shift');
    await dragIn(page, 'Axial', [[x, y - 0.4], [x + across, y - 0.4]]);
    await page.keyboard.up('Shift');
    await says(page, 'Sagittal', /Oblique, 2[67]\.\d°/);
    await says(page, 'Coronal', /^(?!.*Oblique)/);
    await page.getByRole('button', { name: /^Straighten/ }).first().click();
    await says(page, 'Sagittal', /^(?!.*Oblique)/);

    await view(page, 'Coronal').focus();
    await page.keyboard.press('t');
    await page.keyboard.press('t');
    await page.keyboard.press('Alt+t');
    await says(page, 'Axial', /Oblique, 11\.0°/);
    await says(page, 'Sagittal', /Oblique, 11\.0°/);
    await view(page, 'Axial').focus();
    await page.keyboard.press('Shift+T');
    await says(page, 'Coronal', /Oblique, 5\.0°/);
    await shoot(page, 'oblique-double-oblique');
    await page.keyboard.press('u');
    await says(page, 'Axial', /^(?!.*Oblique)/);

    const slice = async (plane) => Number(await view(page, plane).getAttribute('aria-valuenow'));
    const [sagittal, coronal] = [await slice('Sagittal'), await slice('Coronal')];
    const by = 0.1;
    await dragIn(page, 'Axial', [[x, y + 0.12], [x + by, y + 0.15]]);
    const moved = (await slice('Sagittal')) - sagittal;
    assert.ok(Math.abs(moved) > 5, `the sagittal plane moved by ${moved}`);
    assert.equal(await slice('Coronal'), coronal);
    await isSound(page);
  });
});

test('an axial slab is the largest of its slices, and is told in words', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    const replies = listenForPlanes(page);
    const index = Number(await view(page, 'Axial').getAttribute('aria-valuenow')) - 1;
    await page.getByLabel('Slab of Axial').selectOption('MIP');
    const thickness = page.getByLabel('Thickness of the slab of Axial, mm');
    await thickness.fill('20');
    await thickness.press('Enter');
    const reply = await newest(page, replies, ({ slab }) => slab?.thickness_mm === 20);
    assert.equal(reply.slab.projection, 'max');
    const report = join(folder, 'report.json');
    const slab = { pixels: reply.pixels, slices: [index - 10, index + 10] };
    await writeFile(report, JSON.stringify({ slab }));
    const compared = await peers('e2e/check_oblique.py', sample, report);
    assert.deepEqual(compared.slab, { n: reply.pixels.length, most: 0 });
    assert.deepEqual(await accessibilityFaults(page), []);
    await shoot(page, 'oblique-slab');

    await view(page, 'Sagittal').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await newest(page, replies, ({ slab }) => slab?.projection === 'min' && slab.thickness_mm === 15);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.equal(await page.getByLabel('Slab of Sagittal').inputValue(), 'none');

    await addSegment(page);
    await page.getByRole('button', exactly('Fill')).click();
    await view(page, 'Axial').click();
    await page.getByText('A slab shows values of many voxels').waitFor();
    await isSaved(page);
    await isSound(page);
  });
});
