/** An image of several volumes: any of them can be looked at; segments are those of all, or of each. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessibilityFaults, openApp, startBrowser } from './support/browser.mjs';
import {
  addSegment,
  answerTo,
  chooseBrush,
  isSaved,
  openPath,
  paint,
  reopenRecent,
  undo,
  view,
  viewerIsReady,
} from './support/app.mjs';
import { login, strokeAt } from './support/client.mjs';
import { nifti } from './support/nifti.mjs';
import { annotomy, peers, startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 120_000 };
const SIZE = [24, 20, 12];
const N_VOLUMES = 5;
const N_VOXELS = SIZE[0] * SIZE[1] * SIZE[2];

/** i + 100 j + 1000 k + 10000 t: a value tells its voxel and its volume. */
function valueAt(n) {
  const [i, j] = [n % SIZE[0], Math.floor(n / SIZE[0]) % SIZE[1]];
  const k = Math.floor(n / (SIZE[0] * SIZE[1])) % SIZE[2];
  return i + 100 * j + 1000 * k + 10_000 * Math.floor(n / N_VOXELS);
}

/** The 1st and the 99th percentile of a volume, linear between ranks. */
function percentilesOf(volume) {
  const values = Array.from({ length: N_VOXELS }, (_, n) => valueAt(volume * N_VOXELS + n));
  values.sort((a, b) => a - b);
  return [0.01, 0.99].map((share) => {
    const rank = share * (N_VOXELS - 1);
    const [low, high] = [values[Math.floor(rank)], values[Math.ceil(rank)]];
    return low + (high - low) * (rank - Math.floor(rank));
  });
}

/** What the panel says of the place under the cursor. */
function underCursor(page, row) {
  return page.getByRole('row', { name: new RegExp(`^${row}`) }).getByRole('cell').first();
}

async function hover(page, plane, [x, y]) {
  const box = await view(page, plane).boundingBox();
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
}

async function isValue(page, expected) {
  await underCursor(page, 'Value').filter({ hasText: new RegExp(`^${expected}$`) }).waitFor();
}

test('volumes of a 4D image are shown, measured and annotated', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const path = join(folder, 'series.nii');
    await writeFile(path, nifti([...SIZE, N_VOLUMES], valueAt));
    const browser = await startBrowser();
    t.after(() => browser.close());
    const server = await startServer(join(folder, 'library'));
    t.after(() => server.kill());
    const page = await openApp(browser, server.url);
    await openPath(page, path);
    await viewerIsReady(page);

    const slider = page.getByRole('slider', { name: 'Volume shown', exact: true });
    const number = page.getByLabel('Volume', { exact: true });
    let first;

    await t.test('the first volume is shown, and a slider says how many there are', async () => {
      assert.equal(await slider.getAttribute('aria-valuetext'), 'Volume 1 of 5');
      await hover(page, 'Axial', [0.5, 0.45]);
      await underCursor(page, 'Value').filter({ hasText: /^\d+$/ }).waitFor();
      first = Number(await underCursor(page, 'Value').innerText());
      assert.ok(first < 10_000 + 11_000 + 1_900 + 23, `${first} is of the first volume`);
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('the value under the cursor is that of the volume chosen, in every plane', async () => {
      await slider.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await hover(page, 'Axial', [0.5, 0.45]);
      await isValue(page, first + 20_000);
      assert.equal(await slider.getAttribute('aria-valuetext'), 'Volume 3 of 5');
      for (const plane of ['Sagittal', 'Coronal']) {
        await hover(page, plane, [0.5, 0.5]);
        await underCursor(page, 'Value').filter({ hasText: /^[23]\d{4}$/ }).waitFor();
      }
    });

    await t.test('a typed number and keys choose a volume, which ends at the last', async () => {
      await number.fill('5');
      await number.press('Enter');
      await hover(page, 'Axial', [0.5, 0.45]);
      await isValue(page, first + 40_000);
      await page.keyboard.press('.');
      await page.keyboard.press(',');
      await isValue(page, first + 30_000);
      assert.equal(await number.inputValue(), '4');
    });

    await t.test('the automatic window is that of the volume shown', async () => {
      const preset = page.getByLabel('Preset');
      for (const [key, volume] of [['.', 4], [',', 3]]) {
        const isMeasured = (answer) =>
          answer.url().endsWith('/api/image') && answer.request().postDataJSON().volume === volume;
        await Promise.all([page.waitForResponse(isMeasured), page.keyboard.press(key)]);
        const [low, high] = percentilesOf(volume);
        await preset.selectOption({ label: 'Full range' });
        await preset.selectOption({ label: 'Automatic' });
        const field = (name) => page.getByRole('textbox', { name }).inputValue();
        assert.equal(await field('Level'), String(Math.round((low + high) / 2)));
        assert.equal(await field('Width'), String(Math.round(high - low)));
      }
    });

    await t.test('a stroke painted in one volume is there in the others', async () => {
      await addSegment(page);
      await chooseBrush(page, { radiusMm: 3 });
      await paint(page, 'Axial', [[0.5, 0.45]]);
      // Those asked for by the stroke may still be on their way: of the volume shown before.
      const isMeasured = (answer) =>
        answer.url().endsWith('/api/statistics') && answer.request().postDataJSON().volume === 2;
      const [measured] = await Promise.all([
        page.waitForResponse(isMeasured),
        page.keyboard.press(','),
      ]);
      assert.ok(measured.ok(), 'the volume shown is measured');
      await isValue(page, first + 20_000);
      assert.equal(await underCursor(page, 'Segment').innerText(), 'Segment 1');
    });

    await t.test('playing goes from volume to volume until it is stopped', async () => {
      await page.keyboard.press('/');
      for (const volume of [5, 1, 2]) {
        await page.waitForFunction(
          ([name, text]) => document.querySelector(`[aria-label="${name}"]`)?.getAttribute('aria-valuetext') === text,
          ['Volume shown', `Volume ${volume} of 5`],
        );
      }
      await page.keyboard.press('/');
      const shown = await slider.getAttribute('aria-valuetext');
      const n = Number(/\d+/.exec(shown)[0]);
      await isValue(page, first + 10_000 * (n - 1));
      assert.equal(await slider.getAttribute('aria-valuetext'), shown);
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
  });
});

/** What the panel says is painted under the cursor. */
async function isSegment(page, expected) {
  await underCursor(page, 'Segment').filter({ hasText: new RegExp(`^${expected}$`) }).waitFor();
}

test('segments of each volume are painted, copied, undone and exported by themselves', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const path = join(folder, 'series.nii');
    await writeFile(path, nifti([...SIZE, N_VOLUMES], valueAt));
    const browser = await startBrowser();
    t.after(() => browser.close());
    const library = join(folder, 'library');
    const server = await startServer(library);
    t.after(() => server.kill());
    const page = await openApp(browser, server.url);
    await openPath(page, path);
    await viewerIsReady(page);
    const slider = page.getByRole('slider', { name: 'Volume shown', exact: true });
    const panelOf = (volume) => page.getByRole('heading', { name: `Segments of volume ${volume}`, exact: true });
    const goTo = async (volume) => {
      await page.getByLabel('Volume', { exact: true }).fill(String(volume));
      await page.keyboard.press('Enter');
      await panelOf(volume).waitFor();
    };
    const [first, second] = [[0.4, 0.4], [0.6, 0.55]];
    const documents = [];

    await t.test('without a segment the choice is made at once', async () => {
      await answerTo(page, 'choose_scope', () => page.getByRole('button', { name: 'Per volume' }).click());
      await panelOf(1).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Per volume' }).getAttribute('aria-pressed'), 'true');
      assert.deepEqual(await accessibilityFaults(page), []);
    });

    await t.test('what is painted in one volume is not in the others, which list the segment', async () => {
      await addSegment(page);
      await chooseBrush(page, { radiusMm: 2 });
      documents.push((await paint(page, 'Axial', [first])).answer.document.id);
      await page.keyboard.press('.');
      await panelOf(2).waitFor();
      await page.getByText('Segment 1').first().waitFor();
      await hover(page, 'Axial', first);
      await isSegment(page, '–');
      documents.push((await paint(page, 'Axial', [second])).answer.document.id);
      await isSegment(page, 'Segment 1');
      await page.keyboard.press(',');
      await panelOf(1).waitFor();
      await isSegment(page, '–');
      await hover(page, 'Axial', first);
      await isSegment(page, 'Segment 1');
      assert.notEqual(documents[0], documents[1]);
    });

    await t.test('a stroke lands where it was drawn, whatever is shown when the pen goes up', async () => {
      const box = await view(page, 'Axial').boundingBox();
      const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
      await page.mouse.move(...at([0.3, 0.6]));
      await page.mouse.down();
      await page.mouse.move(...at([0.35, 0.6]), { steps: 3 });
      await page.keyboard.press('.');
      await panelOf(2).waitFor();
      const { request } = await answerTo(page, 'edit', () => page.mouse.up());
      await isSaved(page);
      assert.equal(request.document, documents[0]);
      await hover(page, 'Axial', [0.33, 0.6]);
      await isSegment(page, '–');
    });

    await t.test('undo takes back the last operation of the volume shown', async () => {
      const { request } = await undo(page);
      assert.equal(request.document, documents[1]);
      await hover(page, 'Axial', second);
      await isSegment(page, '–');
      await page.keyboard.press(',');
      await panelOf(1).waitFor();
      await hover(page, 'Axial', [0.33, 0.6]);
      await isSegment(page, 'Segment 1');
    });

    await t.test('a copy goes to the next volume, and asks before it replaces anything', async () => {
      await goTo(2);
      await paint(page, 'Axial', [second]);
      await goTo(1);
      await page.keyboard.press('>');
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Replace what is painted in volume 2?').waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await panelOf(1).waitFor();
      await page.keyboard.press('>');
      await dialog.getByText('Replace what is painted in volume 2?').waitFor();
      await answerTo(page, 'copy_segments', () => dialog.getByRole('button', { name: 'Replace' }).click());
      await panelOf(2).waitFor();
      await hover(page, 'Axial', [0.33, 0.6]);
      await isSegment(page, 'Segment 1');
      await page.keyboard.press('>');
      await panelOf(3).waitFor();
      await isSegment(page, 'Segment 1');
    });

    await t.test('all of it is there after a reload', async () => {
      await page.reload();
      await reopenRecent(page);
      await panelOf(1).waitFor();
      for (const [volume, expected] of [[1, 'Segment 1'], [3, 'Segment 1'], [4, '–']]) {
        await goTo(volume);
        await hover(page, 'Axial', [0.33, 0.6]);
        await isValue(page, `\\d+`);
        await isSegment(page, expected);
      }
    });

    await t.test('playing is as fast as its steps, with the segments of each volume', async () => {
      await page.keyboard.press('/');
      for (const volume of [5, 1]) await panelOf(volume).waitFor();
      await page.keyboard.press('/');
      await panelOf(Number(/\d+/.exec(await slider.getAttribute('aria-valuetext'))[0])).waitFor();
    });

    await t.test('all volumes go into one file, which other software reads', async () => {
      await page.getByRole('button', { name: /^Export/ }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Nothing is drawn in 2 volume(s) (4-5)').waitFor();
      const exported = join(folder, 'labels.nii.gz');
      await dialog.getByLabel('File').fill(exported);
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
      await dialog.getByText('Exported and verified').waitFor();
      const others = ['other.nrrd', 'another.mha'].map((name) => join(folder, name));
      const client = await login(server.url);
      for (const other of others) {
        const request = { document: documents[0], path: other, volumes: 'together', replace_existing: false };
        assert.equal((await client.call('export_labels', request)).status, 200);
      }
      const { body } = await client.call('statistics', { document: documents[0] });
      const n = body.segments[0].n_voxels;
      assert.ok(n > 0);
      const expected = [{ 1: n }, { 1: n }, { 1: n }, {}, {}];
      const read = await peers('e2e/check_volumes.py', 'read', exported, ...others);
      for (const [file, readers] of Object.entries(read)) {
        for (const [reader, found] of Object.entries(readers)) {
          assert.deepEqual(found.counts, expected, `${file} by ${reader}`);
        }
      }
      assert.deepEqual(read['labels.nii.gz'].nibabel.shape, [...SIZE, N_VOLUMES]);
      assert.equal(Object.keys(read).length, 3);
      await dialog.getByRole('button', { name: 'Close' }).last().click();
    });

    await t.test('switching back asks what to start with, and loses nothing', async () => {
      await page.getByRole('button', { name: 'All volumes' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('The segments of each are kept').waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await dialog.getByLabel('what was painted for all before').check();
      await answerTo(page, 'choose_scope', () => dialog.getByRole('button', { name: 'All volumes' }).click());
      await page.getByRole('heading', { name: 'Segments', exact: true }).waitFor();
      await addSegment(page);
      await page.getByRole('button', { name: 'Per volume', exact: true }).click();
      await dialog.getByLabel('a copy of the segments as they are now').check();
      await answerTo(page, 'choose_scope', () => dialog.getByRole('button', { name: 'Per volume' }).click());
      await goTo(1);
      await hover(page, 'Axial', [0.33, 0.6]);
      await isSegment(page, 'Segment 1');
    });

    assert.deepEqual(page.faults, [], 'no uncaught error in the page');
    await server.kill();
    assert.equal((await annotomy(library, 'audit', 'verify')).first_fault, null);
  });
});

test('DICOM objects of one time point refer to its own images', LIMIT, async () => {
  await withFolder(async (folder) => {
    const [images, library] = [join(folder, 'images'), join(folder, 'library')];
    const { instances } = await peers('e2e/check_volumes.py', 'make-dicom', images);
    const server = await startServer(library);
    try {
      const client = await login(server.url);
      const ask = async (command, request) => {
        const { status, body } = await client.call(command, request);
        assert.equal(status, 200, JSON.stringify(body));
        return body;
      };
      const study = await ask('open_study', { job: 'study', paths: [images] });
      const image = await ask('open_image', { job: 'image', series: study.series[0].id });
      assert.equal(image.n_volumes, Object.keys(instances).length);
      await ask('choose_scope', { image: image.id, scope: 'each_volume', start: 'empty' });
      const { id: document } = await ask('volume_document', { image: image.id, volume: 2 });
      const added = await ask('edit', { document, edit: { type: 'add_segment', name: 'A', color: '#dd8265' } });
      const segment = added.document.segments[0].id;
      await ask('edit', strokeAt({ image, document, segment }, [12, 12, 1], 5));
      const [measured] = (await ask('statistics', { document, volume: 2 })).segments;
      const files = [];
      for (const format of ['dicom_seg', 'dicom_seg_label_map', 'dicom_rt_struct']) {
        const path = join(folder, `${format}.dcm`);
        await ask('check_export', { document, format });
        await ask('export_labels', { document, path, format, replace_existing: false });
        files.push(path);
      }
      for (const [file, found] of Object.entries(await peers('e2e/check_volumes.py', 'references', ...files))) {
        assert.deepEqual(found, instances[2], file);
      }
      for (const path of files) {
        const { document: after } = await ask('import_segments', { document, path });
        const { segments } = await ask('statistics', { document, volume: 2 });
        assert.equal(segments.at(-1).n_voxels, measured.n_voxels, path);
        assert.equal(after.volume, 2);
        await ask('undo', { document });
      }
    } finally {
      await server.kill();
    }
    const apart = join(folder, 'apart.dcm');
    const exported = await annotomy(library, 'export', images, apart, '--format', 'dicom-seg', '--volumes', 'apart');
    assert.equal(exported.n_files, 1);
    assert.match(exported.path, /apart-3\.dcm$/);
    const own = join(folder, 'own.nii.gz');
    assert.equal((await annotomy(library, 'export', images, own, '--volume', '2')).path, own);
    await assert.rejects(annotomy(library, 'export', images, join(folder, 'which.nii.gz')), /--volume/);
  });
});
