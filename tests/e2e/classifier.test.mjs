/** A classifier is taught from scribbles on a real head, kept, exchanged, and leads a contour. */

import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  chooseBrush,
  isSaved,
  openSample,
  paint,
  shoot,
  started,
  undo,
} from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 300_000 };
const button = (page, name) => page.getByRole('button', { name, exact: true });
const field = (page, label) =>
  page.getByRole('tabpanel').getByLabel(label, { exact: true }).last();

test('a classifier of a real head', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    const file = join(folder, 'head.classifier');
    let known = null;
    await openSample(page);
    await addSegment(page);
    await chooseBrush(page, { radiusMm: 3 });
    // The middle of the brain, and as a background the air in two corners.
    await paint(page, 'Axial', [[0.44, 0.4], [0.44, 0.6]]);
    await paint(page, 'Axial', [[0.56, 0.4], [0.56, 0.6]]);
    await addSegment(page);
    await chooseBrush(page, { radiusMm: 3 });
    await paint(page, 'Axial', [[0.28, 0.06], [0.28, 0.14]]);
    await paint(page, 'Axial', [[0.72, 0.86], [0.72, 0.94]]);
    await page.getByRole('tab', { name: 'Edit', exact: true }).click();
    await page.getByLabel('Effect', { exact: true }).selectOption('classify');

    await t.test('it is taught under a name, and used in a slice', async () => {
      await field(page, 'By').selectOption('classifier');
      assert.equal(await button(page, 'Preview').isDisabled(), true);
      await field(page, 'Name').fill('Head');
      await field(page, 'Finest detail').fill('1.5');
      await field(page, 'Finest detail').press('Tab');
      ({ answer: known } = await answerTo(page, 'teach_classifier', () =>
        button(page, 'Teach from paint').click()));
      assert.deepEqual(known.classes, ['Segment 1', 'Segment 2']);
      await page.getByText('Tells apart Segment 1, Segment 2').waitFor();
      await field(page, 'Where').selectOption('axial');
      assert.deepEqual(await accessibilityFaults(page), []);
      const { request, answer } = await answerTo(page, 'preview_effect', () =>
        button(page, 'Preview').click());
      assert.equal(request.effect.classifier, known.id);
      assert.ok(answer.region !== null);
      assert.equal(answer.region.min[2], answer.region.max[2]);
      await page.getByText('Preview: what you see is not saved yet.').waitFor();
      await shoot(page, 'classifier');
      await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
      await isSaved(page);
      await undo(page);
    });

    await t.test('it goes to a file and comes back from it', async () => {
      await page.getByText('Import and export', { exact: true }).click();
      await field(page, 'File').fill(file);
      await answerTo(page, 'export_classifier', () => button(page, 'Export classifier').click());
      await page.getByText(`Exported to ${file}`).waitFor();
      assert.ok((await stat(file)).size > 1000);
      await answerTo(page, 'forget_classifier', () => button(page, 'Take off the list').click());
      await page.getByText('None yet: teach or import one').waitFor({ state: 'attached' });
      const { answer } = await answerTo(page, 'import_classifier', () =>
        button(page, 'Import classifier').click());
      assert.equal(answer.id, known.id);
      assert.equal(answer.name, 'head');
    });

    await t.test('what has no segment is told, and gets one', async () => {
      await undo(page);
      await undo(page);
      await undo(page);
      await page.getByText('No segment of this layer is named Segment 2').waitFor();
      await shoot(page, 'classifier-missing');
      await answerTo(page, 'edit', () => button(page, 'Add segments').click());
      await page.getByText('No segment of this layer is named').waitFor({ state: 'detached' });
    });

    await t.test('a contour fills what looks like a class', async () => {
      await page.getByLabel('Effect', { exact: true }).selectOption('snake');
      await field(page, 'Grows by').selectOption('classifier');
      await field(page, 'Wanted class').selectOption('Segment 1');
      await field(page, 'Margin around the start').fill('15');
      await field(page, 'Margin around the start').press('Tab');
      const begun = answerTo(page, 'begin_snake', () => button(page, 'Add bubble at the crosshair').click());
      const { request } = await begun;
      assert.deepEqual(request.contour.speed, {
        by: 'classifier', classifier: known.id, class: 'Segment 1',
      });
      const { answer } = await answerTo(page, 'advance_snake', () => button(page, 'Step').click());
      assert.ok(answer.n_voxels > 0);
      await shoot(page, 'classifier-contour');
      assert.deepEqual(await accessibilityFaults(page), []);
      await answerTo(page, 'apply_preview', () => button(page, 'Apply').click());
      await isSaved(page);
    });

    await t.test('it goes into an archive under the name of its file, and other software computes its hash', async () => {
      await page.getByRole('button', { name: 'Home', exact: true }).first().click();
      await button(page, 'Save archive…').click();
      const dialog = page.getByRole('dialog');
      const archive = join(folder, 'head.annotomy');
      await dialog.getByLabel('File', { exact: true }).fill(archive);
      await dialog.getByRole('button', { name: 'Save archive' }).click();
      await dialog.getByText('Saved and checked').waitFor();
      await shoot(page, 'classifier-archive');
      const { problems, classifiers } = await peers('peers/archive_read.py', archive);
      assert.deepEqual([problems, classifiers], [[], ['head']]);
    });
  });
});
