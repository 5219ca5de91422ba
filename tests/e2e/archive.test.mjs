/** A library goes to another machine as one file: other software checks it, and it opens there. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answerTo, openSample, sample } from './support/app.mjs';
import { accessibilityFaults, openApp, startBrowser } from './support/browser.mjs';
import { login, openSampleOver, strokeAt } from './support/client.mjs';
import { annotomy, peers, startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 180_000 };
let browser;

before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** A library with strokes on the sample and on a DICOM series. */
async function paintedLibrary(folder) {
  const library = join(folder, 'library');
  const series = join(folder, 'images');
  await peers('peers/annotated_series.py', series);
  const server = await startServer(library);
  try {
    const client = await login(server.url);
    const painter = await openSampleOver(client);
    for (const [at, radius] of [[[80, 95, 75], 12], [[60, 90, 70], 8], [[100, 90, 60], 5]]) {
      assert.equal((await client.call('edit', strokeAt(painter, at, radius))).status, 200);
    }
    await client.call('undo', { document: painter.document });
    const study = await client.call('open_study', { job: 'study', paths: [join(series, 'large')] });
    const image = await client.call('open_image', { job: 'image', series: study.body.series[0].id });
    const { document } = image.body;
    await client.call('edit', { document, edit: { type: 'add_segment', name: 'Liver', color: '#dd8265' } });
  } finally {
    await server.kill();
  }
  return { library, series: join(series, 'large') };
}

async function hashes(folder) {
  const names = await readdir(folder);
  const hash = async (name) => createHash('sha256').update(await readFile(join(folder, name))).digest('hex');
  return (await Promise.all(names.map(hash))).sort();
}

test('other software computes every hash of an archive, and another library is equal to it', LIMIT, () =>
  withFolder(async (folder) => {
    const { library, series } = await paintedLibrary(folder);
    const archive = join(folder, 'all.annotomy');
    const created = await annotomy(library, 'archive', 'create', '--out', archive, '--include-images');
    assert.deepEqual(created.notes, []);
    const read = await peers('peers/archive_read.py', archive);
    assert.deepEqual(read.problems, []);
    const verified = await annotomy(library, 'audit', 'verify');
    assert.equal(read.head, verified.head);
    assert.equal(read.n_records, verified.n_records);
    assert.equal(read.n_documents, 2);
    const sources = [...(await hashes(series)), ...(await hashes(join(sample, '..')))];
    for (const hash of Object.values(read.images)) assert.ok(sources.includes(hash));
    assert.equal(Object.keys(read.images).length, (await readdir(series)).length + 1);

    assert.equal((await annotomy(library, 'archive', 'verify', archive)).first_fault, null);
    const elsewhere = join(folder, 'elsewhere');
    const opened = await annotomy(library, 'archive', 'open', archive, '--data-dir', elsewhere);
    assert.deepEqual(opened.report, []);
    assert.deepEqual(await annotomy(elsewhere, 'audit', 'verify'), verified);
    const [ours, theirs] = await Promise.all([library, elsewhere].map((l) => annotomy(l, 'audit', 'log')));
    assert.deepEqual(theirs, ours);
    for (const image of opened.image_folders) {
      const study = await annotomy(elsewhere, 'open', image);
      assert.ok(study.series.every(({ is_annotated }) => is_annotated), image);
    }

    // One document alone: the other one's records are there by their hash, and the head is the same.
    const { documents } = await annotomy(library, 'archive', 'documents');
    const part = join(folder, 'part.annotomy');
    const one = documents.find(({ segments }) => segments.includes('Liver'));
    await annotomy(library, 'archive', 'create', '--out', part, '--documents', one.id);
    const alone = await peers('peers/archive_read.py', part);
    assert.deepEqual(alone.problems, []);
    assert.equal(alone.head, verified.head);
    assert.equal(alone.n_withheld, verified.n_records - one.n_records);
  }));

test('a library is saved and opened in the window, and work goes on', LIMIT, () =>
  withFolder(async (folder) => {
    const { library } = await paintedLibrary(folder);
    const archive = join(folder, 'all.annotomy');
    let server = await startServer(library);
    let page = await openApp(browser, server.url);
    await page.getByRole('button', { name: 'Save archive' }).click();
    const saving = page.getByRole('dialog');
    await saving.getByRole('checkbox', { name: /Include the image files/ }).check();
    await saving.getByText('byte for byte').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await saving.getByLabel('File', { exact: true }).fill(archive);
    await saving.getByRole('button', { name: 'Save archive' }).click();
    await saving.getByText('Saved and checked').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await saving.getByRole('button', { name: 'Close' }).last().click();
    const { answer: sent } = await answerTo(page, 'audit_verify', async () => {
      await page.getByRole('button', { name: 'Check the audit trail' }).click();
      await page.getByRole('button', { name: 'Verify' }).click();
    });
    assert.deepEqual(page.faults, []);
    await server.kill();

    // An empty desk takes the archive as its library.
    server = await startServer(join(folder, 'empty'));
    page = await openApp(browser, server.url);
    await openArchive(page, archive);
    let dialog = page.getByRole('dialog');
    await dialog.getByText('the archive becomes your library').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.getByRole('button', { name: 'Open archive' }).click();
    await dialog.getByText('Opened and checked').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    const recent = page.getByRole('region', { name: 'Recent studies' }).getByRole('button');
    assert.equal(await recent.count(), 2);
    await recent.filter({ hasText: '1 series' }).first().click();
    await page.getByText('All changes saved').waitFor();
    await page.getByRole('button', { name: 'Home' }).first().click();
    assert.deepEqual(page.faults, []);

    // A desk in use gets it beside its own library, and goes there and back.
    const other = join(folder, 'other');
    await server.kill();
    server = await startServer(join(folder, 'busy'));
    page = await openApp(browser, server.url);
    await openSample(page);
    await page.getByRole('button', { name: 'Add segment', exact: true }).first().click();
    await page.getByText('All changes saved').waitFor();
    await page.getByRole('button', { name: 'Home' }).first().click();
    await openArchive(page, archive);
    dialog = page.getByRole('dialog');
    await dialog.getByLabel('Folder for its library').fill(other);
    await dialog.getByRole('button', { name: 'Open archive' }).click();
    await dialog.getByRole('button', { name: 'Go to this library' }).click();
    await page.getByText('This is not your own library').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    const there = await verify(page);
    assert.equal(there.head, sent.head);
    await page.getByRole('button', { name: 'Back to my library' }).click();
    await page.getByText('This is not your own library').waitFor({ state: 'detached' });
    assert.equal((await verify(page)).n_records, 2);
    assert.deepEqual(page.faults, []);
    await server.kill();
  }));

async function openArchive(page, path) {
  await page.getByRole('button', { name: 'Open archive' }).click();
  const browse = page.getByRole('dialog');
  await browse.locator('[aria-busy="false"]').waitFor();
  await browse.getByLabel('Path', { exact: true }).fill(path);
  await browse.getByRole('button', { name: /^Open/ }).click();
  await page.getByText('Everything in it holds').waitFor();
}

async function verify(page) {
  const { answer } = await answerTo(page, 'audit_verify', async () => {
    await page.getByRole('button', { name: 'Check the audit trail' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Verify' }).click();
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
  return answer;
}
