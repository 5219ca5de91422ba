/** A document in memory with segments, strokes and undo: enough of the backend to draw and paint with. */

import { HostError } from '../error';
import type {
  Document,
  Edit,
  EditResponse,
  OperationName,
  Region,
  Segment,
  Shape,
  ShapeChange,
} from '../wire';
import { lpsAt, SIZE } from './phantom';

type Stroke = Extract<Edit, { type: 'stroke' }>;

interface Step {
  readonly name: OperationName;
  readonly before: State;
  readonly after: State;
}

interface State {
  readonly segments: readonly Segment[];
  readonly shapes: readonly Shape[];
  readonly labels: Uint8Array;
}

const WHOLE: Region = { min: [0, 0, 0], max: [SIZE[0] - 1, SIZE[1] - 1, SIZE[2] - 1] };

const NOTHING_KEPT = { locked: 0, protected: 0, area: 0, range: 0 } as const;

export class Annotation {
  readonly #id: string;
  #state: State;
  #revision = 1;
  #nSegments = 1;
  #nShapes = 0;
  #done: Step[] = [];
  #undone: Step[] = [];

  constructor(id: string) {
    this.#id = id;
    const heart = segment(1, 'Heart', '#e0607e');
    this.#state = {
      segments: [heart],
      shapes: [],
      labels: new Uint8Array(SIZE[0] * SIZE[1] * SIZE[2]),
    };
  }

  get revision(): number {
    return this.#revision;
  }

  get labels(): Uint8Array {
    return this.#state.labels;
  }

  document(): Document {
    return {
      id: this.#id,
      volume: null,
      revision: this.#revision,
      segments: [...this.#state.segments],
      shapes: [...this.#state.shapes],
      n_layers: 1,
      pixel_size: null,
      undo: this.#done.at(-1)?.name ?? null,
      redo: this.#undone.at(-1)?.name ?? null,
      suggested_export_path: '/home/user/phantom-labels.nii.gz',
    };
  }

  edit(edit: Edit): EditResponse {
    const before = this.#state;
    const [after, name, region] = this.#edited(before, edit);
    this.#done.push({ name, before, after });
    this.#undone = [];
    return this.#move(after, region);
  }

  undo(): EditResponse {
    const step = this.#done.pop();
    if (step === undefined) throw conflict('There is nothing to undo.');
    this.#undone.push(step);
    return this.#move(step.before, WHOLE);
  }

  redo(): EditResponse {
    const step = this.#undone.pop();
    if (step === undefined) throw conflict('There is nothing to redo.');
    this.#done.push(step);
    return this.#move(step.after, WHOLE);
  }

  #move(state: State, region: Region | null): EditResponse {
    this.#state = state;
    this.#revision += 1;
    return { document: this.document(), region, kept: NOTHING_KEPT };
  }

  #edited(state: State, edit: Edit): readonly [State, OperationName, Region | null] {
    const changed = (id: string, change: Partial<Segment>): State => ({
      ...state,
      segments: state.segments.map((own) => (own.id === id ? { ...own, ...change } : own)),
    });
    const named = (kind: OperationName['kind'], id: string): OperationName => ({
      kind,
      segment: find(state, id).name,
    });
    switch (edit.type) {
      case 'add_segment': {
        this.#nSegments += 1;
        const added = segment(this.#nSegments, edit.name, edit.color);
        return [
          { ...state, segments: [...state.segments, added] },
          { kind: 'add_segment', segment: edit.name },
          null,
        ];
      }
      case 'rename_segment':
        return [
          changed(edit.segment, { name: edit.name }),
          named('rename_segment', edit.segment),
          null,
        ];
      case 'recolor_segment':
        return [
          changed(edit.segment, { color: edit.color }),
          named('recolor_segment', edit.segment),
          null,
        ];
      case 'set_visibility':
        return [
          changed(edit.segment, { is_visible: edit.is_visible }),
          named('set_visibility', edit.segment),
          null,
        ];
      case 'set_opacity':
        return [
          changed(edit.segment, { opacity: edit.opacity }),
          named('set_opacity', edit.segment),
          null,
        ];
      case 'set_lock':
        return [
          changed(edit.segment, { is_locked: edit.is_locked }),
          named('set_lock', edit.segment),
          null,
        ];
      case 'set_class':
        return [
          changed(edit.segment, { class: edit.class ?? null, answers: [] }),
          named('set_class', edit.segment),
          null,
        ];
      case 'set_state':
        return [
          changed(edit.segment, { state: edit.state }),
          named('set_state', edit.segment),
          null,
        ];
      // Only classes ask, and this host has none.
      case 'set_answer':
        return [state, named('set_answer', edit.segment), null];
      case 'move_segment':
        return [
          moved(state, edit.segment, edit.position),
          named('move_segment', edit.segment),
          null,
        ];
      case 'delete_segment':
        return [deleted(state, edit.segment), named('delete_segment', edit.segment), WHOLE];
      // The phantom's pixels have a size.
      case 'set_pixel_size':
        return [state, { kind: 'set_pixel_size', segment: null }, null];
      case 'stroke':
        return painted(state, edit);
      case 'add_shape': {
        this.#nShapes += 1;
        const added = shape(this.#nShapes, edit);
        return [
          { ...state, shapes: [...state.shapes, added] },
          { kind: 'add_shape', segment: added.text },
          null,
        ];
      }
      case 'change_shape': {
        const shapes = state.shapes.map((own) =>
          own.id === edit.shape ? { ...own, ...changeOf(own, edit.change) } : own,
        );
        return [{ ...state, shapes }, { kind: 'reshape', segment: null }, null];
      }
      case 'delete_shape': {
        const shapes = state.shapes.filter((own) => own.id !== edit.shape);
        return [{ ...state, shapes }, { kind: 'delete_shape', segment: null }, null];
      }
      // Voxels and outlines of shapes are the backend's work.
      case 'fill_shape':
      case 'outline_segment':
        return [state, named(edit.type, edit.segment), null];
    }
  }
}

function segment(n: number, name: string, color: string): Segment {
  return {
    id: `segment-${n}`,
    name,
    color,
    is_visible: true,
    opacity: 0.5,
    is_locked: false,
    layer: 0,
    label: n,
    drawn_at: 0,
    class: null,
    answers: [],
    state: 'not_started',
  };
}

function shape(n: number, added: Extract<Edit, { type: 'add_shape' }>): Shape {
  return {
    id: `shape-${n}`,
    geometry: added.geometry,
    plane: added.plane ?? null,
    text: added.text ?? '',
    class: added.class ?? null,
    answers: [],
    color: added.color ?? null,
    is_visible: true,
    is_locked: false,
    source: 'manual',
    track: null,
  };
}

/** What a change makes of a shape. */
function changeOf(own: Shape, change: ShapeChange): Partial<Shape> {
  switch (change.property) {
    case 'geometry':
      return { geometry: change.geometry, plane: change.plane ?? null };
    case 'text':
      return { text: change.text };
    case 'color':
      return { color: change.color ?? null };
    case 'visibility':
      return { is_visible: change.is_visible };
    case 'lock':
      return { is_locked: change.is_locked };
    case 'class':
      return { class: change.class ?? null, answers: [] };
    case 'answer': {
      const { attribute, answer } = change;
      const others = own.answers.filter((given) => given.attribute !== attribute);
      return { answers: answer ? [...others, { attribute, answer }] : others };
    }
  }
}

function moved(state: State, id: string, position: number): State {
  const others = state.segments.filter((own) => own.id !== id);
  return { ...state, segments: others.toSpliced(position, 0, find(state, id)) };
}

function deleted(state: State, id: string): State {
  const { label } = find(state, id);
  return {
    ...state,
    segments: state.segments.filter((own) => own.id !== id),
    labels: state.labels.map((own) => (own === label ? 0 : own)),
  };
}

/** The backend's rule, voxel by voxel and without any shortcut. */
function painted(state: State, stroke: Stroke): readonly [State, OperationName, Region | null] {
  const target = find(state, stroke.segment);
  if (target.is_locked) {
    throw new HostError({ code: 'not_permitted', message: 'The segment is locked.', hint: null });
  }
  const labels = Uint8Array.from(state.labels);
  const mayReplace = new Map(
    state.segments.map((own) => [
      own.label,
      !own.is_locked &&
        (stroke.overwrite === 'all' || (stroke.overwrite === 'visible' && own.is_visible)),
    ]),
  );
  const min: number[] = [...SIZE];
  const max = [-1, -1, -1];
  let n = -1;
  for (let k = 0; k < SIZE[2]; k += 1) {
    for (let j = 0; j < SIZE[1]; j += 1) {
      for (let i = 0; i < SIZE[0]; i += 1) {
        n += 1;
        const at = [i, j, k];
        if (stroke.shape === 'round' && at[stroke.slice_axis] !== stroke.slice_index) continue;
        if (distanceMm(lpsAt(i, j, k), stroke.path) > stroke.radius_mm + 1e-6) continue;
        const from = labels[n] ?? 0;
        const to = relabelled(stroke, target.label, from, mayReplace.get(from) ?? true);
        if (to === from) continue;
        labels[n] = to;
        at.forEach((index, axis) => {
          min[axis] = Math.min(min[axis] ?? index, index);
          max[axis] = Math.max(max[axis] ?? index, index);
        });
      }
    }
  }
  return [{ ...state, labels }, { kind: stroke.mode, segment: target.name }, region(min, max)];
}

function region(min: readonly number[], max: readonly number[]): Region | null {
  const [i0 = 0, j0 = 0, k0 = 0] = min;
  const [i1 = -1, j1 = -1, k1 = -1] = max;
  return i1 < 0 ? null : { min: [i0, j0, k0], max: [i1, j1, k1] };
}

function relabelled(stroke: Stroke, label: number, from: number, mayReplace: boolean): number {
  if (stroke.mode === 'erase') return from === label ? 0 : from;
  return from === 0 || mayReplace ? label : from;
}

function distanceMm(at: readonly number[], path: readonly (readonly number[])[]): number {
  let least = Infinity;
  for (let n = 0; n < path.length; n += 1) {
    const from = path[n] ?? [];
    least = Math.min(least, distanceToPiece(at, from, path[n + 1] ?? from));
  }
  return least;
}

function distanceToPiece(
  at: readonly number[],
  from: readonly number[],
  to: readonly number[],
): number {
  const along = [0, 1, 2].map((axis) => (to[axis] ?? 0) - (from[axis] ?? 0));
  const offset = [0, 1, 2].map((axis) => (at[axis] ?? 0) - (from[axis] ?? 0));
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
  const length2 = dot(along, along);
  const t = length2 === 0 ? 0 : Math.min(Math.max(dot(offset, along) / length2, 0), 1);
  return Math.hypot(...offset.map((value, axis) => value - t * (along[axis] ?? 0)));
}

function find(state: State, id: string): Segment {
  const found = state.segments.find((own) => own.id === id);
  if (found === undefined) {
    throw new HostError({ code: 'not_found', message: 'There is no such segment.', hint: null });
  }
  return found;
}

function conflict(message: string): HostError {
  return new HostError({ code: 'conflict', message, hint: null });
}
