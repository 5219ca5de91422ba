/**
 * The main job: open, paint in three planes, lose the page and the server, open again, undo
 * yesterday's last stroke, export, verify.
 */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults, openApp, startBrowser } from './support/browser.mjs';
import {
  addSegment,
  chooseBrush,
  exportTo,
  openSample,
  paint,
  planes,
  reopenRecent,
  sample,
  undo,
  view,
} from './support/app.mjs';
import { annotomy, peers, startServer, withFolder } from './support/server.mjs';

/** No voxel of a 1 mm grid lies exactly so far from a voxel centre: 6.2^2 is no whole number. */
const RADIUS_MM = 6.2;
const LIMIT = { timeout: 300_000 };

/** Index axis across which each plane of the sample is painted: i to the left, j back, k down. */
const SLICE_AXIS = { Axial: 2, Sagittal: 0, Coronal: 1 };

/** Points of the whole-number grid within `radius` of the origin: voxels of a disc on a voxel centre. */
function latticePoints(radius) {
  let n = 0;
  const reach = Math.ceil(radius);
  for (let x = -reach; x <= reach; x += 1) {
    for (let y = -reach; y <= reach; y += 1) n += Number(x * x + y * y <= radius * radius);
  }
  return n;
}

test('the main journey', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const library = join(folder, 'library');
    const exported = join(folder, 'labels.nii.gz');
    const browser = await startBrowser();
    t.after(() => browser.close());
    let server = await startServer(library);
    t.after(() => server.kill());
    let page = await openApp(browser, server.url);
    const strokes = [];

    await t.test('the home screen offers the sample and is accessible', async () => {
      await page.getByRole('button', { name: 'Open sample', exact: true }).waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('the sample opens in three planes', async () => {
      await openSample(page);
      for (const plane of planes) assert.ok(await view(page, plane).isVisible(), plane);
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('a click paints a disc of the brush\'s size, durable when the status says so', async () => {
      await addSegment(page);
      await chooseBrush(page, { radiusMm: RADIUS_MM });
      const { edit, answer } = await paint(page, 'Axial', [[0.5, 0.5]]);
      strokes.push(edit);
      assert.equal(edit.radius_mm, RADIUS_MM);
      const { min, max } = answer.region;
      assert.equal(min[2], max[2], 'a round brush stays in its slice');
      assert.equal(min[2], edit.slice_index);
      for (const axis of [0, 1]) {
        const extent = max[axis] - min[axis] + 1;
        assert.ok(extent === 12 || extent === 13, `12.4 mm cover 12 or 13 voxels, not ${extent}`);
      }
    });

    await t.test('strokes in each plane are sent for that plane', async () => {
      for (const [n, plane] of planes.entries()) {
        const y = 0.4 + 0.08 * n;
        const { edit } = await paint(page, plane, [[0.35, y], [0.5, y + 0.03], [0.6, y]]);
        assert.equal(edit.slice_axis, SLICE_AXIS[plane], plane);
        strokes.push(edit);
      }
    });

    await t.test('what was painted survives the page and the server', async () => {
      await page.context().close();
      await server.kill();
      server = await startServer(library);
      page = await openApp(browser, server.url);
      await reopenRecent(page);
      const log = await annotomy(library, 'audit', 'log');
      const painted = log.records.filter(({ operation }) => operation.kind === 'paint');
      assert.equal(painted.length, strokes.length);
    });

    await t.test('yesterday\'s last stroke can be undone', async () => {
      await undo(page);
      const log = await annotomy(library, 'audit', 'log');
      const last = log.records.at(-1);
      assert.equal(last.operation.kind, 'undo');
      const target = log.records.find(({ sequence }) => sequence === last.target);
      assert.equal(target.operation.kind, 'paint');
      assert.equal(target.n_voxels, last.n_voxels);
      strokes.pop();
    });

    await t.test('other software reads the exported label map and finds exactly what was painted', async () => {
      await exportTo(page, exported);
      const list = join(folder, 'strokes.json');
      await writeFile(list, JSON.stringify(strokes.map((edit) => ({ ...edit, label: 1 }))));
      const found = await peers('e2e/check_export.py', sample, exported, list);
      assert.deepEqual(found.shape, [161, 191, 151]);
      assert.equal(found.is_integer, true);
      assert.ok(found.affine_difference < 1e-5, `affine differs by ${found.affine_difference}`);
      assert.ok(found.itk_origin_difference < 1e-4);
      assert.equal(found.itk_agrees, true);
      assert.equal(found.n_wrong, 0, JSON.stringify(found));
      assert.ok(found.n_expected > 400);
      assert.deepEqual(Object.keys(found.counts), ['1']);
    });

    await t.test('the log holds', async () => {
      const verification = await annotomy(library, 'audit', 'verify');
      assert.equal(verification.first_fault, null);
      assert.ok(verification.n_records >= 7);
      assert.ok(verification.n_bricks > 0);
    });

    await t.test('a disc on a voxel centre has the voxels that geometry says', async () => {
      // The same brush through the same door, placed where the count is known.
      const [stroke] = strokes;
      const image = await page.evaluate(async () => {
        const call = async (name, body) => (await fetch(`/api/${name}`, {
          method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
        })).json();
        const study = await call('open_sample', { job: 'closed-form' });
        return call('open_image', { job: 'closed-form-image', series: study.series[0].id });
      });
      const at = [40, 95, 100];
      const path = [image.lps_from_index.slice(0, 3).map((row) => row[3] + at.reduce((sum, n, a) => sum + row[a] * n, 0))];
      const answer = await page.evaluate(async (request) => (await fetch('/api/edit', {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request),
      })).json(), { document: image.document, edit: { ...stroke, path, slice_axis: 2, slice_index: at[2] } });
      assert.deepEqual(answer.region, { min: [34, 89, 100], max: [46, 101, 100] });
      const log = await annotomy(library, 'audit', 'log');
      assert.equal(log.records.at(-1).n_voxels, latticePoints(RADIUS_MM));
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});
