/** Figures with half axes, turned by their handle: against SciPy and the closed form of where the pen was. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import { addSegment, answerTo, exported, isSaved, openSample, shoot, started, undo, view, voxelUnderPen } from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
/** Points are kept to a millionth of a millimetre. */
const NEAR_MM = 2e-6;
/** The ring that turns stands off the highest side by this, CSS px. */
const RING_PX = 20;
/** The middle of the sample, LPS mm; all of it is shown, so it is in the middle of each plane. */
const MIDDLE = [0, 15, 10];
/** Its row; rows go back. */
const MIDDLE_ROW = 95;
/** What runs right and down, LPS: axial is seen from the feet, coronal from the front, sagittal from the left. */
const PLANES = {
  Axial: { right: [1, 0, 0], down: [0, 1, 0] },
  Coronal: { right: [1, 0, 0], down: [0, 0, -1] },
  Sagittal: { right: [0, 1, 0], down: [0, 0, -1] },
};
/** Corners in px from the top left of their plane, and where the ring is dragged to from the middle. */
const FIGURES = [
  ['rectangle', 'Axial', [[210, 90], [330, 160]], [[70, 41], [-95, -18]]],
  ['ellipse', 'Coronal', [[120, 100], [200, 250]], [[-60, 33], [44, 101]]],
  ['plane', 'Sagittal', [[150, 110], [290, 210]], [[12, 90], [-80, 5]]],
];

const button = (page, name) => page.getByRole('button', { name, exact: true });
const plus = (a, b) => a.map((x, n) => x + b[n]);
const minus = (a, b) => a.map((x, n) => x - b[n]);
const dot = (a, b) => a.reduce((sum, x, n) => sum + x * b[n], 0);
const scale = (a, by) => a.map((x) => x * by);
const halfOf = ({ centre, ends }) => ends.map((end) => minus(end, centre));
const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
const areNear = (found, expected, what) =>
  assert.ok(Math.hypot(...minus(found, expected)) <= NEAR_MM, `${what}: ${found}, not ${expected}`);

/** How a plane lies on the page, px from its top left, and in the patient. */
async function planeOn(page, name, pxPerMm) {
  const { x, y, width, height } = await view(page, name).boundingBox();
  const { right, down } = PLANES[name];
  const flat = (mm) => [dot(mm, right), dot(mm, down)];
  const pageOf = (px) => plus(px, [x, y]);
  const pxOf = (mm) => plus([width / 2, height / 2], scale(flat(minus(mm, MIDDLE)), pxPerMm));
  const mmAcross = ([across, along]) => plus(scale(right, across / pxPerMm), scale(down, along / pxPerMm));
  const mmOf = (px) => plus(MIDDLE, mmAcross(minus(px, [width / 2, height / 2])));
  return { right, down, pageOf, pxOf, mmAcross, mmOf };
}

async function dragOn(page, plane, from, to, { isDropped = false } = {}) {
  await page.mouse.move(...plane.pageOf(from));
  await page.mouse.down();
  await page.mouse.move(...plane.pageOf(to), { steps: 7 });
  if (isDropped) await page.keyboard.press('Escape');
  await page.mouse.up();
}

/** Where the ring is, in whole px: beyond the highest end of the half axes that lie in the plane. */
function ringOf(plane, figure) {
  const normal = cross(plane.right, plane.down);
  const inPlane = halfOf(figure).filter((half) => Math.abs(dot(half, normal)) < 0.1 * Math.hypot(...half));
  const ends = inPlane.flatMap((half) => [1, -1].map((sign) => plane.pxOf(plus(figure.centre, scale(half, sign)))));
  const [top] = ends.toSorted((a, b) => a[1] - b[1]);
  const way = minus(top, plane.pxOf(figure.centre));
  return plus(top, scale(way, RING_PX / Math.hypot(...way))).map(Math.round);
}

/** Waits until the coronal slice through a point is on screen: before that, the pen is over another one. */
async function isOnCoronal(page, [, y]) {
  const slice = MIDDLE_ROW + Math.round(y - MIDDLE[1]);
  const box = await view(page, 'Coronal').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const under = voxelUnderPen(page);
  await under.filter({ hasText: new RegExp(`, ${slice},`) }).waitFor();
}

test('figures are turned by their ring', LIMIT, (t) =>
  withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await page.getByRole('tab', { name: 'Shapes', exact: true }).click();
    await page.keyboard.press('m');
    const turns = [];
    const list = join(folder, 'figures.json');
    const planes = {};
    /** The figure of a shape after an edit, the last shape if not told otherwise. */
    const edited = async (act, place = -1) => {
      const { answer } = await answerTo(page, 'edit', act);
      await isSaved(page);
      return answer.document.shapes.at(place).geometry;
    };
    /** Draws from corner to corner; the first figure on a plane tells the plane's scale. */
    const draw = async (kind, name, corners) => {
      await page.getByLabel('Which shape is drawn').selectOption(kind);
      const unscaled = await planeOn(page, name, 1);
      const figure = await edited(() => dragOn(page, unscaled, ...corners));
      const halfPx = scale(minus(corners[1], corners[0]), 0.5);
      planes[name] ??= await planeOn(page, name, halfPx[0] / Math.hypot(...halfOf(figure)[0]));
      const { mmOf, mmAcross } = planes[name];
      areNear(figure.centre, mmOf(scale(plus(...corners), 0.5)), 'the middle');
      areNear(halfOf(figure)[0], mmAcross([halfPx[0], 0]), 'half its width');
      areNear(halfOf(figure)[1], mmAcross([0, halfPx[1]]), 'half its height');
      return figure;
    };
    /** Drags the ring to a place told from the middle. */
    const turn = async (name, before, to, place) => {
      const plane = planes[name];
      const centre = plane.pxOf(before.centre);
      const [from, end] = [ringOf(plane, before), plus(centre, to).map(Math.round)];
      const after = await edited(() => dragOn(page, plane, from, end), place);
      const { right, down } = plane;
      turns.push({ before, after, right, down, from: minus(from, centre), to: minus(end, centre) });
      return after;
    };
    const equalsScipy = async () => {
      await writeFile(list, JSON.stringify(turns));
      for (const [n, mm] of (await peers('e2e/check_rotated_box.py', 'turns', list)).entries()) {
        assert.ok(mm < NEAR_MM, `${mm} mm off: ${JSON.stringify(turns[n])}`);
      }
      turns.length = 0;
    };
    let rectangle;

    for (const [kind, name, corners, targets] of FIGURES) {
      await t.test(`${kind}: goes round its middle with the pen, and undo takes that back exactly`, async () => {
        const figures = [await draw(kind, name, corners)];
        for (const to of targets) figures.push(await turn(name, figures.at(-1), to));
        await equalsScipy();
        await shoot(page, `rotated-${kind}`);
        const isNow = ({ answer }, n) => assert.deepEqual(answer.document.shapes.at(-1).geometry, figures[n]);
        isNow(await undo(page), 1);
        isNow(await undo(page), 0);
        for (const n of [1, 2]) {
          isNow(await answerTo(page, 'redo', () => page.keyboard.press('Control+y')), n);
          await isSaved(page);
        }
        if (kind === 'rectangle') rectangle = figures[2];
      });
    }

    await t.test('arrows turn by the ring, and move the whole once that is chosen by a key', async () => {
      await button(page, 'Choose Rectangle 1').click();
      rectangle = await turn('Axial', rectangle, [40, -75], 0);
      await equalsScipy();
      const turned = await edited(async () => {
        for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowLeft']) await page.keyboard.press(key);
      }, 0);
      const { right, down } = planes.Axial;
      const angle = (-3 * Math.PI) / 180;
      turns.push({ before: rectangle, after: turned, right, down, from: [1, 0], to: [Math.cos(angle), Math.sin(angle)] });
      await equalsScipy();
      rectangle = turned;
      // Behind the ring comes the whole.
      await page.keyboard.press('Alt+.');
      const by = [2, 5, 0];
      const moved = await edited(async () => {
        for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key);
      }, 0);
      areNear(moved.centre, plus(rectangle.centre, by), 'the middle');
      moved.ends.forEach((end, n) => areNear(end, plus(rectangle.ends[n], by), 'an end'));
      rectangle = await turn('Axial', moved, [88, 30], 0);
      await equalsScipy();
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('a corner of what is turned goes with the pen, the opposite one stays', async () => {
      const { pxOf, mmAcross } = planes.Axial;
      const cornerOf = ({ centre, ends: [a, b] }, sign) =>
        plus(centre, scale(plus(minus(a, centre), minus(b, centre)), sign));
      const from = pxOf(cornerOf(rectangle, 1)).map(Math.round);
      const by = [14, -9];
      const larger = await edited(() => dragOn(page, planes.Axial, from, plus(from, by)), 0);
      areNear(cornerOf(larger, 1), plus(cornerOf(rectangle, 1), mmAcross(by)), 'the corner');
      areNear(cornerOf(larger, -1), cornerOf(rectangle, -1), 'the opposite corner');
      for (const [n, half] of halfOf(larger).entries()) {
        areNear(cross(half, halfOf(rectangle)[n]).map((area) => area / Math.hypot(...half)), [0, 0, 0], 'a direction');
      }
      rectangle = larger;
    });

    await t.test('Escape leaves it as it was, and so does a lock', async () => {
      const ring = ringOf(planes.Axial, rectangle);
      await dragOn(page, planes.Axial, ring, plus(ring, [60, 50]), { isDropped: true });
      await edited(() => button(page, 'Lock Rectangle 1').click());
      await dragOn(page, planes.Axial, ring, plus(ring, [60, 50]));
      await page.getByText('This shape is locked.').first().waitFor();
      assert.deepEqual(await edited(() => button(page, 'Unlock Rectangle 1').click(), 0), rectangle);
    });

    await t.test('a box is turned on one plane after the other, and fills what it holds as NumPy has it', async () => {
      let box = await draw('box3d', 'Axial', [[96, 214], [190, 270]]);
      box = await turn('Axial', box, [75, -40]);
      await button(page, 'Go to 3D box 1').click();
      await isOnCoronal(page, box.centre);
      box = await turn('Coronal', box, [-64, -59]);
      await equalsScipy();
      await addSegment(page);
      for (const name of ['3D box', 'Rectangle']) {
        await button(page, `Choose ${name} 1`).click();
        await edited(() => button(page, 'Fill into “Segment 1”').click());
      }
      await shoot(page, 'rotated-filled');
      const labels = await exported(page, folder, 'labels.nii.gz');
      await writeFile(list, JSON.stringify([box, rectangle]));
      const { n, different } = await peers('e2e/check_rotated_box.py', 'filled', labels, list);
      assert.ok(n > 10_000);
      assert.equal(different, 0, `of ${n} voxels`);
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  }));
