import { describe, expect, it } from 'vitest';
import type { Document, Segment } from '../../host/wire';
import { landingPosition, neighbour, newSegment, typedName } from './list';

function segment(id: string, name: string, color: string): Segment {
  return {
    id,
    name,
    color,
    is_visible: true,
    opacity: 0.5,
    is_locked: false,
    layer: 0,
    label: 1,
    drawn_at: 0,
    class: null,
    answers: [],
    state: 'not_started',
  };
}

function documentWith(...segments: Segment[]): Document {
  return {
    id: 'd',
    volume: null,
    revision: 1,
    segments,
    shapes: [],
    n_layers: 1,
    pixel_size: null,
    undo: null,
    redo: null,
    suggested_export_path: '/x.nii.gz',
  };
}

describe('a new segment', () => {
  it('is called by its place in the list', () => {
    expect(newSegment(documentWith()).name).toBe('Segment 1');
    expect(newSegment(documentWith(segment('a', 'Liver', '#56b4e9'))).name).toBe('Segment 2');
  });

  it('never takes a name in use', () => {
    const document = documentWith(segment('a', 'Segment 2', '#56b4e9'));
    expect(newSegment(document).name).toBe('Segment 3');
  });

  it('gets a colour no other has, while there is one', () => {
    let document = documentWith();
    const colors = new Set<string>();
    for (let n = 0; n < 10; n += 1) {
      const { name, color } = newSegment(document);
      colors.add(color);
      document = documentWith(...document.segments, segment(String(n), name, color.toUpperCase()));
    }
    expect(colors.size).toBe(10);
  });
});

describe('neighbours', () => {
  const segments = [segment('a', 'A', ''), segment('b', 'B', ''), segment('c', 'C', '')];

  it('go round the ends', () => {
    expect(neighbour(segments, 'c', 1)).toBe('a');
    expect(neighbour(segments, 'a', -1)).toBe('c');
    expect(neighbour(segments, 'a', 1)).toBe('b');
  });

  it('start at an end when nothing is active', () => {
    expect(neighbour(segments, null, 1)).toBe('a');
    expect(neighbour(segments, null, -1)).toBe('c');
    expect(neighbour([], null, 1)).toBeNull();
  });
});

describe('a typed name', () => {
  it('is trimmed, and ignored when empty or unchanged', () => {
    const liver = segment('a', 'Liver', '');
    expect(typedName(liver, '  Spleen ')).toBe('Spleen');
    expect(typedName(liver, '   ')).toBeNull();
    expect(typedName(liver, 'Liver ')).toBeNull();
  });
});

describe('a dragged row', () => {
  const middles = [10, 30, 50];

  it('lands where it is dropped', () => {
    expect(landingPosition(middles, 0, 12)).toBe(0);
    expect(landingPosition(middles, 0, 35)).toBe(1);
    expect(landingPosition(middles, 0, 99)).toBe(2);
    expect(landingPosition(middles, 2, 5)).toBe(0);
    expect(landingPosition(middles, 1, 31)).toBe(1);
  });
});
