import { describe, expect, it } from 'vitest';
import { storedAxes, visitCovered, type BrushStroke } from './brush';
import { cross, dot, minus, plus, scale, unit } from './affine';
import { indexOf, isInside, lpsOf, stepOf, type Grid } from './grid';
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
    along: [1, 0, 0],
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

describe('a square brush', () => {
  const grid = obliqueGrid();
  const along: Triple = [0.6, 0.5, -0.4];
  const corners: Triple[] = [
    [4, 5, 3],
    [9, 8, 3],
    [9, 11, 3],
  ];

  /** Half the side that a square around the point of the path nearest to it would need. */
  function halfSideTo(point: Triple, path: readonly Triple[], normal: Triple): number {
    const right = unit(minus(along, scale(normal, dot(along, normal))));
    const down = cross(normal, right);
    let least = Infinity;
    for (let n = 1; n < path.length; n += 1) {
      const [from, to] = [path[n - 1], path[n]];
      if (from === undefined || to === undefined) continue;
      for (let t = 0; t <= 1; t += 1 / 4096) {
        const offset = minus(point, plus(from, scale(minus(to, from), t)));
        least = Math.min(
          least,
          Math.max(Math.abs(dot(offset, right)), Math.abs(dot(offset, down))),
        );
      }
    }
    return least;
  }

  it('covers what lies in the square on its way through a slice', () => {
    const path = { ...stroke(grid, 'square', 2.5, ...corners), along };
    const normal = unit(cross(stepOf(grid, 0), stepOf(grid, 1)));
    const found = new Set(covered(grid, path, 2, 3));
    const mm = path.path.map((point) => point.mm);
    let n = 0;
    for (let i = 0; i < grid.size[0]; i += 1) {
      for (let j = 0; j < grid.size[1]; j += 1) {
        const half = halfSideTo(lpsOf(grid, voxelIndex([i, j, 3])).mm, mm, normal);
        if (Math.abs(half - 2.5) < 0.01) continue;
        expect(found.has(`${i} ${j} 3`)).toBe(half < 2.5);
        if (half < 2.5) n += 1;
      }
    }
    expect(n).toBeGreaterThan(20);
  });

  it('covers in a turned plane the voxels that it cuts, seen along the normal', () => {
    const normal: Triple = [2 / 3, -1 / 3, 2 / 3];
    const point = lpsOf(grid, continuousIndex([6, 8, 4])).mm;
    const path = {
      ...stroke(grid, 'square', 3, [6, 8, 4], [8, 7, 4]),
      plane: { point, normal },
      along,
    };
    const thick = voxelReachMm(grid, normal);
    const heightOf = (mm: Triple) => dot(minus(mm, point), normal);
    const mm = path.path.map((on) => minus(on.mm, scale(normal, heightOf(on.mm))));
    let n = 0;
    for (let k = 0; k < grid.size[2]; k += 1) {
      const found = new Set(covered(grid, path, 2, k));
      for (let i = 0; i < grid.size[0]; i += 1) {
        for (let j = 0; j < grid.size[1]; j += 1) {
          const centre = lpsOf(grid, voxelIndex([i, j, k])).mm;
          const half = halfSideTo(centre, mm, normal);
          const height = Math.abs(heightOf(centre));
          if (Math.abs(half - 3) < 0.01 || Math.abs(height - thick) < 1e-4) continue;
          const isWanted = half < 3 && height < thick;
          expect(found.has(`${i} ${j} ${k}`)).toBe(isWanted);
          if (isWanted) n += 1;
        }
      }
    }
    expect(n).toBeGreaterThan(20);
  });
});
