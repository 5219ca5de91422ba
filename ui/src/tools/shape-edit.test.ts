import { describe, expect, it } from 'vitest';
import { dot, minus } from '../model/affine';
import type { CanvasPlane } from '../model/canvas-plane';
import { canvasPoint, pointLps } from '../model/space';
import { AXIAL, figure } from '../model/testing-figures';
import { handlesOf, isChangeable, moved, settled, withoutVertex, withVertex } from './shape-edit';
import { hitOf } from './shape-hit';

/** Looks along -y: x to the right, z up the screen. */
const CORONAL: CanvasPlane = { ...AXIAL, origin: pointLps([10, 25, 40]), down: [0, 0, -1] };

const rounded = ({ points }: ReturnType<typeof figure>) =>
  points.map(({ mm }) => mm.map((x) => Number(x.toFixed(6)) + 0));
const at = (x: number, y: number) => canvasPoint(x, y);

const LINE = figure('line', [10, 20, 30], [30, 20, 30]);
const RECTANGLE = figure('rectangle', [20, 25, 30], [30, 25, 30], [20, 30, 30]);
const POLYGON = figure('polygon', [10, 20, 30], [30, 20, 30], [30, 40, 30]);

describe('the handles of a shape', () => {
  it('are where its points are in the slice', () => {
    const through = figure('line', [10, 20, 30], [30, 20, 36]);
    expect(handlesOf(LINE, AXIAL)).toHaveLength(2);
    expect(handlesOf(through, AXIAL)).toEqual([{ grip: { kind: 'point', n: 0 }, at: at(0, 0) }]);
  });

  it('of an area are on its own plane only', () => {
    expect(isChangeable(POLYGON, AXIAL)).toBe(true);
    expect(handlesOf(POLYGON, CORONAL)).toEqual([]);
    expect(isChangeable(LINE, CORONAL)).toBe(true);
  });

  it('of a box are on every plane that cuts it', () => {
    const box = figure('box3d', [20, 25, 30], [30, 25, 30], [20, 30, 30], [20, 25, 38]);
    const axes = (plane: CanvasPlane) =>
      handlesOf(box, plane).flatMap(({ grip }) => (grip.kind === 'side' ? [grip.axis] : []));
    expect(axes(AXIAL)).toEqual([0, 0, 1, 1]);
    expect(axes(CORONAL)).toEqual([0, 0, 2, 2]);
    expect(axes({ ...AXIAL, origin: pointLps([10, 20, 42]) })).toEqual([]);
  });
});

describe('moving', () => {
  it('takes one point along, or all', () => {
    const end = moved(LINE, { kind: 'point', n: 1 }, AXIAL, at(40, 0), at(40, 20));
    expect(rounded(end)).toEqual([
      [10, 20, 30],
      [30, 30, 30],
    ]);
    const all = moved(LINE, { kind: 'whole' }, CORONAL, at(0, 0), at(2, 8));
    expect(rounded(all)).toEqual([
      [11, 20, 26],
      [31, 20, 26],
    ]);
  });

  it('drags a side while the opposite one stays', () => {
    const side = { kind: 'side', axis: 0, sign: 1 } as const;
    const wide = moved(RECTANGLE, side, AXIAL, at(40, 10), at(60, 17));
    expect(rounded(wide)).toEqual([
      [25, 25, 30],
      [40, 25, 30],
      [25, 30, 30],
    ]);
    const other = moved(RECTANGLE, { ...side, sign: -1 }, AXIAL, at(0, 10), at(-20, 10));
    expect(rounded(other)).toEqual([
      [15, 25, 30],
      [30, 25, 30],
      [15, 30, 30],
    ]);
  });

  it('drags a corner while the opposite one stays', () => {
    const corner = { kind: 'corner', signs: [1, 1] } as const;
    const large = moved(RECTANGLE, corner, AXIAL, at(40, 20), at(60, 40));
    expect(rounded(large)).toEqual([
      [25, 30, 30],
      [40, 30, 30],
      [25, 40, 30],
    ]);
  });

  it('turns about the middle', () => {
    // From above the middle to its right: a quarter.
    const turned = moved(RECTANGLE, { kind: 'turn' }, AXIAL, at(20, -20), at(60, 10));
    expect(rounded(turned)).toEqual([
      [20, 25, 30],
      [20, 35, 30],
      [15, 25, 30],
    ]);
  });

  it('never lets a side pass the opposite one', () => {
    const side = { kind: 'side', axis: 0, sign: 1 } as const;
    const [centre, end] = moved(RECTANGLE, side, AXIAL, at(40, 10), at(-90, 10)).points;
    expect((end?.mm[0] ?? 0) - (centre?.mm[0] ?? 0)).toBeCloseTo(0.5);
  });
});

describe('a bidirectional measurement', () => {
  const RECIST = figure('bidirectional', [10, 20, 30], [30, 20, 30], [20, 15, 30], [20, 30, 30]);
  const cosine = ({ points: [a, b, c, d] }: typeof RECIST) =>
    a && b && c && d ? dot(minus(b.mm, a.mm), minus(d.mm, c.mm)) : NaN;

  it('keeps its axes at a right angle whichever end is moved', () => {
    for (const n of [0, 1, 2, 3]) {
      const next = moved(RECIST, { kind: 'point', n }, AXIAL, at(0, 0), at(9, 7));
      expect(cosine(next)).toBeCloseTo(0);
    }
  });

  it('slides its short axis along the long one, but not past its ends', () => {
    const slid = moved(RECIST, { kind: 'point', n: 3 }, AXIAL, at(20, 20), at(30, 24));
    expect(rounded(slid).slice(2)).toEqual([
      [25, 15, 30],
      [25, 32, 30],
    ]);
    const far = moved(RECIST, { kind: 'point', n: 3 }, AXIAL, at(20, 20), at(90, 20));
    expect(rounded(far)[2]).toEqual([30, 15, 30]);
  });

  it('has the longer axis first in the end', () => {
    const tall = moved(RECIST, { kind: 'point', n: 3 }, AXIAL, at(20, 20), at(20, 60));
    expect(rounded(settled(tall)).slice(0, 2)).toEqual([
      [20, 15, 30],
      [20, 50, 30],
    ]);
    expect(settled(RECIST)).toBe(RECIST);
  });
});

describe('vertices', () => {
  it('are added between two others and taken away while enough are left', () => {
    const more = withVertex(POLYGON, 0, pointLps([20, 20, 30]));
    expect(rounded(more)[1]).toEqual([20, 20, 30]);
    expect(withoutVertex(more, 1)).toEqual(POLYGON);
    expect(withoutVertex(POLYGON, 1)).toBeNull();
    expect(withoutVertex(LINE, 0)).toBeNull();
  });
});

describe('what is under the pen', () => {
  it('is the nearest handle, else the line with the edge that is hit', () => {
    expect(hitOf(POLYGON, AXIAL, at(38, 3), true)?.grip).toEqual({ kind: 'point', n: 1 });
    expect(hitOf(POLYGON, AXIAL, at(20, 3), true)).toMatchObject({
      grip: { kind: 'whole' },
      edge: { n: 0, at: { mm: [20, 21.5, 30] } },
    });
    expect(hitOf(POLYGON, AXIAL, at(22, 20), true)?.edge?.n).toBe(2);
  });

  it('is nothing inside an area, on another slice or where a plane just cuts it', () => {
    expect(hitOf(RECTANGLE, AXIAL, at(20, 10), false)).toBeNull();
    const deeper = { ...AXIAL, origin: pointLps([10, 20, 36]) };
    expect(hitOf(POLYGON, deeper, at(0, 0), true)).toBeNull();
    expect(hitOf(POLYGON, CORONAL, at(20, 20), true)).toBeNull();
  });

  it('is the middle and the turning handle of the shape in hand only', () => {
    expect(hitOf(RECTANGLE, AXIAL, at(20, 10), true)?.grip).toEqual({ kind: 'whole' });
    expect(hitOf(RECTANGLE, AXIAL, at(20, -20), true)?.grip).toEqual({ kind: 'turn' });
    expect(hitOf(RECTANGLE, AXIAL, at(20, -20), false)).toBeNull();
  });
});
