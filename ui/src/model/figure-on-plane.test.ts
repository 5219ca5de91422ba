import { describe, expect, it } from 'vitest';
import { distanceFrom, seenOn } from './figure-on-plane';
import { canvasOf, depthOf, lpsAt } from './canvas-plane';
import { AXIAL, figure, OBLIQUE } from './testing-figures';
import { canvasPoint, pointLps } from './space';

const ends = (curves: ReturnType<typeof seenOn>) =>
  curves.map(({ points, isInSlice }) => [points.map(({ x, y }) => [x, y]), isInSlice]);

describe('a plane on a canvas', () => {
  it('has a place for every point of it, also where it is oblique', () => {
    const point = pointLps([13, 28, 36]);
    expect(depthOf(OBLIQUE, point)).toBeCloseTo(0);
    expect(canvasOf(OBLIQUE, point)).toMatchObject({ x: 6, y: 20 });
    expect(lpsAt(OBLIQUE, canvasPoint(6, 20)).mm.map((mm) => Number(mm.toFixed(9)))).toEqual([
      13, 28, 36,
    ]);
  });

  it('tells how far behind it a point lies', () => {
    expect(depthOf(AXIAL, pointLps([0, 0, 35]))).toBe(5);
    expect(lpsAt(AXIAL, canvasPoint(0, 0), 5).mm).toEqual([10, 20, 35]);
  });
});

describe('a figure on a plane', () => {
  it('is seen whole in its slice', () => {
    const line = figure('line', [10, 20, 30], [15, 20, 31]);
    expect(ends(seenOn(line, AXIAL, 0))).toEqual([
      [
        [
          [0, 0],
          [10, 0],
        ],
        true,
      ],
    ]);
    expect(distanceFrom(AXIAL, line)).toBe(0);
  });

  it('is seen beside its slice as far as is wanted', () => {
    const line = figure('line', [10, 20, 35], [15, 20, 35]);
    expect(distanceFrom(AXIAL, line)).toBe(3.5);
    expect(seenOn(line, AXIAL, 3)).toEqual([]);
    expect(ends(seenOn(line, AXIAL, 4))).toEqual([
      [
        [
          [0, 0],
          [10, 0],
        ],
        false,
      ],
    ]);
  });

  it('is cut off where it leaves the slice', () => {
    // 1 mm deeper for each mm to the right: within 1.5 mm of the slice for 1.5 mm.
    const line = figure('line', [10, 20, 30], [20, 20, 40]);
    expect(ends(seenOn(line, AXIAL, 2))).toEqual([
      [
        [
          [0, 0],
          [3, 0],
        ],
        true,
      ],
      [
        [
          [3, 0],
          [7, 0],
        ],
        false,
      ],
    ]);
  });

  it('is a chord where an area is cut', () => {
    const standing = figure('rectangle', [20, 30, 30], [25, 30, 30], [20, 30, 40]);
    const chord = seenOn(standing, AXIAL, 0).find(
      ({ points: [a, b] }) => a !== undefined && b !== undefined && Math.abs(a.x - b.x) === 20,
    );
    expect(chord?.points.map(({ x, y }) => [x, y]).sort()).toEqual([
      [10, 20],
      [30, 20],
    ]);
  });

  it('is the section of a box, and of the nearest face beside it', () => {
    const box = figure('box3d', [20, 30, 30], [25, 30, 30], [20, 34, 30], [20, 30, 36]);
    const corners = (z: number, reachMm: number) => {
      const moved = { ...AXIAL, origin: pointLps([10, 20, z]) };
      const [section] = seenOn(box, moved, reachMm);
      return [
        section?.isInSlice,
        section?.points.map(({ x, y }) => [Math.round(x), Math.round(y)]).sort(),
      ];
    };
    const square = [
      [10, 12],
      [10, 28],
      [30, 12],
      [30, 28],
    ];
    expect(corners(33, 0)).toEqual([true, square]);
    expect(corners(40, 0)).toEqual([undefined, undefined]);
    expect(corners(40, 5)).toEqual([false, square]);
  });
});
