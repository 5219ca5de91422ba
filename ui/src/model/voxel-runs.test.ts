import { describe, expect, it } from 'vitest';
import type { StoredSlice } from './brush';
import { straightGrid } from './testing';
import { visitRuns, type VoxelRun } from './voxel-runs';

const grid = straightGrid();
const RUNS: readonly VoxelRun[] = [
  { i: 3, j: 2, k: 5, n: 4 },
  { i: 7, j: 9, k: 6, n: 1 },
];

function visited(slice: Partial<StoredSlice>): (readonly [number, number])[] {
  const seen: (readonly [number, number])[] = [];
  const whole = { axis: 2, index: 5, nColumns: 20, nRows: 10, pixels: null, ...slice } as const;
  visitRuns(grid, RUNS, whole, (column, row) => seen.push([column, row]));
  return seen;
}

describe('voxels in runs', () => {
  it('are where the slices across each axis have them', () => {
    expect(visited({ axis: 2, index: 5 })).toEqual([
      [3, 2],
      [4, 2],
      [5, 2],
      [6, 2],
    ]);
    expect(visited({ axis: 1, index: 9 })).toEqual([[7, 6]]);
    expect(visited({ axis: 0, index: 4 })).toEqual([[2, 5]]);
    expect(visited({ axis: 0, index: 7 })).toEqual([[9, 6]]);
    expect(visited({ axis: 2, index: 4 })).toEqual([]);
  });

  it('show in the pixels of a plane that are nearest to them', () => {
    // Pixels of half a millimetre in the slice k = 5, first voxel at (10, 20, 30).
    const pixels = {
      origin: [12, 22, 55],
      columnStep: [0.5, 0, 0],
      rowStep: [0, 0.5, 0],
    } as const;
    const seen = visited({ pixels, nColumns: 30, nRows: 12 });
    const columns = new Set(seen.map(([column]) => 12 + 0.5 * column));
    const rows = new Set(seen.map(([, row]) => 22 + 0.5 * row));
    // Voxels 3 to 6 reach from 12.5 to 16.5 mm, row 2 from 23 to 25.
    expect(Math.min(...columns)).toBeGreaterThanOrEqual(12.5);
    expect(Math.max(...columns)).toBeLessThanOrEqual(16.5);
    expect([...rows].every((mm) => mm >= 23 && mm <= 25)).toBe(true);
    expect(seen.length).toBeGreaterThanOrEqual(8 * 4);
  });

  it('are none where a plane does not reach them', () => {
    const pixels = {
      origin: [10, 20, 30],
      columnStep: [1, 0, 0],
      rowStep: [0, 1, 0],
    } as const;
    expect(visited({ pixels, nColumns: 20, nRows: 20 })).toEqual([]);
  });
});
