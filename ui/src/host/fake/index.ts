/** A host without a backend: one synthetic image, for `vite dev` with `?fake` and for tests of the viewer. */

import { parseReply, type BytesQuestion, type BytesReply } from '../bytes';
import type { CommandName, Commands, RequestOf, ResponseOf } from '../commands';
import { HostError, toHostError } from '../error';
import type { Host, Picked } from '../host';
import { Listeners } from '../listeners';
import type { BytesRequest, EditResponse, Event, Protocol, Series, Study } from '../wire';
import { Annotation } from './annotation';
import { phantomImage, phantomVoxels, SIZE, SPACING_MM } from './phantom';
import { writeReply } from './reply';

type Handlers = {
  [Name in CommandName]: (request: Commands[Name]['request']) => Commands[Name]['response'];
};

const IMAGE = 'image-1';
const DOCUMENT = 'document-1';
const UNAVAILABLE: Picked = { kind: 'unavailable' };
/** A reply takes about as long as one from a real host. */
const REPLY_MS = 3;
const READY_AFTER_MS = 800;

export function connectFake(): Host {
  const events = new Listeners<Event>();
  const world = { voxels: phantomVoxels(), annotation: new Annotation(DOCUMENT), isReady: false };
  const handlers = handlersOf(world, events);
  let nRequests = 0;
  return {
    kind: 'fake',
    hasFileDialogs: false,
    call: async (command, request) => answer(handlers, command, request),
    bytes: (question) => bytesOf(world, question, (nRequests += 1)),
    onEvent: (handler) => events.add(handler),
    onDisconnect: () => () => undefined,
    onReconnect: () => () => undefined,
    pickFolder: () => Promise.resolve(UNAVAILABLE),
    pickFiles: () => Promise.resolve(UNAVAILABLE),
    pickSavePath: () => Promise.resolve(UNAVAILABLE),
    onFileDrop: () => () => undefined,
    onClosing: () => () => undefined,
  };
}

interface World {
  readonly voxels: Int16Array;
  readonly annotation: Annotation;
  isReady: boolean;
}

async function answer<C extends CommandName>(
  handlers: Handlers,
  command: C,
  request: RequestOf<C>,
): Promise<ResponseOf<C>> {
  await sleep(REPLY_MS);
  return handlers[command](request);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function handlersOf(world: World, events: Listeners<Event>): Handlers {
  const { annotation } = world;
  const changed = (response: EditResponse): EditResponse => {
    const { revision } = response.document;
    const region = response.region ?? null;
    events.emit({ type: 'document_changed', document: DOCUMENT, revision, by: 'fake', region });
    return response;
  };
  return {
    home: () => ({
      version: 'fake',
      user: 'fake',
      library_path: '/fake/library.sqlite',
      is_own_library: true,
      n_records: 0,
      has_sample: true,
      recent: [],
    }),
    open_study: () => STUDY,
    open_sample: () => STUDY,
    cancel: () => ({}),
    list_folder: () => ({ path: '/fake', parent: null, entries: [] }),
    open_image: () => {
      setTimeout(() => {
        world.isReady = true;
        events.emit({ type: 'image_ready', image: IMAGE });
      }, READY_AFTER_MS);
      return phantomImage(IMAGE, DOCUMENT, world.isReady);
    },
    image: () => phantomImage(IMAGE, DOCUMENT, world.isReady),
    metadata: () => ({ file: 'phantom', elements: [] }),
    document: () => annotation.document(),
    volume_document: () => annotation.document(),
    choose_scope: refuse,
    copy_segments: refuse,
    interpolate_shapes: refuse,
    delete_interpolated: refuse,
    edit: ({ edit }) => changed(annotation.edit(edit)),
    preview_effect: refuse,
    apply_preview: refuse,
    accept_part: refuse,
    drawn_sections: () => ({ rule: 'filled', sections: [] }),
    drop_preview: () => ({}),
    run_effect: refuse,
    redraw_outline: refuse,
    last_outline: () => ({ outline: null }),
    histogram: refuse,
    undo: () => changed(annotation.undo()),
    redo: () => changed(annotation.redo()),
    history: () => ({ entries: [] }),
    statistics: () => ({ revision: annotation.revision, unit: 'HU', segments: [] }),
    import_segments: refuse,
    check_export: () => ({ notes: [] }),
    export_labels: refuse,
    protocol: () => EMPTY_PROTOCOL,
    edit_protocol: refuse,
    undo_protocol: refuse,
    redo_protocol: refuse,
    show_moment: refuse,
    compare_moments: refuse,
    restore_moment: refuse,
    who_drew: () => ({ segments: [] }),
    export_protocol: refuse,
    import_protocol: refuse,
    search_codes: () => ({ codes: [] }),
    audit_log: () => ({ records: [] }),
    audit_verify: () => ({
      n_records: 0,
      n_withheld: 0,
      n_bricks: 0,
      head: null,
      first_fault: null,
    }),
    list_documents: () => ({ documents: [] }),
    create_archive: refuse,
    verify_archive: refuse,
    open_archive: refuse,
    use_library: refuse,
    interpolate: refuse,
    grow_seeds: refuse,
    classify: refuse,
    mask_image: refuse,
    list_classifiers: () => ({ classifiers: [] }),
    teach_classifier: refuse,
    export_classifier: refuse,
    import_classifier: refuse,
    forget_classifier: refuse,
    begin_snake: refuse,
    advance_snake: refuse,
    end_snake: () => ({}),
    segment_snake: refuse,
    study_labels_elsewhere: () => ({ labels: [] }),
    shape_measures: () => ({
      revision: annotation.revision,
      length_unit: 'mm',
      value_unit: 'HU',
      shapes: [],
    }),
  };
}

function refuse(): never {
  throw new HostError({ code: 'unsupported', message: 'Not in the fake host.', hint: null });
}

async function bytesOf(world: World, question: BytesQuestion, n: number): Promise<BytesReply> {
  const request: BytesRequest = { ...question, request: n };
  const isFirst = request.kind === 'slice' && request.axis === 2 && request.index === 24;
  while (!world.isReady && request.kind === 'slice' && !isFirst) await sleep(20);
  await sleep(REPLY_MS);
  try {
    return parseReply(replyTo(world, request), request, 0);
  } catch (reason) {
    throw toHostError(reason);
  }
}

function replyTo({ voxels, annotation }: World, request: BytesRequest): ArrayBuffer {
  if (request.kind !== 'slice' && request.kind !== 'labels') return refuse();
  const { axis, index } = request;
  const [nColumns, nRows] =
    axis === 0 ? [SIZE[1], SIZE[2]] : axis === 1 ? [SIZE[0], SIZE[2]] : [SIZE[0], SIZE[1]];
  const header = { request: request.request, axis, index, nColumns, nRows };
  if (request.kind === 'slice') {
    const body = new Int16Array(nColumns * nRows);
    copySlice(voxels, axis, index, body);
    return writeReply({ ...header, kind: 1, scalar: 3, revision: 0, part: 0 }, body);
  }
  const body = new Uint8Array(nColumns * nRows);
  copySlice(annotation.labels, axis, index, body);
  const { revision } = annotation;
  return writeReply({ ...header, kind: 2, scalar: 0, revision, part: request.layer }, body);
}

interface Voxels {
  [index: number]: number;
}

function copySlice(
  from: Voxels,
  axis: number,
  index: number,
  to: Voxels & { readonly length: number },
): void {
  const strides = [1, SIZE[0], SIZE[0] * SIZE[1]];
  const [column = 0, row = 0] = strides.filter((_, own) => own !== axis);
  const nColumns = axis === 0 ? SIZE[1] : SIZE[0];
  const start = index * (strides[axis] ?? 0);
  for (let n = 0; n < to.length; n += 1) {
    to[n] = from[start + (n % nColumns) * column + Math.floor(n / nColumns) * row] ?? 0;
  }
}

const EMPTY_PROTOCOL: Protocol = {
  revision: 0,
  classes: [],
  n_segments: [],
  undo: null,
  redo: null,
};

const SERIES: Series = {
  id: 'series-1',
  study: null,
  modality: 'CT',
  description: 'Phantom',
  size: [...SIZE],
  n_volumes: 1,
  spacing_mm: [...SPACING_MM],
  meaning: { is_placed: true, in_plane: 'patient', has_depth: true },
  scalar_type: 'int16',
  n_files: 1,
  is_annotated: false,
  report: [],
};

const STUDY: Study = {
  title: 'Phantom',
  path: '/fake/phantom',
  studies: [],
  series: [SERIES],
  report: [],
};
