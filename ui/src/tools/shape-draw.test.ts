import { describe, expect, it } from 'vitest';
import { normalOf, type CanvasPlane } from '../model/canvas-plane';
import { dot, minus } from '../model/affine';
import type { Figure, DrawnKind } from '../model/figure';
import { canvasPoint, pointLps } from '../model/space';
import { AXIAL, OBLIQUE } from '../model/testing-figures';
import {
  dragShape,
  figureOfDraft,
  finishedShape,
  pressShape,
  releaseShape,
  withoutLastPoint,
  type ShapeDraft,
} from './shape-draw';

type Place = readonly [number, number];

/** Draws with clicks (one place) and drags (several), until the shape is whole. */
function draw(kind: DrawnKind, strokes: readonly (readonly Place[])[], plane = AXIAL) {
  let draft: ShapeDraft | null = null;
  for (const [first = [0, 0] as const, ...rest] of strokes) {
    draft = pressShape(draft, kind, plane, canvasPoint(...first));
    draft = dragShape(
      draft,
      rest.map((place) => canvasPoint(...place)),
    );
    const released: { draft: ShapeDraft | null; figure: Figure | null } = releaseShape(draft);
    if (released.figure !== null) return { draft: null, figure: released.figure };
    draft = released.draft;
  }
  return { draft, figure: null };
}

const rounded = (figure: Figure | null) =>
  figure?.points.map(({ mm }) => mm.map((x) => Number(x.toFixed(6)) + 0));

describe('drawing a shape', () => {
  it('makes the same line of a drag and of two clicks', () => {
    const expected = [
      [10, 20, 30],
      [30, 25, 30],
    ];
    expect(
      rounded(
        draw('line', [
          [
            [0, 0],
            [40, 10],
          ],
        ]).figure,
      ),
    ).toEqual(expected);
    expect(rounded(draw('line', [[[0, 0]], [[40, 10]]]).figure)).toEqual(expected);
  });

  it('lies on the plane it is drawn on', () => {
    const { figure } = draw(
      'line',
      [
        [
          [0, 0],
          [0, 20],
        ],
      ],
      OBLIQUE,
    );
    expect(rounded(figure)).toEqual([
      [10, 20, 30],
      [10, 28, 36],
    ]);
  });

  it('makes nothing of a double click in one place', () => {
    expect(draw('line', [[[5, 5]], [[5, 5]]]).figure).toBeNull();
  });

  it('makes an ellipse and a rectangle of opposite corners', () => {
    for (const kind of ['ellipse', 'rectangle', 'plane'] as const) {
      const { figure } = draw(kind, [
        [
          [40, 20],
          [0, 0],
        ],
      ]);
      expect(rounded(figure)).toEqual([
        [20, 25, 30],
        [30, 25, 30],
        [20, 30, 30],
      ]);
    }
  });

  it('makes a box as deep as its shorter side', () => {
    const { figure } = draw('box3d', [
      [
        [0, 0],
        [40, 20],
      ],
    ]);
    expect(rounded(figure)?.at(-1)).toEqual([20, 25, 35]);
  });

  it('closes a polygon at its first corner, or when it is said to be done', () => {
    const corners = [[[0, 0]], [[40, 0]], [[40, 40]]] as const;
    expect(draw('polygon', [...corners, [[3, 3]]]).figure?.points).toHaveLength(3);
    expect(draw('polygon', [...corners, [[40, 40]]]).figure?.points).toHaveLength(3);
    const { draft } = draw('polygon', corners);
    expect(draft === null ? null : finishedShape(draft)?.points).toHaveLength(3);
    const less = draft === null ? null : withoutLastPoint(draft);
    expect(less === null ? undefined : finishedShape(less)).toBeNull();
  });

  it('closes a freehand curve that comes back', () => {
    const around = [
      [0, 0],
      [40, 0],
      [40, 40],
      [0, 40],
      [2, 3],
    ] as const;
    expect(draw('freehand', [around]).figure?.isClosed).toBe(true);
    expect(draw('freehand', [around.slice(0, 4)]).figure?.isClosed).toBe(false);
    expect(draw('freehand', [[[0, 0]]]).figure).toBeNull();
  });

  it('has the short axis at a right angle to the long one, by drags or clicks', () => {
    const expected = [
      [10, 20, 30],
      [30, 20, 30],
      [20, 15, 30],
      [20, 30, 30],
    ];
    const drags = draw('bidirectional', [
      [
        [0, 0],
        [40, 0],
      ],
      [
        [20, -10],
        [33, 20],
      ],
    ]);
    expect(rounded(drags.figure)).toEqual(expected);
    const clicks = draw('bidirectional', [[[0, 0]], [[40, 0]], [[20, -10]], [[7, 20]]]);
    expect(rounded(clicks.figure)).toEqual(expected);
  });

  it('follows the pen to the next point, and on its way has what it has', () => {
    const { draft } = draw('angle', [
      [
        [0, 0],
        [20, 0],
      ],
    ]);
    if (draft === null) throw new Error('not drawn');
    const on = figureOfDraft(draft, AXIAL, canvasPoint(20, 20));
    expect([on.kind, rounded(on)]).toEqual([
      'angle',
      [
        [10, 20, 30],
        [20, 20, 30],
        [20, 30, 30],
      ],
    ]);
    expect(figureOfDraft(draft, AXIAL, null).kind).toBe('polyline');
  });

  it('goes on in another slice, but not around an area', () => {
    const deeper: CanvasPlane = { ...AXIAL, origin: pointLps([10, 20, 36]) };
    const begun = (kind: DrawnKind) => {
      const { draft } = draw(kind, [[[0, 0]]]);
      return pressShape(draft, kind, deeper, canvasPoint(40, 0)).points.map(({ mm }) => mm[2]);
    };
    expect(begun('line')).toEqual([30, 36]);
    expect(begun('polygon')).toEqual([36]);
  });

  it('draws ellipses whose axes are perpendicular on an oblique plane', () => {
    const { figure } = draw(
      'ellipse',
      [
        [
          [0, 0],
          [30, 20],
        ],
      ],
      OBLIQUE,
    );
    const [centre, a, b] = figure?.points ?? [];
    if (!centre || !a || !b) throw new Error('not drawn');
    const [u, v] = [minus(a.mm, centre.mm), minus(b.mm, centre.mm)];
    expect(dot(u, v)).toBeCloseTo(0);
    expect(dot(u, normalOf(OBLIQUE))).toBeCloseTo(0);
  });
});
