/**
 * Both hosts answer every command alike: the same script is sent to the real window and to the
 * server, each on a library of its own, and the answers are compared.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, startServer, target, withFolder } from '../e2e/support/server.mjs';
import { openWindow } from './webdriver.mjs';

const application = process.env.ANNOTOMY_DESKTOP ?? join(target, 'debug/annotomy-desktop');
const sample = join(root, 'samples/mr-head-t1');
const LIMIT = { timeout: 300_000 };

/** Every command once at least, and what a refusal looks like. */
async function script(call, bytes, folder) {
  const image = { id: '', document: '' };
  await call('home', {});
  await call('list_folder', { path: sample });
  await call('cancel', { job: 'nobody' });
  const { series } = await call('open_study', { job: 'study', paths: [sample] });
  await call('open_sample', { job: 'sample' });
  await bytes({ kind: 'thumbnail', request: 1, series: series[0].id });
  Object.assign(image, await call('open_image', { job: 'image', series: series[0].id }, 'is_ready'));
  // Waits until the image is complete, so that later answers do not depend on the moment.
  await bytes({ kind: 'slice', request: 2, image: image.id, axis: 0, index: 80 });
  await call('image', { image: image.id, volume: 0 });
  await call('metadata', { image: image.id, slice: 0 });
  const { document } = image;
  const edit = (change) => call('edit', { document, edit: change });
  const added = await edit({ type: 'add_segment', name: 'A', color: '#ff8800' });
  const segment = added.document.segments[0].id;
  const stroke = {
    type: 'stroke', segment, mode: 'paint', shape: 'sphere', radius_mm: 6, slice_axis: 2, slice_index: 70,
    path: [[0, 0, 15], [12, 5, 15]], overwrite: 'all',
  };
  await edit(stroke);
  await edit({ ...stroke, mode: 'erase', radius_mm: 2 });
  const triangle = [[0, 0, 15], [30, 0, 15], [10, 25, 15]];
  const within = { slice: { axis: 2, index: 70 }, reach: { kind: 'slice' }, mode: 'fill_inside' };
  const outline = { job: 'outline', document, segment, effect: { type: 'outline', path: triangle, ...within }, overwrite: 'all' };
  const { document: { revision } } = await call('run_effect', outline);
  await call('redraw_outline', { revision, outline });
  await call('last_outline', { document });
  const margin = { job: 'margin', document, segment, effect: { type: 'margin', mm: 2 }, overwrite: 'all' };
  const preview = await call('preview_effect', margin);
  await call('apply_preview', { preview: preview.document.id });
  const other = await call('preview_effect', margin);
  await call('drop_preview', { preview: other.document.id });
  await call('run_effect', margin);
  await call('drawn_sections', { document, segment, all_segments: false });
  const parts = await call('preview_effect', margin);
  const slice = { kind: 'slice', slice: { axis: 2, index: 70 } };
  const rest = await call('accept_part', { preview: parts.document.id, part: slice });
  await call('drop_preview', { preview: rest.preview.document.id });
  await call('histogram', { image: image.id });
  await bytes({ kind: 'labels', request: 3, document, layer: 0, axis: 2, index: 70 });
  await call('document', { document });
  await call('statistics', { document });
  const line = { kind: 'line', ends: [[0, 0, 15], [12, 5, 15]] };
  await edit({ type: 'add_shape', geometry: line });
  const plane = { point: [0, 0, 15], normal: [0, 0, 1] };
  const keyed = await edit({ type: 'add_shape', geometry: { kind: 'point', at: [0, 0, 15] }, plane });
  const upper = { point: [4, 4, 19], normal: [0, 0, 1] };
  await edit({ type: 'add_shape', geometry: { kind: 'point', at: [4, 4, 19] }, plane: upper });
  const pointed = { document, shape: keyed.document.shapes.at(-1).id };
  const track = await call('interpolate_shapes', { ...pointed, along: 'slices' });
  await call('interpolate_shapes', { ...pointed, along: 'times' });
  await call('delete_interpolated', { document, track: track.document.shapes.at(-1).track.id });
  await call('shape_measures', { document });
  await call('study_labels_elsewhere', { document });
  await call('undo', { document });
  await call('redo', { document });
  const { entries } = await call('history', { document, before: null, limit: 3 });
  const moment = { document, sequence: entries[2].sequence };
  const then = await call('show_moment', moment);
  await bytes({ kind: 'labels', request: 6, document: then.document.id, layer: 0, axis: 2, index: 70 });
  await call('compare_moments', { document, from: moment.sequence });
  await call('who_drew', { document, voxel: [90, 108, 70] });
  await call('restore_moment', moment);
  await call('undo', { document });
  await call('show_moment', { document, sequence: 4000 });
  const path = join(folder, 'labels.nii.gz');
  await call('check_export', { document, format: 'nifti' });
  await call('export_labels', { document, path, replace_existing: false });
  await call('import_segments', { document, path });
  await bytes({ kind: 'labels', request: 5, document, layer: 1, axis: 2, index: 70 });
  await call('volume_document', { image: image.id, volume: 0 });
  await call('choose_scope', { image: image.id, scope: 'each_volume', start: 'copy' });
  await call('copy_segments', { document, from: document, replace: false });
  const sections = { image: path, sections: join(folder, 'nothing.nii'), output: join(folder, 'between.nii') };
  await call('interpolate', { ...sections, uses_image: false, replace_existing: false });
  const seeds = { image: path, seeds: join(folder, 'nothing.nii'), output: join(folder, 'grown.nii') };
  await call('grow_seeds', { ...seeds, locality: 0, margin_mm: null, replace_existing: false });
  const scribbles = { image: path, scribbles: join(folder, 'nothing.nii'), output: join(folder, 'told.nii') };
  const scales = { finest_mm: null, margin_mm: null, background: null };
  await call('classify', { ...scribbles, ...scales, replace_existing: false });
  const left = { image: path, labels: join(folder, 'nothing.nii'), output: join(folder, 'left.nii') };
  await call('mask_image', { ...left, mask: {}, replace_existing: false });
  const kept = { name: 'A', replace_existing: false };
  await call('list_classifiers', {});
  await call('teach_classifier', { job: 'teach', document, segment, finest: 1, ...kept });
  await call('import_classifier', { path: join(folder, 'none.classifier'), ...kept });
  const file = { path: join(folder, 'a.classifier'), replace_existing: false };
  await call('export_classifier', { classifier: 'none', ...file });
  await call('forget_classifier', { classifier: 'none' });
  const speed = { by: 'threshold', low: 100, softness: 20 };
  const snake = { speed, propagation: 1, curvature: 0.2, advection: 0 };
  const contour = { ...snake, bubbles: [], from_segment: true, margin: 5 };
  await call('begin_snake', { job: 'snake', document, segment, contour });
  await call('advance_snake', { job: 'snake', snake: 'none', iteration: 1, overwrite: 'all' });
  await call('end_snake', { snake: 'none' });
  const start = join(folder, 'nothing.nii');
  const evolved = { image: path, start, output: join(folder, 'snake.nii'), margin_mm: null };
  await call('segment_snake', { ...evolved, ...snake, bubbles: null, iterations: 1, replace_existing: false });
  await call('inspect', { path, with_patient: true });
  await call('convert', { input: path, series: null, output: join(folder, 'copy.nii'), replace_existing: false });
  const liver = { name: 'Liver', color: '#dd8265' };
  const { classes } = await call('edit_protocol', { edit: { type: 'add_class', class: liver } });
  await edit({ type: 'set_class', segment, class: classes[0].id });
  await call('edit_protocol', { edit: { type: 'delete_class', class: classes[0].id } });
  await call('edit_protocol', { edit: { type: 'add_class', class: { ...liver, name: 'Spleen' } } });
  await call('undo_protocol', {});
  await call('redo_protocol', {});
  const protocol = join(folder, 'protocol.json');
  await call('export_protocol', { path: protocol });
  await call('import_protocol', { path: protocol });
  await call('protocol', {});
  await call('search_codes', { group: 'type', text: 'liver', limit: 5 });
  await call('audit_log', { after: null, limit: null });
  await call('audit_rebuild', {});
  await call('audit_verify', {});
  await call('export_labels', { document, path, replace_existing: false });
  await call('undo', { document: 'nobody' });
  await call('edit', { document });
  await call('nonsense', {});
  await call('check_export', { document, format: 'dicom_seg' });
  await bytes({ kind: 'slice', request: 4, image: image.id, axis: 0, index: 4000 });
  const archive = join(folder, 'library.annotomy');
  const beside = join(folder, 'beside');
  await call('list_documents', { job: 'list' });
  await call('create_archive', { job: 'save', path: archive, include_images: true, replace_existing: false });
  await call('verify_archive', { job: 'check', path: archive });
  await call('open_archive', { job: 'open', path: archive, data_folder: beside });
  await call('use_library', { data_folder: beside });
  await call('audit_verify', {});
  await call('use_library', {});
}

/** Sends the script through one host; `send` answers `{answer}` or `{error}`. */
async function transcript(send, folder) {
  const lines = [];
  const names = new Set();
  const note = async (door, name, request, ...undecided) => {
    const reply = await send(door, name, request);
    const shown = { ...reply, answer: reply.answer && { ...reply.answer } };
    // What depends on how far loading got is compared later.
    if (undecided.includes('is_ready')) {
      for (const key of ['is_ready', 'value_range', 'window', 'window_presets']) delete shown.answer[key];
    }
    lines.push({ name: name ?? request.kind, ...shown });
    return reply.answer ?? {};
  };
  const call = (name, request, ...undecided) => {
    names.add(name);
    return note('rpc', name, request, ...undecided);
  };
  await script(call, (request) => note('bytes', null, request), folder);
  return { lines: sameEverywhere(lines, folder), names };
}

/** With the keys of objects in the order of the alphabet: the doors keep another. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/** Without what differs from library to library: folders, identifiers, times and hashes of records. */
function sameEverywhere(lines, folder) {
  const identifiers = new Map();
  const name = (uuid) => {
    if (!identifiers.has(uuid)) identifiers.set(uuid, `id-${identifiers.size}`);
    return identifiers.get(uuid);
  };
  const text = JSON.stringify(sorted(lines))
    .replaceAll(folder, 'FOLDER')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, name)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/"(hash|head)":"[0-9a-f]{64}"/g, '"$1":"HASH"');
  return JSON.parse(text);
}

async function throughWindow(folder) {
  const environment = { ANNOTOMY_DATA_DIR: join(folder, 'library'), ANNOTOMY_USER: 'Ada' };
  const window = await openWindow(application, environment);
  let nRequests = 0;
  const send = async (door, command, request) => {
    nRequests += 1;
    await window.execute((door, command, request, number) => {
      const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));
      const settle = (reply) => { window.parityReply = { number, ...reply }; };
      window.__TAURI_INTERNALS__.invoke(door, command === null ? { request } : { command, request }).then(
        (answer) => settle({ answer: door === 'bytes' ? { base64: base64(answer) } : answer }),
        (error) => settle({ error }),
      );
    }, door, command, request, nRequests);
    const { number, ...reply } = await window.until(
      command ?? request.kind,
      (number) => window.parityReply?.number === number && window.parityReply,
      nRequests,
    );
    return reply;
  };
  try {
    return await transcript(send, folder);
  } finally {
    await window.close();
  }
}

async function throughServer(folder) {
  process.env.ANNOTOMY_USER = 'Ada';
  const server = await startServer(join(folder, 'library'));
  const { origin } = new URL(server.url);
  const entry = await fetch(server.url, { redirect: 'manual' });
  const headers = { cookie: entry.headers.get('set-cookie').split(';')[0] };
  const send = async (door, command, request) => {
    const response = door === 'rpc'
      ? await fetch(`${origin}/api/${command}`, { method: 'POST', headers, body: JSON.stringify(request) })
      : await fetch(`${origin}/bytes?${new URLSearchParams(request)}`, { headers });
    if (!response.ok) return { error: await response.json() };
    if (door === 'rpc') return { answer: await response.json() };
    return { answer: { base64: Buffer.from(await response.arrayBuffer()).toString('base64') } };
  };
  try {
    return await transcript(send, folder);
  } finally {
    await server.kill();
  }
}

test('window and server answer every command alike', LIMIT, async () => {
  const inWindow = await withFolder(throughWindow);
  const onServer = await withFolder(throughServer);
  assert.equal(inWindow.lines.length, onServer.lines.length);
  for (const [n, line] of inWindow.lines.entries()) {
    assert.deepEqual(line, onServer.lines[n], `answer ${n}, ${line.name}`);
  }
  const described = JSON.parse(await readFile(join(root, 'ui/src/host/openapi.json'), 'utf8'));
  for (const path of Object.keys(described.paths)) {
    assert.ok(inWindow.names.has(path.replace('/api/', '')), `${path} is not sent by this test`);
  }
  const failed = inWindow.lines.filter(({ error }) => error).map(({ name }) => name);
  assert.deepEqual(failed, [
    'interpolate_shapes', 'show_moment', 'choose_scope', 'copy_segments', 'interpolate', 'grow_seeds', 'classify', 'mask_image',
    'teach_classifier', 'import_classifier', 'export_classifier', 'forget_classifier',
    'advance_snake', 'segment_snake', 'edit_protocol', 'export_labels', 'undo', 'edit', 'nonsense', 'check_export', 'slice',
  ]);
});
