/** Layouts and keys as the user has them, held tools, help, fingers and pens, the filter of the history. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  chooseBrush,
  isSaved,
  openSample,
  paint,
  planes,
  reopenRecent,
  shoot,
  started,
  view,
  viewerIsReady,
} from './support/app.mjs';
import { changes, isInHand, openShortcuts, sliceOf } from './support/hands.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const CHANGE_LIMIT_MS = 5_000;
const exactly = (name) => ({ name, exact: true });

/** Widths of the planes on the screen, px, once `isSo` holds of them. */
async function widths(page, isSo = () => true) {
  const until = Date.now() + CHANGE_LIMIT_MS;
  for (;;) {
    const now = await widthsNow(page);
    if (isSo(now)) return now;
    assert.ok(Date.now() < until, `widths ${now} are not ${isSo}`);
  }
}

async function widthsNow(page) {
  const boxes = await Promise.all(planes.map((plane) => view(page, plane).boundingBox()));
  return boxes.map((box) => (box === null ? 0 : Math.round(box.width)));
}

const tool = (page, name) => page.getByRole('group', exactly('Tools')).getByRole('button', exactly(name));

/** Fingers on a plane: each list is where one is, in fractions of the width and height. */
async function touch(page, plane, steps) {
  const box = await view(page, plane).boundingBox();
  const session = await page.context().newCDPSession(page);
  const points = (fingers) =>
    fingers.map(([x, y], id) => ({ id, x: box.x + x * box.width, y: box.y + y * box.height }));
  let n = 0;
  for (const fingers of steps) {
    const type = fingers.length > n ? 'touchStart' : fingers.length < n ? 'touchEnd' : 'touchMove';
    n = fingers.length;
    await session.send('Input.dispatchTouchEvent', { type, touchPoints: points(fingers) });
  }
  await session.detach();
}

test('planes are laid out as the user likes, and so again next time', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    const [four] = await widths(page);

    await page.getByRole('button', exactly('One plane large')).click();
    const [large, , small] = await widths(page, ([axial]) => axial > 1.3 * four);
    assert.ok(small < large / 2);
    assert.deepEqual(await widths(page), [large, small, small]);
    await page.getByText('Patient mm').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await shoot(page, 'hands-large');

    await page.getByRole('button', exactly('Show Coronal large')).click();
    await widths(page, ([axial, , coronal]) => coronal === large && axial === small);
    await page.keyboard.press('F9');
    await widths(page, (all) => all.every((width) => width === small));
    await page.keyboard.press('F9');
    await widths(page, ([axial, , coronal]) => axial === large && coronal === small);

    await page.keyboard.press('F8');
    await view(page, 'Sagittal').waitFor({ state: 'hidden' });
    await page.keyboard.press('F9');
    await view(page, 'Sagittal').waitFor();
    await shoot(page, 'hands-one');
    await view(page, 'Sagittal').dblclick();
    await view(page, 'Axial').waitFor();
    await widths(page, ([axial, sagittal]) => sagittal === large && axial === small);
    await view(page, 'Coronal').dblclick();
    await view(page, 'Axial').waitFor({ state: 'hidden' });

    await page.reload();
    await reopenAlone(page, 'Coronal');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', exactly('Type to find an action')).fill('planes and 3D equal');
    await page.keyboard.press('Enter');
    await viewerIsReady(page);
    await widths(page, (all) => all.every((width) => width === four));
    await shoot(page, 'hands-four');
    assert.deepEqual(page.faults, []);
  });
});

async function reopenAlone(page, plane) {
  await page.getByRole('region', { name: 'Recent studies' }).getByRole('button').first().click();
  await view(page, plane).waitFor();
  assert.equal(await view(page, 'Axial').isVisible(), false, 'the plane is alone as it was left');
}

test('keys are changed, told everywhere, and kept', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);

    await t.test('an action gets keys that are pressed, another loses them when told so', async () => {
      const dialog = await openShortcuts(page);
      assert.deepEqual(await accessibilityFaults(page), []);
      await shoot(page, 'hands-shortcuts');
      await dialog.getByRole('button', exactly('Add keys to Brush')).click();
      await page.keyboard.press('ArrowUp');
      await dialog.getByText('↑ moves the focus or the plane').waitFor();
      await page.keyboard.press('e');
      await dialog.getByText('E is for “Eraser”.').waitFor();
      await shoot(page, 'hands-conflict');
      assert.deepEqual(await accessibilityFaults(page), []);
      await dialog.getByRole('button', exactly('Leave it')).click();
      assert.equal(await dialog.getByRole('button', exactly('Take E from Eraser')).count(), 1);
      await page.keyboard.press('Enter');
      await page.keyboard.press('e');
      await page.keyboard.press('Enter');
      assert.equal(await dialog.getByRole('button', exactly('Take E from Eraser')).count(), 0);
      await dialog.getByRole('button', exactly('Take B from Brush')).click();
      await dialog.getByRole('button', exactly('Add keys to Fit images to the window')).click();
      await page.keyboard.press('Control+j');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

    await t.test('keys, tooltips, help and the action finder follow', async () => {
      await page.keyboard.press('e');
      await isInHand(page, 'Brush');
      assert.equal(await tool(page, 'Brush').getAttribute('title'), 'Brush (3, E)');
      assert.equal(await tool(page, 'Eraser').getAttribute('title'), 'Eraser (4)');
      await page.keyboard.press('1');
      await page.keyboard.press('b');
      await isInHand(page, 'Navigate');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', exactly('Type to find an action')).fill('fit images');
      await page.getByRole('option', { name: /Fit images to the window.*Ctrl\+J/ }).waitFor();
      await page.keyboard.press('Escape');
    });

    await t.test('they are there after a reload, and on paper', async () => {
      await page.reload();
      await reopenRecent(page);
      await page.keyboard.press('e');
      await isInHand(page, 'Brush');
      const dialog = await openShortcuts(page);
      await page.emulateMedia({ media: 'print' });
      const sheet = page.locator('.shortcuts-sheet');
      assert.equal(await sheet.isVisible(), true);
      assert.equal(await dialog.isVisible(), false);
      const brush = sheet.locator('div', { has: page.getByText('Brush', { exact: true }) }).last();
      assert.deepEqual(await brush.locator('kbd').allInnerTexts(), ['3', 'E']);
      await shoot(page, 'hands-sheet');
      const pdf = await page.pdf({ format: 'A4' });
      assert.equal(pdf.subarray(0, 5).toString('latin1'), '%PDF-');
      await page.emulateMedia({ media: 'screen' });
    });

    await t.test('each action, and all of them, go back to the preset', async () => {
      const dialog = page.getByRole('dialog', exactly('Keyboard and mouse'));
      await dialog.getByRole('button', exactly('Keys of Brush as in Annotomy')).click();
      assert.equal(await dialog.getByRole('button', exactly('Take B from Brush')).count(), 1);
      assert.equal(await dialog.getByRole('button', exactly('Take E from Eraser')).count(), 1);
      assert.equal(await dialog.getByText('Ctrl+J').count(), 1);
      await dialog.getByRole('button', exactly('Undo all changes of keys and mouse')).click();
      assert.equal(await dialog.getByText('Ctrl+J').count(), 0);
      await dialog.getByLabel('Type to find').fill('eras');
      assert.ok((await dialog.getByRole('listitem').count()) < 4);
      await page.keyboard.press('Escape');
    });
    assert.deepEqual(page.faults, []);
  });
});

test('tools are held, reached by keyboard, finger and pen, and say what they do', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    const help = page.getByLabel('Help for the tool');

    await t.test('a key that is held lends its tool', async () => {
      await isInHand(page, 'Navigate');
      await page.keyboard.down('b');
      await isInHand(page, 'Brush');
      await help.getByText('Drag to paint the active segment.').waitFor();
      await paint(page, 'Axial', [[0.4, 0.5], [0.45, 0.5]]);
      await page.keyboard.up('b');
      await isInHand(page, 'Navigate');
      await page.keyboard.press('e', { delay: 400 });
      await isInHand(page, 'Navigate');
      await page.keyboard.press('b');
      await isInHand(page, 'Brush');
      await page.keyboard.press('Space');
      await isInHand(page, 'Navigate');
    });

    await t.test('the line of help is that of the tool', async () => {
      await help.getByText('Click or drag to move the crosshair').waitFor();
      await page.keyboard.press('2');
      await help.getByText('Drag across for the width').waitFor();
      await page.keyboard.press('3');
      await help.getByText('Ctrl + left drag').waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await shoot(page, 'hands-help');
    });

    await t.test('the keyboard alone moves the crosshair, paints, zooms and windows', async () => {
      await view(page, 'Axial').focus();
      const [sagittal, coronal] = [await sliceOf(page, 'Sagittal'), await sliceOf(page, 'Coronal')];
      await page.keyboard.press('Control+Shift+ArrowRight');
      await page.keyboard.press('Control+ArrowDown');
      assert.equal(Math.abs((await sliceOf(page, 'Sagittal')) - sagittal), 5);
      assert.equal(Math.abs((await sliceOf(page, 'Coronal')) - coronal), 1);
      const { request } = await answerTo(page, 'edit', () => page.keyboard.press('Enter'));
      assert.equal(request.edit.mode, 'paint');
      assert.equal(request.edit.path.length, 1);
      await isSaved(page);
      await changes(page, () => page.keyboard.press('z'));
      await changes(page, () => page.keyboard.press('c'));
      const width = page.getByLabel('Width', { exact: true });
      const before = Number(await width.inputValue());
      await page.keyboard.press('w');
      assert.ok(Number(await width.inputValue()) > before);
      await page.keyboard.press('r');
    });

    await t.test('one finger uses the tool, two zoom and drop what the first began', async () => {
      let nEdits = 0;
      const count = (request) => (nEdits += request.url().endsWith('/api/edit') ? 1 : 0);
      page.on('request', count);
      await answerTo(page, 'edit', () =>
        touch(page, 'Axial', [[[0.5, 0.5]], [[0.55, 0.5]], [[0.6, 0.5]], []]),
      );
      await isSaved(page);
      assert.equal(nEdits, 1);
      const spread = [[[0.45, 0.5]], [[0.45, 0.5], [0.55, 0.5]], [[0.3, 0.5], [0.7, 0.5]], [[0.3, 0.5]], []];
      await changes(page, () => touch(page, 'Axial', spread));
      assert.equal(nEdits, 1, 'a pinch paints nothing');
      page.off('request', count);
    });

    await t.test('a pen draws and its other end erases, and from then on fingers pan', async () => {
      const down = await answerTo(page, 'edit', () => pen(page, 0));
      assert.equal(down.request.edit.mode, 'paint');
      await isSaved(page);
      const other = await answerTo(page, 'edit', () => pen(page, 5));
      assert.equal(other.request.edit.mode, 'erase');
      await isSaved(page);
      let nEdits = 0;
      page.on('request', (request) => (nEdits += request.url().endsWith('/api/edit') ? 1 : 0));
      await changes(page, () => touch(page, 'Axial', [[[0.5, 0.5]], [[0.55, 0.5]], [[0.65, 0.5]], []]));
      assert.equal(nEdits, 0);
    });
    assert.deepEqual(page.faults, []);
  });
});

/** A short stroke of a pen; Chromium's own input has no pen with two ends. */
async function pen(page, button) {
  await view(page, 'Axial').evaluate((box, pressed) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    box.setPointerCapture = () => undefined;
    const send = (type, x, held) =>
      box.dispatchEvent(
        new PointerEvent(type, {
          pointerId: 77,
          pointerType: 'pen',
          bubbles: true,
          cancelable: true,
          clientX: left + x * width,
          clientY: top + height / 2,
          button: type === 'pointermove' ? -1 : pressed,
          buttons: held,
        }),
      );
    const held = pressed === 5 ? 32 : 1;
    send('pointerdown', 0.5, held);
    send('pointermove', 0.52, held);
    send('pointerup', 0.52, 0);
    delete box.setPointerCapture;
  }, button);
}

test('the history shows what is asked for', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    await addSegment(page);
    await chooseBrush(page, { radiusMm: 4 });
    await paint(page, 'Axial', [[0.5, 0.5]]);
    await paint(page, 'Axial', [[0.6, 0.5]]);
    await addSegment(page);
    await page.keyboard.press('4');
    await paint(page, 'Axial', [[0.5, 0.5]]);
    const entries = page.getByRole('list', { name: /^Operations/ }).getByRole('listitem');
    await entries.nth(4).waitFor();
    const all = await entries.count();

    await page.getByRole('button', exactly('Filter')).click();
    const filters = page.getByRole('group', { name: 'Filter of the history' });
    await filters.getByLabel('What').selectOption({ label: 'Brush stroke' });
    await page.getByText(`2 of the ${all} latest operations`).waitFor();
    assert.equal(await entries.count(), 2);
    assert.deepEqual(await accessibilityFaults(page), []);
    await shoot(page, 'hands-history');
    await filters.getByRole('combobox', exactly('Segment')).selectOption({ label: 'Segment 2' });
    await page.getByText('Nothing of what was read matches.').waitFor();
    await filters.getByRole('button', exactly('Show all')).click();
    assert.equal(await entries.count(), all);
    const [author] = (await filters.getByLabel('Who').locator('option').allInnerTexts()).slice(1);
    await filters.getByLabel('Who').selectOption({ label: author });
    await page.getByText(`${all} of the ${all} latest operations`).waitFor();

    await filters.getByLabel('From').fill('2001-01-01T00:00');
    await page.getByText(`${all} of the ${all} latest operations`).waitFor();
    await filters.getByLabel('To').fill('2001-01-02T00:00');
    await page.getByText('Nothing of what was read matches.').waitFor();
    await filters.getByLabel('To').fill('2000-01-02T00:00');
    await filters.getByText('The end lies before the beginning.').waitFor();
    await filters.getByRole('button', exactly('Show all')).click();
    assert.equal(await entries.count(), all);
    assert.deepEqual(page.faults, []);
  });
});

test('a path typed before the folder list arrives stays', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    let answer = () => undefined;
    const isAsked = new Promise((resolve) => {
      void page.route('**/api/list_folder', async (route) => {
        resolve();
        await new Promise((go) => (answer = go));
        await route.continue();
      });
    });
    await page.getByRole('button', { name: 'Open folder' }).click();
    const dialog = page.getByRole('dialog');
    await isAsked;
    await dialog.getByLabel('Path', { exact: true }).fill('/typed/early');
    answer();
    await dialog.locator('[aria-busy="false"]').waitFor();
    assert.equal(await dialog.getByLabel('Path', { exact: true }).inputValue(), '/typed/early');
    assert.deepEqual(page.faults, []);
  });
});
