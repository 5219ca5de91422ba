import { describe, expect, it } from 'vitest';
import { storedAxes, visitCovered, type BrushStroke } from './brush';
import { dot, minus, scale } from './affine';
import { indexOf, isInside, lpsOf, type Grid } from './grid';
import {
  continuousIndex,
  distanceMm,
  inPlane,
  nearestVoxel,
  pointLps,
  voxelIndex,
  withComponent,
  type Axis,
  type Triple,
} from './space';
import { obliqueGrid, plane, straightGrid, unevenGrid } from './testing';
import { ofPixel, pixelOf, turnedPlane, voxelReachMm } from './turn';

function covered(
  grid: Grid,
  stroke: BrushStroke,
  axis: Axis,
  index: number,
  firstPiece = 0,
): string[] {
  const [columnAxis, rowAxis] = storedAxes(axis);
  const found: string[] = [];
  const slice = {
    axis,
    index,
    nColumns: grid.size[columnAxis],
    nRows: grid.size[rowAxis],
    pixels: null,
  };
  visitCovered(grid, stroke, slice, firstPiece, (column, row) => {
    const ijk = withComponent(withComponent([0, 0, 0], axis, index), columnAxis, column);
    found.push(withComponent(ijk, rowAxis, row).join(' '));
  });
  return [...new Set(found)].sort();
}

function stroke(
  grid: Grid,
  form: BrushStroke['form'],
  radiusMm: number,
  ...path: Triple[]
): BrushStroke {
  return {
    path: path.map((ijk) => lpsOf(grid, continuousIndex(ijk))),
    radiusMm,
    form,
    sliceAxis: 2,
    sliceIndex: 3,
    plane: null,
  };
}

describe('a round brush', () => {
  it('covers the voxels whose centres are within the radius, in mm', () => {
    const grid = straightGrid();
    // Columns are 1 mm apart, rows 2 mm: 2 mm reach two columns and one row.
    expect(covered(grid, stroke(grid, 'round', 2, [5, 4, 3]), 2, 3)).toEqual(
      ['3 4 3', '4 4 3', '5 3 3', '5 4 3', '5 5 3', '6 4 3', '7 4 3'].sort(),
    );
  });

  it('stays in its slice, also as the other planes see it', () => {
    const grid = straightGrid();
    const dab = stroke(grid, 'round', 6, [5, 4, 3]);
    expect(covered(grid, dab, 2, 4)).toEqual([]);
    expect(covered(grid, dab, 0, 5)).toEqual([
      '5 1 3',
      '5 2 3',
      '5 3 3',
      '5 4 3',
      '5 5 3',
      '5 6 3',
      '5 7 3',
    ]);
  });

  it('covers everything between two points far apart', () => {
    const grid = straightGrid();
    const line = covered(grid, stroke(grid, 'round', 0.9, [1, 4, 3], [18, 4, 3]), 2, 3);
    expect(line).toHaveLength(18);
  });

  it('is cut at the border of the image', () => {
    const grid = straightGrid();
    expect(covered(grid, stroke(grid, 'round', 1, [0, 0, 3]), 2, 3)).toEqual(['0 0 3', '1 0 3']);
  });

  it('continues where it was when only the new pieces are asked for', () => {
    const grid = straightGrid();
    const path: Triple[] = [
      [2, 2, 3],
      [8, 2, 3],
      [8, 7, 3],
    ];
    const whole = covered(grid, stroke(grid, 'round', 1.5, ...path), 2, 3);
    const first = covered(grid, stroke(grid, 'round', 1.5, ...path.slice(0, 2)), 2, 3);
    const rest = covered(grid, stroke(grid, 'round', 1.5, ...path), 2, 3, 2);
    expect([...new Set([...first, ...rest])].sort()).toEqual(whole);
    expect(rest.length).toBeLessThan(whole.length);
  });
});

describe('a sphere brush', () => {
  it.each([
    ['on an oblique grid', obliqueGrid()],
    ['through uneven and shifted slices', unevenGrid()],
  ])('covers the same voxels whichever plane looks at it, %s', (_, grid) => {
    const ball = stroke(grid, 'sphere', 4.2, [5, 7, 4]);
    const centre = lpsOf(grid, voxelIndex([5, 7, 4]));
    const expected: string[] = [];
    for (let i = 0; i < grid.size[0]; i += 1)
      for (let j = 0; j < grid.size[1]; j += 1)
        for (let k = 0; k < grid.size[2]; k += 1)
          if (distanceMm(lpsOf(grid, voxelIndex([i, j, k])), centre) <= 4.2)
            expected.push(`${i} ${j} ${k}`);
    for (const axis of [0, 1, 2] as const) {
      const seen = Array.from({ length: grid.size[axis] }, (_, index) =>
        covered(grid, ball, axis, index),
      ).flat();
      expect(seen.sort()).toEqual(expected.sort());
    }
  });
});

describe('a round brush in a turned plane', () => {
  const grid = obliqueGrid();
  const normal: Triple = [2 / 3, -1 / 3, 2 / 3];
  const point = lpsOf(grid, continuousIndex([6, 8, 4]));
  const half = voxelReachMm(grid, normal);

  function dab(): BrushStroke {
    return { ...stroke(grid, 'round', 4, [6, 8, 4]), plane: { point: point.mm, normal } };
  }

  /** By the rule itself: cut by the plane, and within the radius seen along the normal. */
  function isWanted(ijk: Triple): boolean {
    const offset = minus(lpsOf(grid, voxelIndex(ijk)).mm, point.mm);
    const height = dot(offset, normal);
    const flat = minus(offset, scale(normal, height));
    return Math.abs(height) <= half && Math.hypot(...flat) <= 4;
  }

  it('covers in every slice the voxels that the plane cuts within the radius', () => {
    let n = 0;
    for (let k = 0; k < 9; k += 1) {
      const wanted: string[] = [];
      for (let i = 0; i < 12; i += 1) {
        for (let j = 0; j < 16; j += 1) if (isWanted([i, j, k])) wanted.push(`${i} ${j} ${k}`);
      }
      expect(covered(grid, dab(), 2, k)).toEqual(wanted.sort());
      n += wanted.length;
    }
    expect(n).toBeGreaterThan(20);
  });

  it('covers the pixels of the plane whose nearest voxels it covers, and leaves no hole', () => {
    const axes = { right: [1 / 3, -2 / 3, -2 / 3], down: [2 / 3, 2 / 3, -1 / 3] } as const;
    const { turned: pixels, nColumns, nRows } = turnedPlane(grid, plane(grid), axes, point);
    if (pixels === null) throw new Error('not turned');
    const found = new Set<string>();
    const slice = { axis: 2, index: 4, nColumns, nRows, pixels } as const;
    visitCovered(grid, dab(), slice, 0, (column, row) => found.add(`${column} ${row}`));
    const middle = pixelOf(pixels, point);
    let nNear = 0;
    for (let row = 0; row < nRows; row += 1) {
      for (let column = 0; column < nColumns; column += 1) {
        const voxel = nearestVoxel(indexOf(grid, pointLps(ofPixel(pixels, inPlane(column, row)))));
        expect(found.has(`${column} ${row}`)).toBe(isInside(grid, voxel) && isWanted(voxel.ijk));
        if (Math.hypot(column - middle.column, row - middle.row) < 1.5) {
          nNear += 1;
          expect(found.has(`${column} ${row}`)).toBe(true);
        }
      }
    }
    expect(nNear).toBeGreaterThan(5);
  });
});
