/** Shapes on a real head, by mouse and keyboard: against the closed form of where was clicked, and NumPy. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  dragIn,
  isSaved,
  openSample,
  sample,
  shoot,
  started,
  undo,
  view,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 300_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const distance = (a, b) => Math.hypot(...a.map((x, n) => x - b[n]));
const isNear = (found, expected, within, what) =>
  assert.ok(Math.abs(found - expected) <= within, `${what}: ${found}, not ${expected}`);

/** Where the panel says that the pen is, patient mm to a tenth. */
async function positionUnder(page, plane, [x, y]) {
  const box = await view(page, plane).boundingBox();
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
  const row = page.getByRole('row', { name: /^Patient mm/ });
  const text = await row.getByRole('cell').first().innerText();
  const signs = { L: 1, R: -1, P: 1, A: -1, S: 1, I: -1 };
  return [...text.matchAll(/([LRPASI])\s([\d.]+)/g)].map(([, letter, mm]) => signs[letter] * Number(mm));
}

/** Fractions of a plane's picture in CSS px. */
async function pixels(page, plane, points) {
  const box = await view(page, plane).boundingBox();
  return points.map(([x, y]) => [x * box.width, y * box.height]);
}

async function clickAll(page, plane, points, options = {}) {
  const box = await view(page, plane).boundingBox();
  for (const [x, y] of points) {
    await page.mouse.click(box.x + x * box.width, box.y + y * box.height, options);
  }
}

/** The area that corners enclose (shoelace). */
function shoelace(corners) {
  const cross = ([ax, ay], [bx, by]) => ax * by - bx * ay;
  return Math.abs(corners.reduce((sum, at, n) => sum + cross(at, corners[(n + 1) % corners.length]), 0)) / 2;
}

test('shapes on a real head', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    const draw = async (kind, act) => {
      await page.getByLabel('Which shape is drawn').selectOption(kind);
      const measures = page.waitForResponse((response) => response.url().endsWith('/api/shape_measures'));
      const { request, answer } = await answerTo(page, 'edit', act);
      await isSaved(page);
      assert.equal(request.edit.type, 'add_shape');
      const { shapes } = await (await measures).json();
      return { geometry: request.edit.geometry, shape: answer.document.shapes.at(-1), measure: shapes.at(-1) };
    };
    /** CSS px to a millimetre: of a line whose length is known. */
    let mmPerPx = 0;
    const drawn = [];

    await t.test('the panel says how a shape is drawn', async () => {
      await page.getByRole('tab', { name: 'Shapes', exact: true }).click();
      await page.getByText('No shapes yet').waitFor();
      await page.keyboard.press('m');
      await page.getByLabel('Which shape is drawn').waitFor();
      await shoot(page, 'empty');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('a line measures what lies between its ends', async () => {
      const ends = [[0.3, 0.35], [0.62, 0.55]];
      const { geometry, measure } = await draw('line', () => dragIn(page, 'Axial', ends));
      const [told, toldTo] = [await positionUnder(page, 'Axial', ends[0]), await positionUnder(page, 'Axial', ends[1])];
      isNear(measure.length, distance(told, toldTo), 0.15, 'length between the positions told');
      const [from, to] = await pixels(page, 'Axial', ends);
      isNear(measure.length, distance(...geometry.ends), 1e-5, 'length');
      mmPerPx = measure.length / distance(from, to);
      await page.getByRole('tabpanel').getByText(/^\d+(\.\d+)?\u00a0mm$/).first().waitFor();
      await shoot(page, 'line');
    });

    await t.test('an ellipse has the area of its axes, and the values inside as NumPy has them', async () => {
      const corners = [[0.33, 0.62], [0.47, 0.78]];
      const { geometry, measure } = await draw('ellipse', () => dragIn(page, 'Axial', corners));
      const [[ax, ay], [bx, by]] = await pixels(page, 'Axial', corners);
      const [width, height] = [Math.abs(bx - ax) * mmPerPx, Math.abs(by - ay) * mmPerPx];
      isNear(measure.area, (Math.PI * width * height) / 4, 0.5, 'area');
      drawn.push({ geometry, measure });
      await shoot(page, 'ellipse');
    });

    await t.test('a polygon is clicked corner by corner and closed at its first', async () => {
      const corners = [[0.55, 0.6], [0.68, 0.62], [0.66, 0.75], [0.58, 0.78]];
      const { geometry, measure } = await draw('polygon', async () => {
        await clickAll(page, 'Axial', corners.slice(0, 3));
        await shoot(page, 'polygon-on-the-way');
        await clickAll(page, 'Axial', [...corners.slice(3), corners[0]]);
      });
      const expected = shoelace(await pixels(page, 'Axial', corners)) * mmPerPx ** 2;
      isNear(measure.area, expected, 0.5, 'area');
      assert.equal(geometry.points.length, 4);
      drawn.push({ geometry, measure });
      await shoot(page, 'polygon');
    });

    await t.test('mean and deviation are those of NumPy', async () => {
      const list = join(folder, 'shapes.json');
      await writeFile(list, JSON.stringify(drawn.map(({ geometry }) => geometry)));
      const expected = await peers('e2e/check_shapes.py', sample, list);
      for (const [n, { measure }] of drawn.entries()) {
        const { values } = measure;
        assert.equal(values.n, expected[n].n);
        for (const name of ['mean', 'standard_deviation', 'min', 'max']) {
          isNear(values[name], expected[n][name], 1e-6 * Math.abs(expected[n].max), name);
        }
      }
    });

    await t.test('a bidirectional measurement has its axes at a right angle', async () => {
      const { geometry, measure } = await draw('bidirectional', async () => {
        await dragIn(page, 'Sagittal', [[0.35, 0.35], [0.6, 0.5]]);
        await dragIn(page, 'Sagittal', [[0.45, 0.52], [0.52, 0.34]]);
      });
      const [[a, b], [c, d]] = [geometry.long, geometry.short];
      const dot = a.reduce((sum, x, n) => sum + (b[n] - x) * (d[n] - c[n]), 0);
      isNear(dot / distance(a, b) / distance(c, d), 0, 1e-9, 'cosine');
      isNear(measure.long_axis, distance(a, b), 1e-5, 'long axis');
      isNear(measure.short_axis, distance(c, d), 1e-5, 'short axis');
      assert.ok(measure.long_axis >= measure.short_axis);
      await shoot(page, 'bidirectional');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('an end of the line is dragged elsewhere, and undo brings it back', async () => {
      await page.getByRole('button', { name: 'Choose Length 1' }).click();
      const [from, to] = [[0.62, 0.55], [0.6, 0.45]];
      const { request, answer } = await answerTo(page, 'edit', () => dragIn(page, 'Axial', [from, to]));
      await isSaved(page);
      assert.equal(request.edit.change.property, 'geometry');
      const { ends } = answer.document.shapes[0].geometry;
      const [start, end] = await pixels(page, 'Axial', [[0.3, 0.35], to]);
      isNear(distance(...ends), distance(start, end) * mmPerPx, 0.05, 'length');
      await page.getByRole('tabpanel').getByText(`${Number(distance(...ends).toPrecision(4))}\u00a0mm`).first().waitFor();
      await shoot(page, 'dragged');
      const { answer: undone } = await undo(page);
      const before = undone.document.shapes[0].geometry.ends;
      const [oldEnd] = await pixels(page, 'Axial', [from]);
      isNear(distance(...before), distance(start, oldEnd) * mmPerPx, 1e-5, 'length');
    });

    await t.test('arrows move the shape, and one run of them is one edit', async () => {
      await page.getByRole('button', { name: 'Choose Ellipse 1' }).click();
      await view(page, 'Axial').focus();
      const { request } = await answerTo(page, 'edit', async () => {
        for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowDown']) await page.keyboard.press(key);
      });
      await isSaved(page);
      const { centre } = request.edit.change.geometry;
      const [x, y, z] = drawn[0].geometry.centre;
      // On an axial slice right is the patient's left (+x), down is posterior (+y); a pixel is 1 mm.
      assert.deepEqual(
        [centre[0] - x, centre[1] - y, centre[2] - z].map((mm) => Math.round(mm * 1e6) / 1e6),
        [2, 5, 0],
      );
    });

    await t.test('a corner is added on an edge and taken away again', async () => {
      await page.getByRole('button', { name: 'Choose Polygon 1' }).click();
      const onEdge = [0.67, 0.685];
      const { request } = await answerTo(page, 'edit', () => clickAll(page, 'Axial', [onEdge]));
      assert.equal(request.edit.change.geometry.points.length, 5);
      await isSaved(page);
      const { request: less } = await answerTo(page, 'edit', async () => {
        await page.keyboard.down('Alt');
        await clickAll(page, 'Axial', [onEdge]);
        await page.keyboard.up('Alt');
      });
      assert.equal(less.edit.change.geometry.points.length, 4);
      await isSaved(page);
    });

    await t.test('the shape fills a segment, and the segment is outlined', async () => {
      await addSegment(page);
      const fill = await answerTo(page, 'edit', () => button(page, 'Fill into “Segment 1”').click());
      await isSaved(page);
      assert.equal(fill.request.edit.type, 'fill_shape');
      assert.ok(fill.answer.region !== null);
      const outlined = await answerTo(page, 'edit', () => button(page, 'Outline “Segment 1”').click());
      await isSaved(page);
      assert.equal(outlined.answer.document.shapes.at(-1).source, 'converted');
      await shoot(page, 'filled');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('a class brings its colour and its questions, a lock keeps the shape as it is', async () => {
      await page.keyboard.press('Control+l');
      const dialog = page.getByRole('dialog', { name: 'Label protocol' });
      await dialog.getByRole('button', { name: 'Add class' }).click();
      await dialog.getByLabel('Name', { exact: true }).fill('Lesion');
      await dialog.getByRole('button', { name: 'Add question' }).click();
      await dialog.getByLabel('Question', { exact: true }).fill('Enhancing');
      await dialog.getByLabel('Options, one a line').fill('yes\nno');
      await answerTo(page, 'edit_protocol', () => dialog.getByRole('button', { name: 'Save class' }).click());
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Choose Ellipse 1' }).click();
      await answerTo(page, 'edit', () => page.getByLabel('Class of Ellipse 1').selectOption('Lesion'));
      const panel = page.getByRole('tabpanel');
      const { answer } = await answerTo(page, 'edit', () => panel.getByLabel('Enhancing').selectOption('yes'));
      const [given] = answer.document.shapes[1].answers;
      assert.deepEqual(given.answer, { kind: 'radio', option: 'yes' });
      await answerTo(page, 'edit', () => page.getByRole('button', { name: 'Lock Ellipse 1' }).click());
      await isSaved(page);
      await shoot(page, 'class');
      assert.deepEqual(await accessibilityFaults(page), []);
      await dragIn(page, 'Axial', [[0.33, 0.7], [0.4, 0.7]]);
      await page.getByText('This shape is locked.').first().waitFor();
      await answerTo(page, 'edit', () => page.getByRole('button', { name: 'Unlock Ellipse 1' }).click());
      await isSaved(page);
    });

    await t.test('a shape is shown on other slices as far as is chosen', async () => {
      await page.getByLabel('Also shown on slices within').fill('6');
      await page.keyboard.press('Tab');
      await view(page, 'Axial').focus();
      await page.keyboard.press('Escape');
      for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
      await shoot(page, 'near');
      await page.getByRole('button', { name: 'Go to Ellipse 1' }).click();
      await page.waitForFunction(
        () => document.querySelector('[role="slider"][aria-label="Axial"]')?.getAttribute('aria-valuenow') === '76',
      );
    });

    await t.test('all shapes are hidden by a key, and another one drawn shows them again', async () => {
      const isShown = page.getByLabel('Show shapes');
      await view(page, 'Axial').focus();
      await page.keyboard.press('h');
      assert.equal(await isShown.isChecked(), false);
      // Nothing is under the pen where the line was: a new one begins there.
      await draw('line', () => dragIn(page, 'Axial', [[0.3, 0.35], [0.4, 0.3]]));
      assert.equal(await isShown.isChecked(), true);
      await undo(page);
    });

    await t.test('Delete deletes the shape in hand, and says so', async () => {
      await page.getByRole('button', { name: 'Choose Polygon 1' }).click();
      await view(page, 'Axial').focus();
      const { request } = await answerTo(page, 'edit', () => page.keyboard.press('Delete'));
      await isSaved(page);
      assert.equal(request.edit.type, 'delete_shape');
      await page.getByText('Deleted Polygon 1. Undo brings it back.').waitFor();
    });

    await t.test('every other kind is drawn, too', async () => {
      const at = (x, y) => [0.3 + x * 0.4, 0.25 + y * 0.5];
      const drag = (plane, ...points) => () => dragIn(page, plane, points);
      const kinds = {
        angle: () => clickAll(page, 'Coronal', [at(0, 0), at(0.2, 0.1), at(0.1, 0.3)]),
        cobb_angle: async () => {
          await dragIn(page, 'Coronal', [at(0.5, 0), at(0.8, 0.05)]);
          await dragIn(page, 'Coronal', [at(0.5, 0.3), at(0.8, 0.2)]);
        },
        rectangle: drag('Coronal', at(0, 0.5), at(0.3, 0.7)),
        point: () => clickAll(page, 'Coronal', [at(0.9, 0.5)]),
        arrow: drag('Coronal', at(1.1, 0.1), at(0.95, 0.2)),
        freehand: drag('Coronal', at(0.5, 0.5), at(0.7, 0.5), at(0.7, 0.7), at(0.5, 0.7), at(0.5, 0.5)),
        spline: async () => {
          await clickAll(page, 'Coronal', [at(0, 0.8), at(0.2, 0.8), at(0.25, 1)]);
          await clickAll(page, 'Coronal', [at(0, 0.95), at(0, 0.8)]);
        },
        polyline: async () => {
          await clickAll(page, 'Coronal', [at(0.5, 0.9), at(0.6, 1), at(0.7, 0.9)]);
          await page.keyboard.press('Enter');
        },
        box3d: drag('Sagittal', at(0.9, 0.6), at(1.1, 0.8)),
        plane: drag('Sagittal', at(0, 0.7), at(0.3, 0.95)),
      };
      for (const [kind, act] of Object.entries(kinds)) {
        const { geometry } = await draw(kind, act);
        assert.equal(geometry.kind, kind);
        if (kind === 'freehand') assert.ok(geometry.is_closed);
        if (kind !== 'arrow') continue;
        // Its text is asked for at once.
        await page.keyboard.type('Here');
        const { request } = await answerTo(page, 'edit', () => page.keyboard.press('Enter'));
        assert.deepEqual(request.edit.change, { property: 'text', text: 'Here' });
        await isSaved(page);
      }
      await shoot(page, 'kinds');
      await page.getByRole('button', { name: 'Maximise Coronal' }).click();
      await shoot(page, 'kinds-large');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});
