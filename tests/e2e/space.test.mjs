/** Segments in 3D: a painted ball, its surface on the screen and through the bytes door, and its files. */

import assert from 'node:assert/strict';
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
  shoot,
  started,
  undo,
  view,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 300_000 };
const RADIUS_MM = 20;
const button = (page, name) => page.getByRole('button', { name, exact: true });
const space = (page) => page.getByRole('application', { name: '3D', exact: true });

/** Does `act` and returns the surface that it makes the page ask for. */
async function surfaceAfter(page, act) {
  const [response] = await Promise.all([
    page.waitForResponse((response) => response.url().includes('kind=surface') && response.ok()),
    act(),
  ]);
  return { url: new URL(response.url()), ...parse(await response.body()) };
}

/** Bounds of all pieces, LPS mm. */
function parse(body) {
  const [nPieces, isWhole] = [body.readUInt32LE(20), body.readUInt32LE(24) === 1];
  const bounds = [0, 1, 2].map(() => [Infinity, -Infinity]);
  let [at, nTriangles] = [40, 0];
  for (let piece = 0; piece < nPieces; piece += 1) {
    const [nVertices, n] = [body.readUInt32LE(at + 12), body.readUInt32LE(at + 16)];
    for (let vertex = 0; vertex < 3 * nVertices; vertex += 1) {
      const x = body.readFloatLE(at + 20 + 4 * vertex);
      const bound = bounds[vertex % 3];
      bound[0] = Math.min(bound[0], x);
      bound[1] = Math.max(bound[1], x);
    }
    at += 20 + 24 * nVertices + 12 * n;
    nTriangles += n;
  }
  assert.equal(at, body.length);
  return { isWhole, nPieces, nTriangles, bounds };
}

/** What is seen at a place of the space's canvas: red, green, blue. */
async function colorAt(page, [x, y]) {
  const box = await space(page).boundingBox();
  const clip = { x: box.x + x * box.width, y: box.y + y * box.height, width: 1, height: 1 };
  const png = await page.screenshot({ clip });
  return page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }, png.toString('base64'));
}

test('a painted ball in 3D', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await shoot(page, 'space-empty');
    let centre;

    await t.test('its surface has the bounds of the ball', async () => {
      await chooseBrush(page, { radiusMm: RADIUS_MM });
      await page.getByRole('radio', { name: 'Sphere', exact: true }).or(button(page, 'Sphere')).first().click();
      let stroke;
      const surface = await surfaceAfter(page, async () => {
        stroke = await paint(page, 'Axial', [[0.5, 0.5]]);
      });
      assert.equal(stroke.edit.shape, 'sphere');
      centre = stroke.edit.path[0];
      surface.bounds.forEach(([low, high], axis) => {
        // Half a voxel: the ball's voxels are those whose centres it holds.
        assert.ok(Math.abs(low - (centre[axis] - RADIUS_MM)) < 0.8, `${low} of ${centre}`);
        assert.ok(Math.abs(high - (centre[axis] + RADIUS_MM)) < 0.8, `${high} of ${centre}`);
      });
      assert.ok(surface.nTriangles > 5000);
      await page.waitForTimeout(300);
      await shoot(page, 'space-ball');
    });

    await t.test('a click on it moves the crosshair to its surface', async () => {
      const before = await page.getByText(/^(Crosshair)/).first().innerText();
      assert.ok(before.length > 0);
      await button(page, 'Navigate').click();
      const box = await space(page).boundingBox();
      const slice = () => Promise.all(['Axial', 'Sagittal', 'Coronal'].map((plane) => view(page, plane).getAttribute('aria-valuenow')));
      const old = await slice();
      const places = [0.3, 0.4, 0.5, 0.6, 0.7].flatMap((x) => [0.3, 0.4, 0.5, 0.6, 0.7].map((y) => [x, y]));
      let hit;
      for (const place of places) {
        const [r, , b] = await colorAt(page, place);
        // Blue: lines and letters are grey, white, or of a plane.
        if (b - r > 60) hit ??= place;
      }
      assert.ok(hit, 'the ball is seen');
      await page.mouse.click(box.x + hit[0] * box.width, box.y + hit[1] * box.height);
      await page.waitForTimeout(300);
      const now = await slice();
      assert.notDeepEqual(now, old);
      await shoot(page, 'space-picked');
      // By keys: another side, and the middle of the view.
      await space(page).focus();
      for (let n = 0; n < 6; n += 1) await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await page.waitForTimeout(300);
      assert.notDeepEqual(await slice(), now);
    });

    await t.test('an edit brings only what changed, and undo takes it back', async () => {
      const surface = await surfaceAfter(page, async () => {
        await undo(page);
      });
      assert.equal(surface.isWhole, false);
      assert.equal(surface.nTriangles, 0);
      const again = await surfaceAfter(page, () => answerTo(page, 'redo', () => page.keyboard.press('Control+y')));
      assert.ok(again.nTriangles > 5000);
      await isSaved(page);
    });

    await t.test('what an effect would do is seen before it is done, and only what differs is fetched', async () => {
      await page.getByRole('tab', { name: 'Edit', exact: true }).click();
      await page.getByLabel('Effect', { exact: true }).selectOption('margin');
      const by = page.getByRole('tabpanel').getByLabel('By', { exact: true });
      await by.fill('6');
      await by.press('Tab');
      const radius = ({ bounds: [[low, high]] }) => (high - low) / 2;
      const before = await colorAt(page, [0.5, 0.5]);
      let preview;
      const grown = await surfaceAfter(page, async () => {
        ({ answer: preview } = await answerTo(page, 'preview_effect', () => button(page, 'Preview').click()));
      });
      assert.equal(grown.url.searchParams.get('document'), preview.document.id);
      assert.equal(grown.isWhole, false);
      assert.ok(Math.abs(radius(grown) - (RADIUS_MM + 6)) < 0.8, String(grown.bounds));
      await page.waitForTimeout(300);
      await shoot(page, 'space-preview');
      const back = await surfaceAfter(page, () => button(page, 'Discard').click());
      assert.equal(back.url.searchParams.get('since_document'), preview.document.id);
      assert.equal(back.isWhole, false);
      assert.ok(Math.abs(radius(back) - RADIUS_MM) < 0.8, String(back.bounds));
      await page.waitForTimeout(300);
      assert.deepEqual(await colorAt(page, [0.5, 0.5]), before);
    });

    await t.test('it is cut, turned and shown alone, which is remembered', async () => {
      await page.getByLabel('What is cut away at the crosshair').selectOption('The corner before the slices');
      await space(page).focus();
      for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowUp', '+', '+', '+']) await page.keyboard.press(key);
      await page.waitForTimeout(200);
      await shoot(page, 'space-cut');
      await page.keyboard.press('Shift+F8');
      await page.waitForTimeout(300);
      await shoot(page, 'space-alone');
      assert.equal(await view(page, 'Axial').isVisible(), false);
      await page.keyboard.press('F7');
      await page.waitForTimeout(200);
      await shoot(page, 'space-large');
      await page.keyboard.press('F6');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('VTK reads its files', async () => {
      const files = ['stl', 'obj', 'ply', 'glb'].map((ending) => join(folder, `ball.${ending}`));
      for (const file of files) {
        await exportTo(page, file);
        await shoot(page, `space-export-${file.slice(-3)}`);
        await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
      }
      const found = await peers('e2e/check_meshes.py', ...[RADIUS_MM, ...centre].map(String), ...files);
      for (const [ending, { bounds_off_mm, volume_off, n_open_edges }] of Object.entries(found)) {
        assert.ok(bounds_off_mm < 0.8, `${ending}: ${bounds_off_mm}`);
        assert.ok(Math.abs(volume_off) < 0.01, `${ending}: ${volume_off}`);
        assert.equal(n_open_edges, 0, ending);
      }
      assert.equal(Object.keys(found).length, 4);
    });
  });
});
