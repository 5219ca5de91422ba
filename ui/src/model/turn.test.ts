import { describe, expect, it } from 'vitest';
import { cross, dot } from './affine';
import { lpsOf } from './grid';
import { continuousIndex, inPlane, pointLps, voxelIndex, type Triple } from './space';
import { obliqueGrid, plane, straightGrid } from './testing';
import {
  angleBetween,
  isSamePlane,
  lettersOf,
  normalOf,
  ofPixel,
  pixelOf,
  turnedAbout,
  turnedAxes,
  turnedPlane,
  voxelExtentMm,
  voxelReachMm,
} from './turn';

const AXIAL = { right: [1, 0, 0], down: [0, 1, 0] } as const;

function expectNear(found: Triple, wanted: Triple): void {
  found.forEach((x, n) => expect(x).toBeCloseTo(wanted[n] ?? Number.NaN, 9));
}

describe('turning', () => {
  it('goes round an axis as a right hand does', () => {
    expectNear(turnedAbout([1, 0, 0], [0, 0, 1], Math.PI / 2), [0, 1, 0]);
    expectNear(turnedAbout([0, 0, 5], [1, 0, 0], Math.PI / 6), [0, -2.5, (5 * Math.sqrt(3)) / 2]);
    // A third of a turn about the diagonal takes x to y, y to z and z to x.
    const diagonal = 1 / Math.sqrt(3);
    expectNear(
      turnedAbout([1, 2, 3], [diagonal, diagonal, diagonal], (2 * Math.PI) / 3),
      [3, 1, 2],
    );
  });

  it('keeps axes at right angles and of length 1 however often it is done', () => {
    let axes: { right: Triple; down: Triple } = AXIAL;
    for (let n = 0; n < 10_000; n += 1) axes = turnedAxes(axes, [0.6, 0, 0.8], 0.37);
    expect(Math.abs(dot(axes.right, axes.down))).toBeLessThan(1e-12);
    expect(Math.hypot(...axes.right)).toBeCloseTo(1, 12);
    expect(Math.hypot(...axes.down)).toBeCloseTo(1, 12);
  });

  it('tells the angle between planes, whichever side they are seen from', () => {
    const tilted = turnedAxes(AXIAL, [1, 0, 0], (25 * Math.PI) / 180);
    expect(angleBetween(AXIAL, tilted)).toBeCloseTo(25, 9);
    const behind = turnedAxes(AXIAL, [1, 0, 0], (155 * Math.PI) / 180);
    expect(angleBetween(AXIAL, behind)).toBeCloseTo(25, 9);
  });
});

describe('a voxel', () => {
  it('reaches along its axes as far as its neighbours, and between them less', () => {
    const grid = straightGrid();
    expect(voxelExtentMm(grid, [0, 0, 1])).toBeCloseTo(5, 12);
    expect(voxelExtentMm(grid, [0, 0.6, 0.8])).toBeCloseTo(1 / Math.hypot(0.6 / 2, 0.8 / 5), 12);
  });

  it('is cut by planes as far as half its corners reach', () => {
    expect(voxelReachMm(straightGrid(), [0, 0.6, 0.8])).toBeCloseTo((0.6 * 2 + 0.8 * 5) / 2, 12);
  });
});

describe('a turned plane', () => {
  const grid = obliqueGrid();
  const base = plane(grid);
  const axes = turnedAxes(base.axes, [0.6, 0, 0.8], 0.4);
  const at = lpsOf(grid, continuousIndex([4.3, 7.1, 2.6]));
  const turned = turnedPlane(grid, base, axes, at);
  const pixels = turned.turned;

  it('goes through its point, square to its normal', () => {
    if (pixels === null) throw new Error('not turned');
    const normal = cross(axes.right, axes.down);
    expectNear(normal, normalOf(axes));
    expect(dot(normal, pixels.origin)).toBeCloseTo(dot(normal, at.mm), 9);
    expect(dot(normal, pixels.columnStep)).toBeCloseTo(0, 12);
    expect(dot(normal, pixels.rowStep)).toBeCloseTo(0, 12);
    expectNear(ofPixel(pixels, pixelOf(pixels, at)), at.mm);
  });

  it('has room for every voxel of the grid, in pixels as small as voxels', () => {
    if (pixels === null) throw new Error('not turned');
    expect(turned.columnMm).toBe(1);
    for (const i of [0, 11]) {
      for (const j of [0, 15]) {
        for (const k of [0, 8]) {
          const { column, row } = pixelOf(pixels, lpsOf(grid, voxelIndex([i, j, k])));
          expect(column).toBeGreaterThan(-0.5);
          expect(column).toBeLessThan(turned.nColumns - 0.5);
          expect(row).toBeGreaterThan(-0.5);
          expect(row).toBeLessThan(turned.nRows - 0.5);
        }
      }
    }
  });

  it('has its places where they were when it moves along its normal', () => {
    const normal = normalOf(axes);
    const [x, y, z] = normal;
    const moved = turnedPlane(
      grid,
      base,
      axes,
      pointLps([at.mm[0] + 3 * x, at.mm[1] + 3 * y, at.mm[2] + 3 * z]),
    );
    if (pixels === null || moved.turned === null) throw new Error('not turned');
    const [a, b] = [ofPixel(pixels, inPlane(3, 4)), ofPixel(moved.turned, inPlane(3, 4))];
    expectNear([b[0] - a[0], b[1] - a[1], b[2] - a[2]], [3 * x, 3 * y, 3 * z]);
    expect(isSamePlane(turned, moved)).toBe(false);
    expect(isSamePlane(turned, turnedPlane(grid, base, axes, at))).toBe(true);
  });
});

describe('letters', () => {
  it('name the strongest direction first and leave out what is hardly there', () => {
    expect(lettersOf([1, 0, 0])).toBe('L');
    expect(lettersOf([-0.8, 0.6, 0])).toBe('RP');
    expect(lettersOf([0.1, -0.6, 0.79])).toBe('SA');
    expect(lettersOf([-0.4, 0.5, -0.77])).toBe('IPR');
  });
});
