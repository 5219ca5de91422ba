/** Annotated images become data sets for training, which the software that trains reads. */

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sample } from './support/app.mjs';
import { login, strokeAt } from './support/client.mjs';
import { annotomy, peers, startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 240_000 };
const NAMES = ['Läsion "A", 病変', 'Rim'];

/** Paints both segments around a voxel, the second with a hole, and answers with what is asked of it. */
async function paint(client, path, [i, j, k], radius_mm) {
  const ask = async (command, request) => {
    const { status, body } = await client.call(command, request);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const study = await ask('open_study', { job: 'study', paths: [path] });
  const image = await ask('open_image', { job: 'image', series: study.series[0].id });
  const { document } = image;
  const segments = [];
  for (const name of NAMES) {
    const added = await ask('edit', { document, edit: { type: 'add_segment', name, color: '#dd8265' } });
    segments.push(added.document.segments.at(-1).id);
  }
  const stroke = (segment, radius) => ask('edit', strokeAt({ image, document, segment }, [i, j, k], radius));
  await stroke(segments[1], radius_mm);
  await stroke(segments[0], radius_mm / 2);
  return { ask, document, counts: (await ask('statistics', { document })).segments.map(({ n_voxels }) => n_voxels) };
}

/** Writes the label map that the data sets are compared with, named after the case. */
async function reference({ ask, document }, folder, path) {
  const written = join(folder, 'labels.csv');
  await ask('export_labels', { document, path: written, replace_existing: true });
  const [, row] = (await readFile(written, 'utf8')).split('\r\n');
  const labels = join(path, `${row.split(',')[0]}.nii.gz`);
  await ask('export_labels', { document, path: labels, replace_existing: false });
}

/** A server with the images painted, then the same library for the command line. */
async function annotated(folder, images) {
  const library = join(folder, 'library');
  const references = join(folder, 'references');
  await mkdir(references);
  const server = await startServer(library);
  const counts = [];
  try {
    const client = await login(server.url);
    for (const { path, index, radius_mm } of images) {
      const painted = await paint(client, path, index, radius_mm);
      counts.push(painted.counts);
      await reference(painted, folder, references);
    }
  } finally {
    await server.kill();
  }
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  return { library, references, counts, nVoxels: sum(counts.flat()) };
}

test('nnU-Net reads the cases of a data set that grows', LIMIT, async () => {
  await withFolder(async (folder) => {
    const images = join(folder, 'images');
    await peers('peers/annotated_series.py', images);
    const [large, many] = [join(images, 'large'), join(images, 'many')];
    const { library, references, counts } = await annotated(folder, [
      { path: large, index: [20, 25, 1], radius_mm: 6 },
      { path: many, index: [5, 6, 9], radius_mm: 5 },
    ]);
    const target = join(folder, 'Dataset042_Lesions');
    const first = await annotomy(library, 'export', '--format', 'nnunet', large, target);
    assert.equal(first.n_voxels, counts[0][0] + counts[0][1]);
    const alone = await peers('e2e/check_datasets.py', 'nnunet', target, references);
    assert.deepEqual([alone.problems, alone.cases.length, alone.n_splits], [[], 1, 0]);
    await assert.rejects(annotomy(library, 'export', '--format', 'nnunet', large, target), /holds this image already/);
    const both = await annotomy(library, 'export', '--format', 'nnunet', '--replace', large, many, target);
    assert.deepEqual(both.map(({ n_voxels }) => n_voxels), counts.map(([a, b]) => a + b));
    const read = await peers('e2e/check_datasets.py', 'nnunet', target, references);
    assert.deepEqual(read.problems, []);
    assert.equal(read.cases.length, 2);
    assert.equal(read.n_splits, 2);
    assert.deepEqual(read.index.channel_names, { 0: 'CT' });
    assert.deepEqual(read.index.labels, { background: 0, [NAMES[0]]: 1, [NAMES[1]]: 2 });
    // Nothing of the patient's: not in a name, not in a header.
    for (const file of await readdir(target, { recursive: true })) assert.doesNotMatch(file, /phantom|large|many/i);
    // Nothing half-written stays behind.
    assert.deepEqual((await readdir(target)).sort(), ['dataset.json', 'imagesTr', 'labelsTr', 'splits_final.json']);
    assert.equal((await annotomy(library, 'audit', 'verify')).first_fault, null);
  });
});

test('pycocotools reads the masks of a data set in every form', LIMIT, async () => {
  await withFolder(async (folder) => {
    const images = join(folder, 'images');
    await peers('peers/annotated_series.py', images);
    const [large, many] = [join(images, 'large'), join(images, 'many')];
    const { library, references, nVoxels } = await annotated(folder, [
      { path: large, index: [20, 25, 1], radius_mm: 6 },
      { path: many, index: [5, 6, 9], radius_mm: 5 },
    ]);
    for (const masks of ['polygons', 'rle', 'packed-rle']) {
      const target = join(folder, masks);
      await annotomy(library, 'export', '--format', 'coco', '--masks', masks, '--window', '-3,40', large, many, target);
      const read = await peers('e2e/check_datasets.py', 'coco', target, references);
      assert.deepEqual(read.problems, [], masks);
      assert.equal(read.n_voxels, nVoxels, masks);
      const kinds = Object.keys(read.kinds).sort();
      // The second segment lies around the first: polygons cannot say so.
      const expected = { polygons: ['list', 'polygons'], rle: ['list'], 'packed-rle': ['str'] };
      assert.deepEqual(kinds, expected[masks]);
    }
  });
});

test('pictures show the window, and the table has the measures that NumPy finds', LIMIT, async () => {
  await withFolder(async (folder) => {
    const { library, references, counts } = await annotated(folder, [
      { path: sample, index: [80, 95, 70], radius_mm: 12 },
    ]);
    const target = join(folder, 'coco');
    await annotomy(library, 'export', '--format', 'coco', '--window', '90.5,77,sigmoid', sample, target);
    const read = await peers('e2e/check_datasets.py', 'coco', target, references, sample);
    assert.deepEqual(read.problems, []);
    // Written a second time, the older pictures are not doubled.
    await annotomy(library, 'export', '--format', 'coco', '--replace', sample, target);
    const again = await peers('e2e/check_datasets.py', 'coco', target, references, sample);
    assert.deepEqual([again.problems, again.n_images], [[], read.n_images]);
    const table = join(folder, 'measures.csv');
    await annotomy(library, 'export', sample, table);
    const measured = await peers('e2e/check_datasets.py', 'csv', table, references, sample);
    assert.deepEqual(measured.problems, []);
    assert.deepEqual(measured.rows.map(({ segment, voxels }) => [segment, Number(voxels)]), [
      [NAMES[0], counts[0][0]],
      [NAMES[1], counts[0][1]],
    ]);
    await assert.rejects(annotomy(library, 'export', sample, table), /exists already/);
  });
});
