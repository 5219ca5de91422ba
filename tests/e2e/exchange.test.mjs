/** Segments painted on DICOM images go out in every format, are read by other software, and come back. */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { login, strokeAt } from './support/client.mjs';
import { annotomy, peers, startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 180_000 };
const EXPORTS = {
  'labels.nii.gz': 'nifti',
  'nearly-raw.nrrd': 'nrrd',
  'meta-image.mha': 'meta_image',
  'slicer.seg.nrrd': 'seg_nrrd',
  'binary.dcm': 'dicom_seg',
  'labelmap.dcm': 'dicom_seg_label_map',
  'contours.dcm': 'dicom_rt_struct',
};
const SEGMENTS = [
  { name: 'Läsion 病変', color: '#dd8265', index: [20, 25, 1], radius_mm: 6 },
  { name: 'Rim', color: '#0097ce', index: [27, 25, 1], radius_mm: 5 },
];

/** Opens a DICOM folder, paints two segments that touch, and answers with image and document. */
async function paint(client, path) {
  const ask = async (command, request) => {
    const { status, body } = await client.call(command, request);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const study = await ask('open_study', { job: 'study', paths: [path] });
  const image = await ask('open_image', { job: 'image', series: study.series[0].id });
  const { document } = image;
  for (const { name, color, index, radius_mm } of SEGMENTS) {
    const added = await ask('edit', { document, edit: { type: 'add_segment', name, color } });
    const segment = added.document.segments.at(-1).id;
    await ask('edit', strokeAt({ image, document, segment }, index, radius_mm));
  }
  const measure = async () => (await ask('statistics', { document })).segments.map(({ n_voxels }) => n_voxels);
  return { ask, document, measure };
}

test('seven formats are read by other software and come back equal', LIMIT, async () => {
  await withFolder(async (folder) => {
    const library = join(folder, 'library');
    const [images, exports] = [join(folder, 'images'), join(folder, 'exports')];
    await mkdir(exports);
    await peers('peers/annotated_series.py', images);
    const series = join(images, 'large');
    const server = await startServer(library);
    try {
      const { ask, document, measure } = await paint(await login(server.url), series);
      const counts = await measure();
      for (const [name, format] of Object.entries(EXPORTS)) {
        await ask('check_export', { document, format });
        const path = join(exports, name);
        const exported = await ask('export_labels', { document, path, format, replace_existing: false });
        assert.equal(exported.n_voxels, counts[0] + counts[1], name);
      }
      const read = await peers('e2e/check_exchange.py', series, exports);
      assert.deepEqual(read.problems, []);
      assert.deepEqual(read.counts, counts);
      assert.deepEqual(read.names, SEGMENTS.map(({ name }) => name));
      for (const name of Object.keys(EXPORTS)) {
        const { n_segments, document: after } = await ask('import_segments', { document, path: join(exports, name) });
        assert.equal(n_segments, 2, name);
        assert.deepEqual(after.segments.slice(-2).map((segment) => segment.name), SEGMENTS.map((s) => s.name), name);
        assert.deepEqual((await measure()).slice(-2), counts, name);
        await ask('undo', { document });
      }
      assert.deepEqual(await measure(), counts);
    } finally {
      await server.kill();
    }
    const imported = await annotomy(library, 'import', series, join(exports, 'binary.dcm'));
    assert.equal(imported.n_segments, 2);
    const again = join(exports, 'again.seg.nrrd');
    assert.equal((await annotomy(library, 'export', series, again)).path, again);
    assert.equal((await annotomy(library, 'audit', 'verify')).first_fault, null);
  });
});

test('a NIfTI image cannot be exported as DICOM, and says so before', LIMIT, async () => {
  await withFolder(async (folder) => {
    const server = await startServer(join(folder, 'library'));
    try {
      const client = await login(server.url);
      const study = await client.call('open_sample', { job: 'study' });
      const image = await client.call('open_image', { job: 'image', series: study.body.series[0].id });
      const { document } = image.body;
      await client.call('edit', { document, edit: { type: 'add_segment', name: 'A', color: '#dd8265' } });
      const { status, body } = await client.call('check_export', { document, format: 'dicom_seg' });
      assert.notEqual(status, 200);
      assert.equal(body.code, 'unsupported');
      assert.match(body.message, /no DICOM series/);
    } finally {
      await server.kill();
    }
  });
});

test('what a class means is coded in DICOM objects of its segments', LIMIT, async () => {
  await withFolder(async (folder) => {
    const images = join(folder, 'images');
    await peers('peers/annotated_series.py', images);
    const server = await startServer(join(folder, 'library'));
    try {
      const client = await login(server.url);
      const ask = async (command, request) => {
        const { status, body } = await client.call(command, request);
        assert.equal(status, 200, JSON.stringify(body));
        return body;
      };
      const code = (value, scheme, meaning) => ({ value, scheme, meaning });
      const kidney = {
        name: 'Kidney',
        color: '#b02020',
        category: code('123037004', 'SCT', 'Anatomical Structure'),
        property_type: code('64033007', 'SCT', 'Kidney'),
        laterality: code('7771000', 'SCT', 'Left'),
      };
      const { classes } = await ask('edit_protocol', { edit: { type: 'add_class', class: kidney } });
      const study = await ask('open_study', { job: 'study', paths: [join(images, 'large')] });
      const image = await ask('open_image', { job: 'image', series: study.series[0].id });
      const { document } = image;
      const add = { type: 'add_segment', name: 'Kidney', color: kidney.color, class: classes[0].id };
      const added = await ask('edit', { document, edit: add });
      const segment = added.document.segments[0].id;
      await ask('edit', strokeAt({ image, document, segment }, [20, 25, 1], 6));
      const endings = { dicom_seg: 'dcm', dicom_seg_label_map: 'dcm', seg_nrrd: 'seg.nrrd' };
      for (const [format, ending] of Object.entries(endings)) {
        const path = join(folder, `${format}.${ending}`);
        await ask('export_labels', { document, path, format, replace_existing: false });
        assert.deepEqual(await peers('e2e/check_exchange.py', 'codes', path), {
          category: ['123037004', 'SCT', 'Anatomical Structure'],
          type: ['64033007', 'SCT', 'Kidney'],
          modifier: ['7771000', 'SCT', 'Left'],
        });
        const imported = await ask('import_segments', { document, path });
        assert.deepEqual(imported.report, [], format);
        assert.equal(imported.document.segments.at(-1).class, classes[0].id, format);
        await ask('undo', { document });
      }
      await ask('edit_protocol', { edit: { type: 'archive_class', class: classes[0].id, is_archived: true } });
      const without = await ask('import_segments', { document, path: join(folder, 'seg_nrrd.seg.nrrd') });
      assert.deepEqual(without.report.map(({ code }) => code), ['classes_missing']);
      assert.match(without.report[0].message, /Kidney, Left/);
      assert.equal(without.document.segments.at(-1).class, null);
      for (const [format, ending] of Object.entries(endings)) {
        const path = join(folder, `${format}.${ending}`);
        const added = await ask('import_segments', { document, path, add_classes: true });
        const protocol = await ask('protocol', {});
        const made = protocol.classes.find((known) => known.id === added.document.segments.at(-1).class);
        assert.equal(made.name, 'Kidney, Left');
        const { category, property_type, laterality } = made;
        const codes = [category, property_type, laterality].map(({ value }) => value);
        assert.deepEqual(codes, ['123037004', '64033007', '7771000'], format);
        assert.deepEqual(added.report.map(({ code }) => code), ['classes_added']);
        await ask('undo', { document });
        await ask('undo_protocol', {});
      }
    } finally {
      await server.kill();
    }
  });
});
