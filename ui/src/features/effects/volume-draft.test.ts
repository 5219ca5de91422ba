import { describe, expect, it } from 'vitest';
import type { Shape, ShapeGeometry } from '../../host/wire';
import { FIRST_DRAFT, type Draft } from './draft';
import type { Place } from './place';
import { SPLINE_TOLERANCE_MM } from '../../model/spline';
import { PLACE } from './testing';
import { mirrorOf, tubeOf } from './volume-draft';

function shape(id: string, geometry: ShapeGeometry): Shape {
  return {
    id,
    geometry,
    plane: null,
    text: '',
    class: null,
    answers: [],
    color: null,
    is_visible: true,
    is_locked: false,
    source: 'manual',
    track: null,
  };
}

const CORNERS = [
  [0, 0, 0],
  [10, 0, 0],
  [10, 10, 0],
];

/** Seen sagittally: slices of 2 mm across i, which go to the left of the patient from 100 mm on. */
function place(shapes: readonly Shape[], change: Partial<Place> = {}): Place {
  const planes = PLACE.image.planes.filter(({ name }) => name === 'sagittal');
  const image = { ...PLACE.image, planes };
  return { ...PLACE, image, document: { segments: [], shapes: [...shapes] }, ...change };
}

const draft = (change: Partial<Draft>): Draft => ({ ...FIRST_DRAFT, ...change });

describe('a mirror', () => {
  it('stands in the middle of the image, between its voxels where they are even', () => {
    expect(mirrorOf(draft({}), place([]))).toEqual({
      type: 'mirror',
      plane: { point: [109, 5, 29], normal: [1, 0, 0] },
      into: null,
      mode: 'copy',
    });
  });

  it('stands where the plane is shown, turned as it may be', () => {
    const across = draft({ across: 'slice', mirrorMode: 'move' });
    const straight = { point: [108, 5, 29], normal: [1, 0, 0] };
    expect(mirrorOf(across, place([]))).toMatchObject({ plane: straight, mode: 'move' });
    const turned = { sagittal: { point: [1, 2, 3], normal: [0.6, 0.8, 0] } };
    expect(mirrorOf(across, place([], { turned }))).toMatchObject({ plane: turned.sagittal });
  });

  it('stands on a plane that was drawn', () => {
    const ends = [
      [5, 2, 0],
      [1, 2, 7],
    ];
    const drawn = shape('p', { kind: 'plane', centre: [1, 2, 0], ends });
    expect(mirrorOf(draft({ across: 'shape' }), place([drawn]))).toMatchObject({
      plane: { point: [1, 2, 0], normal: [0, -28, 0] },
    });
    expect(mirrorOf(draft({ across: 'shape' }), place([]))).toBeNull();
  });
});

describe('a tube', () => {
  const line = shape('a', { kind: 'polyline', points: CORNERS });

  it('goes along the last path that was drawn, or the one that was chosen', () => {
    const other = shape('b', { kind: 'line', ends: CORNERS.slice(0, 2) });
    expect(tubeOf(draft({ diameter: 4 }), place([line, other]))).toEqual({
      type: 'tube',
      path: CORNERS.slice(0, 2),
      diameter: 4,
      mode: 'add',
    });
    const chosen = tubeOf(draft({ pathShape: 'a', tubeMode: 'remove' }), place([line, other]));
    expect(chosen).toMatchObject({ path: CORNERS, mode: 'remove' });
    expect(tubeOf(draft({}), place([]))).toBeNull();
  });

  it('comes back to the beginning of what is closed', () => {
    const closed = shape('c', { kind: 'polygon', points: CORNERS });
    expect(tubeOf(draft({}), place([closed]))).toMatchObject({ path: [...CORNERS, CORNERS[0]] });
  });

  it('goes through the corners of a smooth polyline, half way as Catmull and Rom have it', () => {
    const made = tubeOf(draft({ isSmooth: true }), place([line]));
    const path = made?.type === 'tube' ? made.path : [];
    for (const corner of CORNERS) expect(path).toContainEqual(corner);
    // (-p0 + 9 p1 + 9 p2 - p3) / 16, where p0 mirrors p2 at the first point: all are 10 mm apart.
    const [x, y] = [5.625, -0.625];
    const off = path.slice(1).map(([bx = 0, by = 0], n) => {
      const [ax = 0, ay = 0] = path[n] ?? [];
      const [dx, dy] = [bx - ax, by - ay];
      const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
      const t = Math.min(Math.max(along, 0), 1);
      return Math.hypot(ax + t * dx - x, ay + t * dy - y);
    });
    expect(Math.min(...off)).toBeLessThan(SPLINE_TOLERANCE_MM);
  });
});
