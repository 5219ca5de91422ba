/** A host in memory for tests: a document with segments and undo, and commands that can be made to fail. */
import {
  HostError,
  type CommandName,
  type Commands,
  type Host,
  type RequestOf,
  type ResponseOf,
} from '../../host';
import type {
  ArchiveSummary,
  Document,
  Edit,
  EditResponse,
  Event,
  Image,
  Segment,
  Series,
  Study,
  WireError,
} from '../../host/wire';

type Handlers = {
  [Name in CommandName]: (
    request: Commands[Name]['request'],
  ) => Commands[Name]['response'] | Promise<Commands[Name]['response']>;
};

/** Handlers to replace, events to send, and what was asked. */
export class FakeHost implements Host {
  kind: Host['kind'] = 'fake';
  readonly hasFileDialogs: boolean = false;
  readonly asked: CommandName[] = [];
  readonly handlers: Handlers;
  readonly #eventHandlers = new Set<(event: Event) => void>();
  readonly #disconnectHandlers = new Set<() => void>();
  readonly #reconnectHandlers = new Set<() => void>();

  constructor(handlers: Partial<Handlers> = {}) {
    const model = new DocumentModel();
    this.handlers = { ...defaults(model), ...handlers };
  }

  async call<Name extends CommandName>(
    command: Name,
    request: RequestOf<Name>,
  ): Promise<ResponseOf<Name>> {
    this.asked.push(command);
    // Hosts never answer in the same turn.
    await Promise.resolve();
    return this.handlers[command](request);
  }

  bytes(): Promise<never> {
    return Promise.reject(failure('not_found'));
  }

  onEvent(handler: (event: Event) => void): () => void {
    this.#eventHandlers.add(handler);
    return () => this.#eventHandlers.delete(handler);
  }

  onDisconnect(handler: () => void): () => void {
    this.#disconnectHandlers.add(handler);
    return () => this.#disconnectHandlers.delete(handler);
  }

  onReconnect(handler: () => void): () => void {
    this.#reconnectHandlers.add(handler);
    return () => this.#reconnectHandlers.delete(handler);
  }

  pickFolder = () => Promise.resolve({ kind: 'unavailable' } as const);
  pickFiles = () => Promise.resolve({ kind: 'unavailable' } as const);
  pickSavePath = () => Promise.resolve({ kind: 'unavailable' } as const);
  onFileDrop = () => () => undefined;
  onClosing = () => () => undefined;

  send(event: Event): void {
    for (const handler of this.#eventHandlers) handler(event);
  }

  disconnect(): void {
    for (const handler of this.#disconnectHandlers) handler();
  }

  reconnect(): void {
    for (const handler of this.#reconnectHandlers) handler();
  }
}

/** What a host throws. */
export function failure(code: WireError['code'], message = `${code} happened`): HostError {
  return new HostError({ code, message, hint: null });
}

/** A series with a number of files. */
export function fakeSeries(id: string, changes: Partial<Series> = {}): Series {
  return {
    id,
    study: null,
    modality: 'CT',
    description: `Series ${id}`,
    size: [8, 8, 4],
    n_volumes: 1,
    spacing_mm: [1, 1, 2],
    meaning: { is_placed: true, in_plane: 'patient', has_depth: true },
    scalar_type: 'int16',
    n_files: 4,
    is_annotated: false,
    report: [],
    ...changes,
  };
}

/** A study of series. */
export function fakeStudy(...series: Series[]): Study {
  return { title: 'study', path: '/data/study', studies: [], series, report: [] };
}

/** A complete image. */
export function fakeImage(changes: Partial<Image> = {}): Image {
  return {
    id: 'image',
    document: 'document',
    scope: 'all_volumes',
    modality: 'CT',
    description: 'Image',
    size: [8, 8, 4],
    n_volumes: 1,
    volume_labels: [''],
    spacing_mm: [1, 1, 2],
    slice_origins_lps: [],
    lps_from_index: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 2, 0],
      [0, 0, 0, 1],
    ],
    scalar_type: 'int16',
    rescale: { slope: 1, intercept: 0 },
    padding: null,
    unit: 'HU',
    meaning: { is_placed: true, in_plane: 'patient', has_depth: true },
    suv: null,
    asks_pixel_size: false,
    frame_ms: null,
    planes: [],
    first_slice: 2,
    is_inverted: false,
    is_ready: true,
    value_range: [0, 1],
    window: { center: 40, width: 400, function: 'linear_exact', steps: [] },
    window_presets: [],
    report: [],
    ...changes,
  };
}

/** A document without segments and shapes. */
export function fakeDocument(changes: Partial<Document> = {}): Document {
  return {
    id: 'document',
    volume: null,
    revision: 1,
    segments: [],
    shapes: [],
    n_layers: 1,
    pixel_size: null,
    undo: null,
    redo: null,
    suggested_export_path: '/data/study/labels.nii.gz',
    ...changes,
  };
}

/** A sound archive of one document. */
export function fakeSummary(changes: Partial<ArchiveSummary> = {}): ArchiveSummary {
  return {
    program: 'annotomy 0.1.0',
    created_at: '2026-01-02T03:04:05Z',
    n_documents: 1,
    n_classifiers: 0,
    n_images: 0,
    n_image_files: 0,
    image_mebibytes: 0,
    verification: {
      n_records: 3,
      n_withheld: 0,
      n_bricks: 1,
      head: 'ab'.repeat(32),
      first_fault: null,
    },
    ...changes,
  };
}

/** Segments with undo, as the real host has them. */
class DocumentModel {
  document = fakeDocument();
  readonly #past: Segment[][] = [];
  readonly #future: Segment[][] = [];
  #nSegments = 0;

  edit(edit: Edit): Document {
    this.#past.push(this.document.segments);
    this.#future.length = 0;
    return this.#become(this.#applied(edit));
  }

  undo(): Document {
    const segments = this.#past.pop();
    if (segments === undefined) throw failure('conflict', 'nothing to undo');
    this.#future.push(this.document.segments);
    return this.#become(segments);
  }

  redo(): Document {
    const segments = this.#future.pop();
    if (segments === undefined) throw failure('conflict', 'nothing to redo');
    this.#past.push(this.document.segments);
    return this.#become(segments);
  }

  #become(segments: Segment[]): Document {
    const revision = this.document.revision + 1;
    const undo = this.#past.length > 0 ? ({ kind: 'add_segment', segment: null } as const) : null;
    const redo = this.#future.length > 0 ? ({ kind: 'add_segment', segment: null } as const) : null;
    this.document = { ...this.document, revision, segments, undo, redo };
    return this.document;
  }

  #applied(edit: Edit): Segment[] {
    const { segments } = this.document;
    switch (edit.type) {
      case 'add_segment': {
        this.#nSegments += 1;
        const added = newSegment(`s${this.#nSegments}`, edit.name, edit.color, this.#nSegments);
        return [...segments, added];
      }
      case 'delete_segment':
        return segments.filter(({ id }) => id !== edit.segment);
      case 'rename_segment':
        return segments.map((s) => (s.id === edit.segment ? { ...s, name: edit.name } : s));
      case 'set_lock':
        return segments.map((s) =>
          s.id === edit.segment ? { ...s, is_locked: edit.is_locked } : s,
        );
      case 'set_visibility':
        return segments.map((s) =>
          s.id === edit.segment ? { ...s, is_visible: edit.is_visible } : s,
        );
      case 'recolor_segment':
        return segments.map((s) => (s.id === edit.segment ? { ...s, color: edit.color } : s));
      case 'set_opacity':
        return segments.map((s) => (s.id === edit.segment ? { ...s, opacity: edit.opacity } : s));
      case 'move_segment': {
        const moved = segments.filter(({ id }) => id === edit.segment);
        const rest = segments.filter(({ id }) => id !== edit.segment);
        return [...rest.slice(0, edit.position), ...moved, ...rest.slice(edit.position)];
      }
      case 'set_class':
        return segments.map((s) =>
          s.id === edit.segment ? { ...s, class: edit.class ?? null, answers: [] } : s,
        );
      case 'set_state':
        return segments.map((s) => (s.id === edit.segment ? { ...s, state: edit.state } : s));
      case 'set_answer': {
        const { attribute, answer } = edit;
        const given = answer ? [{ attribute, answer }] : [];
        return segments.map((s) => {
          const others = s.answers.filter((own) => own.attribute !== attribute);
          return s.id === edit.segment ? { ...s, answers: [...others, ...given] } : s;
        });
      }
      case 'set_pixel_size':
        this.document = { ...this.document, pixel_size: edit.size };
        return segments;
      case 'stroke':
      case 'add_shape':
      case 'change_shape':
      case 'delete_shape':
      case 'fill_shape':
      case 'outline_segment':
        return segments;
    }
  }
}

function newSegment(id: string, name: string, color: string, label: number): Segment {
  return {
    id,
    name,
    color,
    is_visible: true,
    opacity: 0.5,
    is_locked: false,
    layer: 0,
    label,
    drawn_at: 0,
    class: null,
    answers: [],
    state: 'not_started',
  };
}

function answer(document: Document): EditResponse {
  return { document, region: null, kept: NOTHING_KEPT };
}

/** No rule kept anything. */
export const NOTHING_KEPT = { locked: 0, protected: 0, area: 0, range: 0 } as const;

function defaults(model: DocumentModel): Handlers {
  const study = fakeStudy(fakeSeries('1'));
  return {
    home: () => ({
      version: '0.1.0',
      user: 'ada',
      library_path: '/data/library.sqlite',
      is_own_library: true,
      n_records: 0,
      has_sample: true,
      recent: [],
    }),
    open_study: () => study,
    open_sample: () => study,
    cancel: () => ({}),
    list_folder: ({ path }) => ({ path: path ?? '/home/ada', parent: '/home', entries: [] }),
    open_image: () => fakeImage(),
    image: () => fakeImage(),
    metadata: () => ({ file: '/data/study/1.dcm', elements: [] }),
    document: () => model.document,
    volume_document: () => model.document,
    choose_scope: ({ scope }) => fakeImage({ scope }),
    copy_segments: () => answer(model.document),
    edit: ({ edit }) => answer(model.edit(edit)),
    preview_effect: () => {
      throw failure('unsupported');
    },
    apply_preview: () => answer(model.document),
    accept_part: () => ({ edit: answer(model.document), preview: null }),
    drawn_sections: () => ({ rule: 'filled', sections: [] }),
    drop_preview: () => ({}),
    run_effect: () => {
      throw failure('unsupported');
    },
    interpolate_shapes: () => ({ document: model.document, n_keys: 2, n_between: 1 }),
    delete_interpolated: () => ({ document: model.document, n_deleted: 1 }),
    redraw_outline: () => {
      throw failure('unsupported');
    },
    last_outline: () => ({ outline: null }),
    histogram: () => ({ range: [0, 1], counts: [1], thresholds: [] }),
    undo: () => answer(model.undo()),
    redo: () => answer(model.redo()),
    history: () => ({ entries: [] }),
    show_moment: () => {
      throw failure('unsupported');
    },
    compare_moments: () => {
      throw failure('unsupported');
    },
    restore_moment: () => answer(model.document),
    who_drew: () => ({ segments: [] }),
    statistics: () => ({ revision: model.document.revision, unit: 'HU', segments: [] }),
    interpolate: () => {
      throw failure('unsupported');
    },
    grow_seeds: () => {
      throw failure('unsupported');
    },
    classify: () => {
      throw failure('unsupported');
    },
    mask_image: () => {
      throw failure('unsupported');
    },
    list_classifiers: () => ({ classifiers: [] }),
    teach_classifier: () => {
      throw failure('unsupported');
    },
    export_classifier: () => {
      throw failure('unsupported');
    },
    import_classifier: () => {
      throw failure('unsupported');
    },
    forget_classifier: () => {
      throw failure('unsupported');
    },
    begin_snake: () => {
      throw failure('unsupported');
    },
    advance_snake: () => {
      throw failure('unsupported');
    },
    end_snake: () => ({}),
    segment_snake: () => {
      throw failure('unsupported');
    },
    study_labels_elsewhere: () => ({ labels: [] }),
    shape_measures: () => ({
      revision: model.document.revision,
      length_unit: 'mm',
      value_unit: 'HU',
      shapes: [],
    }),
    import_segments: () => {
      throw failure('unsupported');
    },
    check_export: () => ({ notes: [] }),
    export_labels: ({ path }) => ({
      path,
      n_files: 1,
      sidecar: `${path}.json`,
      n_voxels: 12,
      n_shapes: 0,
      notes: [],
    }),
    protocol: () => ({ revision: 0, classes: [], n_segments: [], undo: null, redo: null }),
    edit_protocol: () => {
      throw failure('unsupported');
    },
    undo_protocol: () => {
      throw failure('unsupported');
    },
    redo_protocol: () => {
      throw failure('unsupported');
    },
    export_protocol: () => ({}),
    import_protocol: () => {
      throw failure('unsupported');
    },
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
    create_archive: ({ path }) => ({ path, summary: fakeSummary(), notes: [] }),
    verify_archive: () => ({ summary: fakeSummary(), first_fault: null }),
    open_archive: ({ data_folder }) => ({
      library_path: `${data_folder ?? '/data'}/library.sqlite`,
      summary: fakeSummary(),
      image_folders: [],
      report: [],
    }),
    use_library: () => ({}),
  };
}
