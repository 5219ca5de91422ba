/** Shapes go out as DICOM report, JSON and table, are read by other software, and come back. */

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { login } from './support/client.mjs';
import { annotomy, peers, startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 180_000 };
const EXPORTS = { 'report.dcm': 'dicom_sr', 'shapes.json': 'shapes_json', 'shapes.csv': 'shapes_csv' };

const code = (value, scheme, meaning) => ({ value, scheme, meaning });
const LESION = {
  name: 'Lesion',
  color: '#b02020',
  property_type: code('52988006', 'SCT', 'Lesion'),
  attributes: [{ name: 'Sure?', kind: 'radio', options: ['yes', 'no'], is_required: true }],
};

function near(found, expected, what) {
  assert.equal(found.length, expected.length, what);
  found.flat().forEach((x, n) => assert.ok(Math.abs(x - expected.flat()[n]) < 1e-3, `${what}: ${x}`));
}

test('shapes are read by other software and come back as they were', LIMIT, async (t) => {
  await withFolder(async (folder) => {
    const [images, files] = [join(folder, 'images'), join(folder, 'files')];
    await mkdir(files);
    await peers('peers/annotated_series.py', images);
    const series = join(images, 'large');
    const [library, other] = [join(folder, 'library'), join(folder, 'other')];
    const server = await startServer(library);
    t.after(() => server.kill());
    const client = await login(server.url);
    const ask = async (command, request) => {
      const { status, body } = await client.call(command, request);
      assert.equal(status, 200, JSON.stringify(body));
      return body;
    };
    // The same finding on another side comes first.
    const right = code('24028007', 'SCT', 'Right');
    await ask('edit_protocol', { edit: { type: 'add_class', class: { ...LESION, name: 'Right one', laterality: right, attributes: [] } } });
    const made = await ask('edit_protocol', { edit: { type: 'add_class', class: LESION } });
    const classes = made.classes.slice(1);
    const study = await ask('open_study', { job: 'study', paths: [series] });
    const image = await ask('open_image', { job: 'image', series: study.series[0].id });
    const { document } = image;
    const at = (i, j, k) => [0, 1, 2].map((n) => {
      const row = image.lps_from_index[n];
      return row[0] * i + row[1] * j + row[2] * k + row[3];
    });
    const add = (geometry, more = {}) => ask('edit', { document, edit: { type: 'add_shape', geometry, ...more } });
    const square = [at(9.5, 9.5, 2), at(29.5, 9.5, 2), at(29.5, 19.5, 2), at(9.5, 19.5, 2)];
    const polygon = await add({ kind: 'polygon', points: square }, { text: 'Läsion 病変', class: classes[0].id });
    await ask('edit', {
      document,
      edit: {
        type: 'change_shape',
        shape: polygon.document.shapes[0].id,
        change: {
          property: 'answer',
          attribute: classes[0].attributes[0].id,
          answer: { kind: 'radio', option: 'yes' },
        },
      },
    });
    const [a, b] = [at(5, 5, 1), at(25, 5, 1)];
    await add({ kind: 'line', ends: [a, b] }, { text: 'Long, "axis"' });
    await add({ kind: 'ellipse', centre: at(20, 20, 0), ends: [at(30, 20, 0), at(20, 25, 0)] });
    await add({ kind: 'bidirectional', long: [a, b], short: [at(15, 3, 1), at(15, 8, 1)] });
    await add({ kind: 'angle', points: [b, a, at(5, 25, 1)] });
    await add({ kind: 'box3d', centre: at(20, 20, 1), ends: [at(25, 20, 1), at(20, 22, 1), at(20, 20, 2)] });
    await add({ kind: 'point', at: a });
    // A path that ends where it began is no polygon.
    const round = [a, b, at(15, 15, 1), a];
    await add({ kind: 'polyline', points: round });
    await add({ kind: 'freehand', points: round, is_closed: false });
    await add({ kind: 'freehand', points: round.slice(0, 3), is_closed: true });
    const { shapes } = await ask('document', { document });

    await t.test('each file is told of before, and compared when it is written', async () => {
      for (const [name, format] of Object.entries(EXPORTS)) {
        const { notes } = await ask('check_export', { document, format });
        assert.deepEqual(notes.map((note) => note.code), format === 'shapes_csv' ? ['no_answers'] : [], name);
        const exported = await ask('export_labels', { document, path: join(files, name), format, replace_existing: false });
        assert.equal(exported.n_shapes, shapes.length, name);
      }
    });

    await t.test('highdicom, dciodvfy and csv read what was drawn', async () => {
      const read = await peers('e2e/check_shapes_exchange.py', series, files);
      assert.deepEqual(read.errors, []);
      assert.equal(read.json, shapes.length);
      // Boxes are volumes, which highdicom lists apart.
      const [outline, line, ellipse, axes, angle, point] = read.groups;
      assert.equal(read.groups.length, shapes.length - 1);
      assert.equal(read.n_volumes, 1);
      assert.deepEqual([outline.kind, outline.text, outline.finding], ['POLYGON', 'Läsion 病変', '52988006']);
      near(outline.points, [...square, square[0]], 'polygon');
      const side = (p, q) => Math.hypot(...p.map((x, n) => x - q[n]));
      const area = side(square[0], square[1]) * side(square[1], square[2]);
      assert.ok(Math.abs(outline.measured.Area - area) < 1e-6 * area);
      assert.ok(Math.abs(outline.measured.Mean - read.means[0]) < 1e-9);
      assert.deepEqual([line.kind, line.finding], ['POLYLINE', null]);
      near(line.points, [a, b], 'line');
      assert.ok(Math.abs(line.measured.Length - side(a, b)) < 1e-6);
      assert.equal(ellipse.kind, 'ELLIPSE');
      assert.ok(Math.abs(axes.measured['Short Axis'] - side(at(15, 3, 1), at(15, 8, 1))) < 1e-6);
      assert.ok(Math.abs(angle.measured.Angle - 90) < 1e-4);
      near(point.points, [a], 'point');
      assert.deepEqual(read.table.map(({ kind }) => kind), shapes.map(({ geometry }) => geometry.kind));
      near(read.table[0].points, square, 'table');
      assert.equal(read.table[0].mean, read.means[0]);
    });

    await t.test('each comes back as it was', async () => {
      const bare = ({ geometry, text, class: of, answers }) => ({ geometry, text, class: of, answers });
      const points = (value) => {
        if (typeof value === 'number') return [value];
        return typeof value === 'object' ? Object.values(value).flatMap(points) : [];
      };
      for (const name of Object.keys(EXPORTS)) {
        const imported = await ask('import_segments', { document, path: join(files, name) });
        assert.equal(imported.n_shapes, shapes.length, name);
        assert.deepEqual(imported.report, [], name);
        const after = imported.document.shapes.slice(-shapes.length);
        after.map(bare).forEach((shape, n) => {
          const before = bare(shapes[n]);
          assert.deepEqual([shape.geometry.kind, shape.text], [before.geometry.kind, before.text], name);
          assert.equal(shape.class, before.class, name);
          assert.deepEqual(shape.answers, name === 'shapes.csv' ? [] : before.answers, name);
          near(points(shape.geometry).map((x) => [x]), points(before.geometry).map((x) => [x]), `${name} ${shape.geometry.kind}`);
        });
        await ask('undo', { document });
      }
      assert.deepEqual((await ask('document', { document })).shapes, shapes);
    });

    await t.test('what is broken is refused with its reason, and nothing is added', async () => {
      const broken = {
        'a.json': ['{"format": "annotomy-shapes"', /line 1/],
        'b.json': ['{"format":"x","version":1,"coordinates":"LPS","unit":"mm","value_unit":null,"shapes":[]}', /another format/],
        'c.csv': ['kind,points\nline,1 2 3; 4 x 6\n', /row 2 has points that are no numbers/],
        'd.csv': ['kind,text\nline,x\n', /no columns/],
        'e.csv': ['kind,points\nblob,1 2 3\n', /row 2 is of a kind/],
        'f.csv': ['kind,points\nangle,1 2 3\n', /holds no shape/],
      };
      for (const [name, [text, reason]] of Object.entries(broken)) {
        const path = join(files, name);
        await writeFile(path, text);
        const { status, body } = await client.call('import_segments', { document, path });
        assert.notEqual(status, 200, name);
        assert.match(body.message, reason);
        assert.ok(body.message.includes(path));
      }
      assert.deepEqual((await ask('document', { document })).shapes, shapes);
    });

    await t.test('labels of slices and of the image come back from JSON and tables, and a report leaves them out', async () => {
      const [i, j] = [0, 1].map((axis) => image.lps_from_index.map((row) => row[axis]));
      const across = [0, 1, 2].map((n) => i[(n + 1) % 3] * j[(n + 2) % 3] - i[(n + 2) % 3] * j[(n + 1) % 3]);
      const normal = across.map((x) => x / Math.hypot(...across));
      const label = { kind: 'slice', at: at(0, 0, 2) };
      const without = await client.call('edit', { document, edit: { type: 'add_shape', geometry: label } });
      assert.match(without.body.message, /needs the plane of the slice/);
      await add(label, { plane: { point: at(0, 0, 2), normal }, text: 'Motion' });
      const labelled = await add({ kind: 'image' }, { text: 'Poor' });
      const before = labelled.document.shapes.slice(-2);
      const counts = { dicom_sr: shapes.length, shapes_json: shapes.length + 2, shapes_csv: shapes.length + 2 };
      for (const [name, format] of Object.entries(EXPORTS)) {
        const path = join(files, `labelled-${name}`);
        const { notes } = await ask('check_export', { document, format });
        assert.equal(notes.some(({ code }) => code === 'no_labels'), format === 'dicom_sr');
        const exported = await ask('export_labels', { document, path, format, replace_existing: false });
        assert.equal(exported.n_shapes, counts[format]);
        const imported = await ask('import_segments', { document, path });
        assert.equal(imported.n_shapes, counts[format]);
        await ask('undo', { document });
        if (format === 'dicom_sr') continue;
        imported.document.shapes.slice(-2).forEach(({ geometry, plane, text }, n) => {
          assert.deepEqual([geometry, text], [before[n].geometry, before[n].text]);
          if (geometry.kind === 'slice') near([plane.normal], [normal], 'plane');
        });
      }
    });

    await t.test('a class that a report means and the protocol lacks is added where that is wished', async () => {
      const path = join(files, 'report.dcm');
      const codes = ({ report }) => report.map((finding) => finding.code);
      await ask('edit_protocol', { edit: { type: 'archive_class', class: classes[0].id, is_archived: true } });
      const without = await ask('import_segments', { document, path });
      assert.deepEqual(codes(without), ['shapes_without_class']);
      await ask('undo', { document });
      const added = await ask('import_segments', { document, path, add_classes: true });
      // The new class asks nothing: what was answered cannot be kept.
      assert.deepEqual(codes(added), ['answers_lost', 'classes_added']);
      const { classes: now } = await ask('protocol', {});
      const own = now.find(({ id }) => id === added.document.shapes.at(-shapes.length).class);
      assert.deepEqual([own.name, own.property_type.value, own.laterality], ['Lesion', '52988006', null]);
      await ask('undo', { document });
    });

    await t.test('the command line does the same', async () => {
      await server.kill();
      const imported = await annotomy(other, 'import', series, join(files, 'report.dcm'), '--add-classes');
      assert.equal(imported.n_shapes, shapes.length);
      const protocol = await annotomy(other, 'protocol', 'show');
      assert.deepEqual(protocol.classes.map(({ name }) => name), ['Lesion']);
      const again = join(files, 'again.dcm');
      const exported = await annotomy(other, 'export', series, again, '--format', 'dicom-sr');
      assert.equal(exported.n_shapes, shapes.length);
      assert.equal((await annotomy(other, 'audit', 'verify')).first_fault, null);
    });
  });
});
