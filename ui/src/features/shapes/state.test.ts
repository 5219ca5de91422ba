import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../host';
import type {
  Class,
  Document,
  Shape,
  ShapeMeasure,
  ShapeMeasures,
  ShapeMeasuresRequest,
} from '../../host/wire';
import { classesFor, colorOf, SHAPE_COLOR, shapeName } from './list';
import { ShapeMeasuresState } from './measures.svelte';
import { ShapesState } from './state.svelte';

function shape(id: string, x = 1, change: Partial<Shape> = {}): Shape {
  return {
    id,
    geometry: {
      kind: 'line',
      ends: [
        [0, 0, 0],
        [x, 0, 0],
      ],
    },
    plane: null,
    text: '',
    class: null,
    answers: [],
    color: null,
    is_visible: true,
    is_locked: false,
    source: 'manual',
    track: null,
    ...change,
  };
}

function documentOf(revision: number, ...shapes: Shape[]): Document {
  return {
    id: 'd',
    volume: null,
    revision,
    segments: [],
    shapes,
    n_layers: 0,
    pixel_size: null,
    undo: null,
    redo: null,
    suggested_export_path: '',
  };
}

/** Doors that nobody listens at. */
const DEAF = { onDocument: () => {}, onFailed: () => {}, onDone: () => {} };

const none = { perimeter: null, area: null, angle_degrees: null, volume: null, values: null };

function measure(id: string, length: number): ShapeMeasure {
  return { ...none, shape: id, length, long_axis: null, short_axis: null };
}

/** A host that measures shapes, every one as long as the revision. */
function hostAt(revision: () => number) {
  const asked: ShapeMeasuresRequest[] = [];
  const call = (_: string, request: ShapeMeasuresRequest): Promise<ShapeMeasures> => {
    asked.push(request);
    const shapes = (request.shapes ?? []).map((id) => measure(id, revision()));
    return Promise.resolve({ revision: revision(), length_unit: 'mm', value_unit: null, shapes });
  };
  // @ts-expect-error the state under test calls nothing else
  const host: Host = { call };
  return { host, asked };
}

function lesion(change: Partial<Class> = {}): Class {
  return {
    id: 'lesion',
    name: 'Lesion',
    color: '#cc79a7',
    category: null,
    property_type: null,
    laterality: null,
    shortcut: null,
    tools: null,
    is_required: false,
    is_archived: false,
    attributes: [],
    ...change,
  };
}

describe('measures of shapes', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('are asked for shapes that changed only', async () => {
    let revision = 1;
    const { host, asked } = hostAt(() => revision);
    const state = new ShapeMeasuresState(host);
    const [a, b] = [shape('a'), shape('b')];
    state.want(documentOf(1, a, b), 0);
    await vi.runAllTimersAsync();
    expect(state.of(a, 0)?.length).toBe(1);
    revision = 2;
    const longer = shape('b', 5);
    state.want(documentOf(2, a, longer), 0);
    await vi.runAllTimersAsync();
    expect(asked.map(({ shapes }) => shapes)).toEqual([['a', 'b'], ['b']]);
    expect([state.of(a, 0)?.length, state.of(longer, 0)?.length]).toEqual([1, 2]);
  });

  it('are not told of a shape that was moved since, nor of another volume', async () => {
    const { host } = hostAt(() => 1);
    const state = new ShapeMeasuresState(host);
    state.want(documentOf(1, shape('a')), 0);
    await vi.runAllTimersAsync();
    expect(state.of(shape('a'), 0)?.length).toBe(1);
    expect(state.of(shape('a', 2), 0)).toBeNull();
    expect(state.of(shape('a'), 1)).toBeNull();
  });

  it('that are older or newer than the document wait for it', async () => {
    const { host, asked } = hostAt(() => 2);
    const state = new ShapeMeasuresState(host);
    state.want(documentOf(1, shape('a')), 0);
    await vi.runAllTimersAsync();
    expect(state.of(shape('a'), 0)).toBeNull();
    state.want(documentOf(2, shape('a', 3)), 0);
    await vi.runAllTimersAsync();
    expect(state.of(shape('a', 3), 0)?.length).toBe(2);
    expect(asked).toHaveLength(2);
  });
});

describe('the shape in hand', () => {
  it('is the one that was added; an arrow asks for its text', () => {
    const state = new ShapesState(hostAt(() => 1).host, DEAF);
    state.newClass = 'lesion';
    state.isShown = false;
    const geometry = {
      kind: 'arrow',
      ends: [
        [0, 0, 0],
        [1, 0, 0],
      ],
    } as const;
    const ends = geometry.ends.map((end) => [...end]);
    const edit = { type: 'add_shape', geometry: { ...geometry, ends }, plane: null } as const;
    const sent = state.completed({ ...edit, text: '', class: null, color: null });
    expect(sent).toMatchObject({ class: 'lesion' });
    const after = documentOf(2, shape('a'), shape('b', 1, { geometry: { ...geometry, ends } }));
    state.onMade(sent, documentOf(1, shape('a')), after);
    expect([state.activeIn(after)?.id, state.asksText, state.isShown]).toEqual(['b', 'b', true]);
    expect(state.activeIn(documentOf(3, shape('a')))).toBeNull();
  });
});

describe('a shape in the list', () => {
  it('is called by its text, or by its kind with a number', () => {
    const all = [shape('a'), shape('b', 1, { text: 'Cyst\nleft' }), shape('c')];
    expect(all.map((own) => shapeName(all, own))).toEqual(['Length 1', 'Cyst', 'Length 3']);
  });

  it('has its own colour, that of its class, or that of all', () => {
    const own = { class: 'lesion', color: '#123456' };
    expect(colorOf([lesion()], shape('a', 1, own))).toBe('#123456');
    expect(colorOf([lesion()], shape('a', 1, { class: 'lesion' }))).toBe('#cc79a7');
    expect(colorOf([lesion()], shape('a'))).toBe(SHAPE_COLOR);
  });

  it('can have classes that allow its kind, and keeps the one it has', () => {
    const only = (tools: Class['tools']) => classesFor([lesion({ tools })], shape('a')).length;
    expect([only(null), only(['line']), only(['ellipse'])]).toEqual([1, 1, 0]);
    const archived = lesion({ is_archived: true });
    expect(classesFor([archived], shape('a'))).toEqual([]);
    expect(classesFor([archived], shape('a', 1, { class: 'lesion' }))).toEqual([archived]);
  });
});
