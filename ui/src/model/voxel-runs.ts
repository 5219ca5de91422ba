/** Voxels in runs along rows of a grid, as the host tells them, and which of a slice's pixels they are. */

import { storedAxes, type StoredSlice } from './brush';
import { indexOf, lpsOf, type Grid } from './grid';
import { continuousIndex, inPlane, nearestVoxel, pointLps } from './space';
import { ofPixel, pixelOf } from './turn';

/** `n` voxels from (i, j, k) on along i. */
export interface VoxelRun {
  readonly i: number;
  readonly j: number;
  readonly k: number;
  readonly n: number;
}

/** Calls `visit` with column and row of every pixel of `slice` that shows a voxel of the runs. */
export function visitRuns(
  grid: Grid,
  runs: readonly VoxelRun[],
  slice: StoredSlice,
  visit: (column: number, row: number) => void,
): void {
  if (slice.pixels !== null) return visitPixels(grid, runs, slice, slice.pixels, visit);
  const [column, row] = storedAxes(slice.axis);
  for (const { i, j, k, n } of runs) {
    for (let at = i; at < i + n; at += 1) {
      const ijk = [at, j, k] as const;
      if (ijk[slice.axis] === slice.index) visit(ijk[column], ijk[row]);
    }
  }
}

/** Pixels of a turned plane show their nearest voxels. */
function visitPixels(
  grid: Grid,
  runs: readonly VoxelRun[],
  { nColumns, nRows }: StoredSlice,
  pixels: NonNullable<StoredSlice['pixels']>,
  visit: (column: number, row: number) => void,
): void {
  const keyOf = (i: number, j: number, k: number) => (k * grid.size[1] + j) * grid.size[0] + i;
  const keys = new Set<number>();
  const corners = runs.flatMap(({ i, j, k, n }) => {
    for (let at = i; at < i + n; at += 1) keys.add(keyOf(at, j, k));
    const ends = [i - 1, i + n].flatMap((x) => [j - 1, j + 1].map((y) => [x, y] as const));
    return ends.flatMap(([x, y]) =>
      [k - 1, k + 1].map((z) => pixelOf(pixels, lpsOf(grid, continuousIndex([x, y, z])))),
    );
  });
  const [left, right] = spanOf(
    corners.map(({ column }) => column),
    nColumns,
  );
  const [top, bottom] = spanOf(
    corners.map((corner) => corner.row),
    nRows,
  );
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const point = pointLps(ofPixel(pixels, inPlane(column, row)));
      const { ijk } = nearestVoxel(indexOf(grid, point));
      if (keys.has(keyOf(...ijk))) visit(column, row);
    }
  }
}

/** The whole indices of a row that places span. */
function spanOf(places: readonly number[], n: number): readonly [number, number] {
  const low = places.reduce((a, b) => Math.min(a, b), Infinity);
  const high = places.reduce((a, b) => Math.max(a, b), -Infinity);
  return [Math.max(Math.floor(low), 0), Math.min(Math.ceil(high), n - 1)];
}
