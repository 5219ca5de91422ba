/**
 * Which voxels of a slice a brush stroke covers, by the backend's rule: a voxel is covered when its
 * centre is within the radius of the path, in mm. So a preview shows exactly what will be stored.
 */

import { dot } from './affine';
import { indexOf, lpsOf, type Grid } from './grid';
import { voxelIndex, withComponent, type Axis, type PointLps, type Triple } from './space';

/** `round`: a disc in the painted slice; `sphere`: a ball through its neighbours. */
export type BrushForm = 'round' | 'sphere';

export interface BrushStroke {
  readonly path: readonly PointLps[];
  readonly radiusMm: number;
  readonly form: BrushForm;
  /** Index axis across which the painted slice lies. */
  readonly sliceAxis: Axis;
  readonly sliceIndex: number;
}

/** A slice as the host sends it: columns along the lower in-plane index axis, rows along the higher. */
export interface StoredSlice {
  readonly axis: Axis;
  readonly index: number;
  readonly nColumns: number;
  readonly nRows: number;
}

/** Centres exactly on the rim count; the backend uses the same tolerance. */
const RIM_TOLERANCE_MM = 1e-6;

/** The index axes along a stored slice's columns and rows. */
export function storedAxes(axis: Axis): readonly [Axis, Axis] {
  switch (axis) {
    case 0:
      return [1, 2];
    case 1:
      return [0, 2];
    case 2:
      return [0, 1];
  }
}

/**
 * Calls `visit` with column and row of every voxel of `slice` that the stroke covers, counting only
 * the path's pieces from `firstPiece` on (so that a growing stroke is not covered anew each time).
 */
export function visitCovered(
  grid: Grid,
  stroke: BrushStroke,
  slice: StoredSlice,
  firstPiece: number,
  visit: (column: number, row: number) => void,
): void {
  if (
    stroke.form === 'round' &&
    slice.axis === stroke.sliceAxis &&
    slice.index !== stroke.sliceIndex
  )
    return;
  const path = stroke.path;
  const only = path[0];
  if (only !== undefined && path.length === 1) coverCapsule(grid, stroke, slice, only, only, visit);
  for (let n = Math.max(firstPiece, 1); n < path.length; n += 1) {
    const [from, to] = [path[n - 1], path[n]];
    if (from !== undefined && to !== undefined) coverCapsule(grid, stroke, slice, from, to, visit);
  }
}

function coverCapsule(
  grid: Grid,
  stroke: BrushStroke,
  slice: StoredSlice,
  from: PointLps,
  to: PointLps,
  visit: (column: number, row: number) => void,
): void {
  const radius = stroke.radiusMm + RIM_TOLERANCE_MM;
  const [columnAxis, rowAxis] = storedAxes(slice.axis);
  const bounds = (axis: Axis) => indexBounds(grid, stroke, from, to, axis);
  const [across, columns, rows] = [bounds(slice.axis), bounds(columnAxis), bounds(rowAxis)];
  if (slice.index < across[0] || slice.index > across[1]) return;
  const origin = lpsOf(grid, voxelIndex(withComponent([0, 0, 0], slice.axis, slice.index))).mm;
  const columnStep = stepOf(grid, columnAxis);
  const rowStep = stepOf(grid, rowAxis);
  const isInside = insideCapsule(from.mm, to.mm, radius);
  for (let row = rows[0]; row <= rows[1]; row += 1) {
    for (let column = columns[0]; column <= columns[1]; column += 1) {
      const x = origin[0] + column * columnStep[0] + row * rowStep[0];
      const y = origin[1] + column * columnStep[1] + row * rowStep[1];
      const z = origin[2] + column * columnStep[2] + row * rowStep[2];
      if (isInside(x, y, z)) visit(column, row);
    }
  }
}

/** Lowest and highest index along `axis` that can be covered, cut to the grid and the painted slice. */
function indexBounds(
  grid: Grid,
  stroke: BrushStroke,
  from: PointLps,
  to: PointLps,
  axis: Axis,
): [number, number] {
  if (stroke.form === 'round' && axis === stroke.sliceAxis)
    return [stroke.sliceIndex, stroke.sliceIndex];
  const a = indexOf(grid, from).ijk[axis];
  const b = indexOf(grid, to).ijk[axis];
  // A ball's extent along an index axis is its radius times the length of that row of the inverse.
  const row = grid.indexFromLps.linear[axis];
  const reach = (stroke.radiusMm + RIM_TOLERANCE_MM) * Math.sqrt(dot(row, row));
  return [
    Math.max(Math.ceil(Math.min(a, b) - reach), 0),
    Math.min(Math.floor(Math.max(a, b) + reach), grid.size[axis] - 1),
  ];
}

function stepOf(grid: Grid, axis: Axis): Triple {
  const [x, y, z] = grid.lpsFromIndex.linear;
  return [x[axis], y[axis], z[axis]];
}

function insideCapsule(
  from: Triple,
  to: Triple,
  radius: number,
): (x: number, y: number, z: number) => boolean {
  const [dx, dy, dz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const length2 = dx * dx + dy * dy + dz * dz;
  const radius2 = radius * radius;
  return (x, y, z) => {
    const [px, py, pz] = [x - from[0], y - from[1], z - from[2]];
    const along = length2 === 0 ? 0 : (px * dx + py * dy + pz * dz) / length2;
    const t = Math.min(Math.max(along, 0), 1);
    const [ex, ey, ez] = [px - t * dx, py - t * dy, pz - t * dz];
    return ex * ex + ey * ey + ez * ez <= radius2;
  };
}
