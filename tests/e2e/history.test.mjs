/** The past in the window: a moment is looked at, compared, asked who drew it, and restored. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  chooseBrush,
  dragIn,
  isSaved,
  openSample,
  paint,
  shoot,
  started,
  undo,
  view,
} from './support/app.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const CHANGE_LIMIT_MS = 10_000;
const exactly = (name) => ({ name, exact: true });

const LEFT = [[0.3, 0.4], [0.4, 0.4]];
const RIGHT = [[0.6, 0.4], [0.7, 0.4]];

const banner = (page) => page.getByRole('region', exactly('The past is shown'));
const entries = (page) => page.getByRole('list', exactly('Operations, newest first')).getByRole('listitem');
/** The entry of the history whose operation has a name, the newest of several. */
const entry = (page, name) => entries(page).filter({ hasText: name }).first().getByRole('button').first();

/** The axial plane, without the mark of the focus. */
async function picture(page) {
  await page.evaluate(() => document.activeElement?.blur());
  return view(page, 'Axial').screenshot();
}

/** Waits until the axial plane looks as it did in a picture, or no longer does. */
async function looks(page, wanted, isWanted = true) {
  const until = Date.now() + CHANGE_LIMIT_MS;
  while ((await picture(page)).equals(wanted) !== isWanted) {
    assert.ok(Date.now() < until, isWanted ? 'the plane looks otherwise' : 'the plane looks the same');
  }
}

/** Rests the pen off the planes, so that pictures of them are comparable. */
const restPen = (page) => page.mouse.move(2, 2);

/** Two strokes of one segment, with a picture after each. */
async function twoStrokes(page) {
  await openSample(page);
  await addSegment(page);
  await page.getByRole('tab', exactly('History')).click();
  await chooseBrush(page, { radiusMm: 8 });
  await paint(page, 'Axial', LEFT);
  await restPen(page);
  const first = await picture(page);
  const { answer } = await paint(page, 'Axial', RIGHT);
  await restPen(page);
  await looks(page, first, false);
  return { first, second: await picture(page), answer };
}

test('a moment is looked at, nothing can be changed there, and Escape leads back', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    const { first, second } = await twoStrokes(page);
    const strokes = entries(page).filter({ hasText: 'Brush stroke' });
    await strokes.nth(1).waitFor();
    const firstStroke = strokes.nth(1).getByRole('button').first();
    const { answer } = await answerTo(page, 'show_moment', () => firstStroke.click());
    await banner(page).getByText(/Nothing is changed/).waitFor();
    assert.equal(await firstStroke.getAttribute('aria-pressed'), 'true');
    await restPen(page);
    assert.equal(answer.document.segments.length, 1);
    await shoot(page, 'history-moment');
    assert.deepEqual(await accessibilityFaults(page), []);

    await dragIn(page, 'Axial', RIGHT);
    await page.getByText('The past is shown: nothing is changed there.').first().waitFor();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Enter');
    await isSaved(page);
    await page.getByText('Revision 4', { exact: false }).waitFor();

    await page.keyboard.press('Escape');
    await banner(page).waitFor({ state: 'detached' });
    await restPen(page);
    await looks(page, second);
    assert.ok(!first.equals(second));
  });
});

test('two moments are compared, with counts and colours', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    const { answer } = await twoStrokes(page);
    assert.ok(answer.region);
    const strokes = entries(page).filter({ hasText: 'Brush stroke' });
    await strokes.nth(1).getByRole('button').first().click();
    const compared = await answerTo(page, 'compare_moments', () =>
      banner(page).getByRole('button', exactly('Compare with now')).click(),
    );
    const [change] = compared.answer.segments;
    assert.equal(change.n_removed, 0);
    assert.ok(change.n_added > 100);
    const row = banner(page).getByRole('row').filter({ hasText: change.name });
    await row.getByText(change.n_added.toLocaleString('en')).first().waitFor();
    await restPen(page);
    await page.getByText('Added').first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await shoot(page, 'history-compare');

    // Two chosen entries: from before both strokes to the first of them.
    const added = entries(page).filter({ hasText: 'Add segment' }).first();
    const two = await answerTo(page, 'compare_moments', () =>
      added.getByRole('button', { name: /^Compare/ }).click(),
    );
    assert.ok(two.request.from < two.request.to);
    assert.ok(two.answer.segments[0].n_added > 100);
    await page.keyboard.press('Escape');
    await banner(page).waitFor({ state: 'detached' });
  });
});

test('a moment is restored as one operation, which undo takes back', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    const { first, second } = await twoStrokes(page);
    const strokes = entries(page).filter({ hasText: 'Brush stroke' });
    await strokes.nth(1).getByRole('button').first().click();
    const restored = await answerTo(page, 'restore_moment', () =>
      banner(page).getByRole('button', exactly('Restore')).click(),
    );
    assert.equal(restored.answer.document.undo.kind, 'restore');
    await banner(page).waitFor({ state: 'detached' });
    await entry(page, 'Restore').waitFor();
    await restPen(page);
    await looks(page, first);
    await undo(page);
    await looks(page, second);
    await shoot(page, 'history-restored-undone');

    // A lock holds against the past as it does against a brush.
    await page.getByRole('button', { name: /^Lock/ }).first().click();
    await isSaved(page);
    await strokes.last().getByRole('button').first().click();
    await banner(page).getByRole('button', exactly('Restore')).click();
    await page.getByText(/voxels of locked segments would change/).waitFor();
    await shoot(page, 'history-locked');
  });
});

test('who drew a voxel is told at the cursor', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await twoStrokes(page);
    const box = await view(page, 'Axial').boundingBox();
    const point = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
    await page.mouse.move(...point(LEFT[0]));
    const { answer } = await answerTo(page, 'who_drew', () => page.keyboard.press('a'));
    assert.equal(answer.segments[0].source, 'manual');
    assert.equal(answer.segments[0].parameters.radius, '8 mm');
    const card = page.getByRole('region', exactly('Who drew this'));
    await card.getByText(/Brush stroke .*, by /).waitFor();
    await card.getByText(/drawn by hand; brush, round; radius 8 mm/).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await shoot(page, 'history-who');
    await page.mouse.move(...point([0.5, 0.75]));
    await page.keyboard.press('a');
    await card.getByText('No segment is drawn here.').waitFor();
  });
});
