/** What cannot be read ends in a message that names the file, and the app goes on. */

import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accessibilityFaults, openApp, startBrowser } from './support/browser.mjs';
import { openPath, openSample, reportText, sample, viewerIsReady } from './support/app.mjs';
import { nifti } from './support/nifti.mjs';
import { startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 120_000 };
const SIZE = [12, 10, 8];

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

/** Opens what `make` puts into a folder and hands the page to `check`. */
async function opening(make, check) {
  await withFolder(async (folder) => {
    const server = await startServer(join(folder, 'library'));
    try {
      const page = await openApp(browser, server.url);
      await openPath(page, await make(folder));
      await check(page);
      assert.deepEqual(page.faults, [], 'no uncaught error in the page');
      await page.context().close();
    } finally {
      await server.kill();
    }
  });
}

const file = (name, content) => async (folder) => {
  await writeFile(join(folder, name), await content());
  return join(folder, name);
};

/** The screen says what was wrong with `name`; the sample still opens afterwards. */
async function isRefused(page, name) {
  await page.getByText(name, { exact: false }).first().waitFor();
  await page
    .getByRole('alert')
    .or(page.getByText('No readable image was found here'))
    .or(page.getByText(/^Could not open/))
    .first()
    .waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  const home = page.getByRole('button', { name: 'Home', exact: true });
  if ((await home.count()) > 0) await home.first().click();
  else await page.getByRole('button', { name: /^(Close|Dismiss)$/ }).first().click();
  await openSample(page);
}

test('a text file is refused by name', LIMIT, () =>
  opening(file('notes.txt', () => 'no image\n'), (page) => isRefused(page, 'notes.txt')));

test('an empty folder is refused', LIMIT, () =>
  opening(
    async (folder) => {
      await mkdir(join(folder, 'nothing-here'));
      return join(folder, 'nothing-here');
    },
    (page) => isRefused(page, 'nothing-here'),
  ));

test('a truncated compressed NIfTI is refused by name', LIMIT, () =>
  opening(
    file('cut.nii.gz', async () => (await readFile(sample)).subarray(0, 200_000)),
    (page) => isRefused(page, 'cut.nii.gz'),
  ));

test('a NIfTI whose affine is singular is refused or reported by name', LIMIT, () =>
  opening(
    file('flat.nii', () => nifti(SIZE, (n) => n, [[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]])),
    (page) => isRefused(page, 'flat.nii'),
  ));

test('an unreadable file among good ones is reported and the rest opens', LIMIT, () =>
  opening(
    async (folder) => {
      const mixed = join(folder, 'mixed');
      await mkdir(mixed);
      await copyFile(sample, join(mixed, 'brain.nii.gz'));
      await writeFile(join(mixed, 'broken.nii'), 'no NIfTI');
      return mixed;
    },
    async (page) => {
      await viewerIsReady(page);
      assert.match(await reportText(page), /broken\.nii/);
    },
  ));

test('NaN and infinite values open', LIMIT, () =>
  opening(
    file('holes.nii', () => nifti(SIZE, (n) => [NaN, Infinity, -Infinity, n][n % 4])),
    viewerIsReady,
  ));
