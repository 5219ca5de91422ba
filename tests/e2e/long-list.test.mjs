/** A list of many segments: only rows near what is seen have their controls, and all can be reached. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults } from './support/browser.mjs';
import { addSegment, answerTo, isSaved, openSample, shoot, started } from './support/app.mjs';
import { withFolder } from './support/server.mjs';

const LIMIT = { timeout: 120_000 };
const N = 90;

test('a list of many segments', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const page = await started(t, folder);
    await openSample(page);
    const { request } = await answerTo(page, 'edit', () => addSegment(page));
    await page.evaluate(async ({ document, n }) => {
      for (let k = 2; k <= n; k += 1) {
        const edit = { type: 'add_segment', name: `Nodule ${k}`, color: '#44aa88' };
        const body = JSON.stringify({ document, edit });
        await fetch('/api/edit', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      }
    }, { document: request.document, n: N });
    const list = page.getByRole('list', { name: 'Segments of this image' });
    const row = (k) => list.getByRole('listitem').nth(k - 1);
    const paint = (k) => list.getByRole('button', { name: `Paint Nodule ${k}`, exact: true });
    await page.waitForFunction(
      (n) => document.querySelector('ul[aria-label="Segments of this image"]')?.children.length === n,
      N,
    );
    await isSaved(page);

    await t.test('shows controls where it is seen, and names everywhere', async () => {
      await paint(3).waitFor();
      assert.equal(await row(80).innerText(), 'Nodule 80');
      assert.equal(await row(80).getByRole('button').count(), 0);
      // Rows have their volumes by then.
      await row(4).getByText('0 ml').waitFor();
      const heights = await Promise.all([row(4), row(80)].map(async (one) => (await one.boundingBox()).height));
      assert.ok(Math.abs(heights[0] - heights[1]) < 2, `rows of ${heights} px: the scroll bar would jump`);
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('has them where it is scrolled to', async () => {
      await row(80).scrollIntoViewIfNeeded();
      await paint(80).click();
      await list.getByRole('slider', { name: /Nodule 80/ }).waitFor();
      assert.equal(await row(30).getByRole('button').count(), 0);
      await shoot(page, 'long-list');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('is gone through by keys', async () => {
      await paint(80).focus();
      const seen = new Set();
      for (let n = 0; n < 120; n += 1) {
        await page.keyboard.press('Shift+Tab');
        seen.add(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''));
      }
      for (let k = 79; k > 62; k -= 1) assert.ok(seen.has(`Paint Nodule ${k}`), `Nodule ${k} was passed over`);
    });
  });
});
