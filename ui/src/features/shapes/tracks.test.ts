import { describe, expect, it } from 'vitest';
import type { Shape, ShapeTrack } from '../../host/wire';
import { betweenText, listed, trackName, trackText } from './tracks';

function shape(id: string, track: ShapeTrack | null, text = ''): Shape {
  return {
    id,
    geometry: { kind: 'point', at: [0, 0, 0] },
    plane: null,
    text,
    class: null,
    answers: [],
    color: null,
    is_visible: true,
    is_locked: false,
    source: 'manual',
    track,
  };
}

const key = (along: ShapeTrack['along'] = 'slices'): ShapeTrack => ({
  id: 't',
  along,
  between: null,
});
const found = (along: ShapeTrack['along'] = 'slices'): ShapeTrack => ({
  ...key(along),
  between: ['a', 'b'],
});

const SHAPES = [
  shape('own', null),
  shape('a', key(), 'Lesion'),
  shape('other', null),
  shape('b', key()),
  shape('x', found()),
];

describe('tracks', () => {
  it('stand in the list where their first shape stood, with all of their shapes', () => {
    const entries = listed(SHAPES);
    expect(entries.map(({ id }) => id)).toEqual(['own', 't', 'other']);
    const [, entry] = entries;
    if (entry?.kind !== 'track') throw new Error('no track');
    expect(entry.track.keys.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(entry.track.between.map(({ id }) => id)).toEqual(['x']);
    expect(trackName(SHAPES, entry.track)).toBe('Lesion');
    expect(trackText(entry.track)).toBe('2 keys, 1 between');
  });

  it('through times have one shape in a document, a key or not', () => {
    const text = (track: ShapeTrack) => {
      const [entry] = listed([shape('a', track)]);
      return entry?.kind === 'track' ? trackText(entry.track) : null;
    };
    expect(text(key('times'))).toBe('Key time');
    expect(text(found('times'))).toBe('Between key times');
  });

  it('tell which keys a shape lies between, as long as they are there', () => {
    const [, a, , b, x] = SHAPES;
    if (!a || !b || !x) throw new Error('no shapes');
    expect(betweenText(SHAPES, x)).toContain('between Lesion and Point 4');
    expect(betweenText([a, x], x)).toContain('between slices');
    expect(betweenText(SHAPES, a)).toBeNull();
  });
});
