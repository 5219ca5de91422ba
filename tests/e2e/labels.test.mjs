/** Labels of a slice, of the image and of its study: given, asked about, found again, taken back. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import { answerTo, isSaved, openPath, openSample, shoot, started, undo, view } from './support/app.mjs';
import { peers, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 180_000 };
const QUALITY = {
  name: 'Quality',
  color: '#ffcc00',
  tools: ['slice', 'image', 'study'],
  attributes: [{ name: 'Motion', kind: 'radio', options: ['none', 'some'], is_required: true }],
};

/** Makes the class, and chooses it for new shapes. */
async function addQuality(page) {
  await page.evaluate(async (own) => {
    const body = JSON.stringify({ edit: { type: 'add_class', class: own } });
    const answer = await fetch('/api/edit_protocol', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    if (!answer.ok) throw new Error(await answer.text());
  }, QUALITY);
  await page.getByRole('tab', { name: 'Shapes', exact: true }).click();
  await page.getByLabel('Class of new shapes').selectOption('Quality');
}

const slice = (page) => page.getByRole('slider', { name: 'Axial', exact: true }).getAttribute('aria-valuenow');

test('labels of a slice and of the image', LIMIT, (t) =>
  withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addQuality(page);
    assert.equal(await page.getByRole('button', { name: 'Label the study' }).count(), 0, 'a NIfTI names none');
    let labelled;

    await t.test('the slice shown is labelled, and asked about what its class asks', async () => {
      await view(page, 'Axial').focus();
      await page.keyboard.press('PageUp');
      labelled = await slice(page);
      const { request, answer } = await answerTo(page, 'edit', () =>
        page.getByRole('button', { name: 'Label this slice' }).click(),
      );
      assert.equal(request.edit.geometry.kind, 'slice');
      assert.equal(answer.document.shapes.length, 1);
      const { answer: answered } = await answerTo(page, 'edit', () => page.getByLabel('Motion').selectOption('some'));
      assert.equal(answered.document.shapes[0].answers[0].answer.option, 'some');
      await isSaved(page);
      await shoot(page, 'slice-label');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('another slice is not labelled, and the label leads back to its own', async () => {
      await view(page, 'Axial').focus();
      for (let n = 0; n < 3; n += 1) await page.keyboard.press('PageUp');
      assert.notEqual(await slice(page), labelled);
      await shoot(page, 'slice-without');
      await page.getByRole('button', { name: /^Go to Slice label 1/ }).click();
      await page.waitForFunction(
        (expected) => document.querySelector('[role=slider][aria-label=Axial]')?.getAttribute('aria-valuenow') === expected,
        labelled,
      );
    });

    await t.test('the image is labelled by a text from the keyboard, and undone', async () => {
      await page.getByLabel('Class of new shapes').selectOption('No class');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Label the image');
      const { request } = await answerTo(page, 'edit', () => page.keyboard.press('Enter'));
      assert.deepEqual(request.edit.geometry, { kind: 'image' });
      const { answer } = await answerTo(page, 'edit', async () => {
        await page.keyboard.type('Poor');
        await page.keyboard.press('Enter');
      });
      assert.deepEqual(answer.document.shapes.map(({ text }) => text), ['', 'Poor']);
      await isSaved(page);
      await shoot(page, 'image-label');
      await undo(page);
      await undo(page);
      await page.getByRole('button', { name: 'Go to Slice label 1' }).waitFor();
      assert.equal(await page.getByText('Poor').count(), 0);
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  }));

test('a label of the study is told on its other images', LIMIT, (t) =>
  withFolder(async (folder) => {
    const { studies } = await peers('peers/dicom_display.py', join(folder, 'dicom'));
    const page = await started(t, folder);
    const open = async (series) => {
      await openPath(page, studies);
      await page.getByRole('button', { name: new RegExp(series) }).click();
      await view(page, 'Axial').waitFor();
      await page.getByRole('tab', { name: 'Shapes', exact: true }).click();
    };
    await open('Series 0');
    await addQuality(page);
    const { request } = await answerTo(page, 'edit', () =>
      page.getByRole('button', { name: 'Label the study' }).click(),
    );
    assert.deepEqual(request.edit.geometry, { kind: 'study' });
    await answerTo(page, 'edit', () => page.getByLabel('Motion').selectOption('some'));
    await isSaved(page);
    await shoot(page, 'study-label');

    await page.getByRole('button', { name: 'Home', exact: true }).first().click();
    await open('Series 1');
    const told = page.getByRole('region', { name: 'Of this study, on its other images' });
    await told.getByText('Motion: some').waitFor();
    await told.getByText('on Series 0').waitFor();
    await shoot(page, 'study-label-elsewhere');
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.getByRole('button', { name: 'Home', exact: true }).first().click();
    await open('Series 2');
    await page.getByRole('button', { name: 'Label the study' }).waitFor();
    assert.equal(await told.count(), 0, 'it belongs to another study');
    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  }));
