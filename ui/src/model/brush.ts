/**
 * Which voxels of a slice a brush stroke covers, by the backend's rule: a voxel is covered when its
 * centre is within the radius of the path, in mm, or in a square on it. So a preview shows exactly what
 * will be stored.
 */

import { cross, dot, minus, plus, scale, unit } from './affine';
import { indexOf, isInside as isInsideGrid, lpsOf, stepOf, type Grid } from './grid';
import type { PixelPlane } from './plane';
import {
  inPlane,
  nearestVoxel,
  pointLps,
  voxelIndex,
  type Axis,
  type PointLps,
  type Triple,
} from './space';
import { ofPixel, pixelOf, voxelReachMm } from './turn';

/** `round`, `square`: flat in the painted slice or plane; `sphere`: a ball through its neighbours. */
export const BRUSH_FORMS = ['round', 'square', 'sphere'] as const;
export type BrushForm = (typeof BRUSH_FORMS)[number];

export interface BrushStroke {
  readonly path: readonly PointLps[];
  readonly radiusMm: number;
  readonly form: BrushForm;
  /** Index axis across which the painted slice lies. */
  readonly sliceAxis: Axis;
  readonly sliceIndex: number;
  /** Painted instead of that slice: a flat brush covers voxels that it cuts. */
  readonly plane: CutPlane | null;
  /** Along two sides of a square brush (LPS). */
  readonly along: Triple;
}

/** A plane at any angle: a point (LPS, mm) and a unit vector across it. */
export interface CutPlane {
  readonly point: Triple;
  readonly normal: Triple;
}

/**
 * A slice as the host sends it: columns along the lower in-plane index axis, rows along the higher; or
 * pixels of a turned plane.
 */
export interface StoredSlice {
  /** Where its pixels lie, if they are no voxels of a slice. */
  readonly pixels: PixelPlane | null;
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
  const disc = discOf(grid, stroke);
  if (disc?.kind === 'slice' && slice.axis === disc.axis && slice.index !== disc.index) return;
  const path = disc?.kind === 'cut' ? stroke.path.map(disc.foot) : stroke.path;
  const cover = (from: PointLps, to: PointLps) => {
    const radius = stroke.radiusMm + RIM_TOLERANCE_MM;
    const swept = { from: from.mm, to: to.mm, radius, sides: sidesOf(stroke, disc) };
    if (slice.pixels === null) coverVoxels(grid, disc, slice, swept, visit);
    else coverPixels(grid, disc, slice, slice.pixels, swept, visit);
  };
  const only = path[0];
  if (only !== undefined && path.length === 1) cover(only, only);
  for (let n = Math.max(firstPiece, 1); n < path.length; n += 1) {
    const [from, to] = [path[n - 1], path[n]];
    if (from !== undefined && to !== undefined) cover(from, to);
  }
}

/** What a flat brush keeps to: a slice, or the voxels that a plane cuts; its normal is a unit vector. */
type Disc =
  | { readonly kind: 'slice'; readonly axis: Axis; readonly index: number; readonly normal: Triple }
  | {
      readonly kind: 'cut';
      readonly foot: (point: PointLps) => PointLps;
      readonly height: (x: number, y: number, z: number) => number;
      readonly normal: Triple;
      readonly thickMm: number;
    };

function discOf(grid: Grid, { form, plane, sliceAxis, sliceIndex }: BrushStroke): Disc | null {
  if (form === 'sphere') return null;
  if (plane === null) {
    const [columns, rows] = storedAxes(sliceAxis);
    const normal = unit(cross(stepOf(grid, columns), stepOf(grid, rows)));
    return { kind: 'slice', axis: sliceAxis, index: sliceIndex, normal };
  }
  const { point, normal } = plane;
  const height = (x: number, y: number, z: number) =>
    (x - point[0]) * normal[0] + (y - point[1]) * normal[1] + (z - point[2]) * normal[2];
  return {
    kind: 'cut',
    foot: ({ mm }) => pointLps(plus(mm, scale(normal, -height(...mm)))),
    height,
    normal,
    thickMm: voxelReachMm(grid, normal) + RIM_TOLERANCE_MM,
  };
}

/** What the brush covers on the way between two points. */
interface Swept {
  readonly from: Triple;
  readonly to: Triple;
  readonly radius: number;
  /** Of a square, unit vectors along its sides. */
  readonly sides: readonly [Triple, Triple] | null;
}

function sidesOf({ form, along }: BrushStroke, disc: Disc | null): Swept['sides'] {
  if (form !== 'square' || disc === null) return null;
  const right = unit(minus(along, scale(disc.normal, dot(along, disc.normal))));
  return [right, cross(disc.normal, right)];
}

/** From its path, how far it goes at most. */
function reachOf({ radius, sides }: Swept): number {
  return sides === null ? radius : Math.SQRT2 * radius;
}

/** Whether a voxel's centre is covered. */
function coverageOf(disc: Disc | null, swept: Swept): (x: number, y: number, z: number) => boolean {
  const isInside = swept.sides === null ? insideCapsule(swept) : insideHexagon(swept, swept.sides);
  if (disc?.kind !== 'cut') return isInside;
  const { height, thickMm, normal } = disc;
  return (x, y, z) => {
    const up = height(x, y, z);
    if (Math.abs(up) > thickMm) return false;
    return isInside(x - up * normal[0], y - up * normal[1], z - up * normal[2]);
  };
}

/** Pixels of a turned plane show their nearest voxels. */
function coverPixels(
  grid: Grid,
  disc: Disc | null,
  { nColumns, nRows }: StoredSlice,
  pixels: PixelPlane,
  swept: Swept,
  visit: (column: number, row: number) => void,
): void {
  const isCovered = coverageOf(disc, swept);
  const reach = reachOf(swept) + Math.hypot(...grid.spacingMm);
  const [a, b] = [swept.from, swept.to].map((end) => pixelOf(pixels, pointLps(end)));
  if (a === undefined || b === undefined) return;
  const range = (from: number, to: number, step: Triple, n: number): [number, number] => {
    const beyond = reach / Math.hypot(...step);
    return cut([Math.min(from, to) - beyond, Math.max(from, to) + beyond], n, null);
  };
  const [left, right] = range(a.column, b.column, pixels.columnStep, nColumns);
  const [top, bottom] = range(a.row, b.row, pixels.rowStep, nRows);
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) {
      const point = pointLps(ofPixel(pixels, inPlane(column, row)));
      const voxel = nearestVoxel(indexOf(grid, point));
      if (isInsideGrid(grid, voxel) && isCovered(...lpsOf(grid, voxel).mm)) visit(column, row);
    }
  }
}

function coverVoxels(
  grid: Grid,
  disc: Disc | null,
  slice: StoredSlice,
  swept: Swept,
  visit: (column: number, row: number) => void,
): void {
  const { from, to } = swept;
  const isInside = coverageOf(disc, swept);
  const radius = reachOf(swept) + (disc?.kind === 'cut' ? disc.thickMm : 0);
  const [i, j] = [stepOf(grid, 0), stepOf(grid, 1)];
  const only = (axis: Axis) => (disc?.kind === 'slice' && axis === disc.axis ? disc.index : null);
  const slices = cut(slicesReached(grid, from, to, radius), grid.size[2], only(2));
  const isAcross = slice.axis === 2;
  const [first, last] = isAcross ? [slice.index, slice.index] : slices;
  if (first < slices[0] || last > slices[1]) return;
  for (let k = first; k <= last; k += 1) {
    const origin = lpsOf(grid, voxelIndex([0, 0, k])).mm;
    const reached = (step: Triple, other: Triple, axis: 0 | 1) => {
      const bounds = indicesReached(grid.normal, step, other, origin, from, to, radius);
      return cut(bounds, grid.size[axis], only(axis));
    };
    const bounds = [reached(i, j, 0), reached(j, i, 1)] as const;
    const wanted = ([low, high]: readonly [number, number]): readonly [number, number] =>
      slice.index < low || slice.index > high ? [0, -1] : [slice.index, slice.index];
    const columns = slice.axis === 0 ? wanted(bounds[0]) : bounds[0];
    const rows = slice.axis === 1 ? wanted(bounds[1]) : bounds[1];
    for (let row = rows[0]; row <= rows[1]; row += 1) {
      for (let column = columns[0]; column <= columns[1]; column += 1) {
        const x = origin[0] + column * i[0] + row * j[0];
        const y = origin[1] + column * i[1] + row * j[1];
        const z = origin[2] + column * i[2] + row * j[2];
        if (!isInside(x, y, z)) continue;
        if (isAcross) visit(column, row);
        else visit(slice.axis === 0 ? row : column, k);
      }
    }
  }
}

/** Lowest and highest slice, as an index, that a capsule can reach. */
function slicesReached(grid: Grid, from: Triple, to: Triple, radius: number): [number, number] {
  const reach = scale(grid.normal, radius);
  const indices = [from, to]
    .flatMap((end) => [minus(end, reach), plus(end, reach)])
    .map((point) => indexOf(grid, pointLps(point)).ijk[2]);
  return [Math.min(...indices), Math.max(...indices)];
}

/** Lowest and highest index along `step` that a capsule can reach in the slice at `origin`. */
function indicesReached(
  normal: Triple,
  step: Triple,
  other: Triple,
  origin: Triple,
  from: Triple,
  to: Triple,
  radius: number,
): [number, number] {
  const across = cross(normal, other);
  const along = scale(across, 1 / dot(across, step));
  const [a, b] = [dot(minus(from, origin), along), dot(minus(to, origin), along)];
  const reach = radius * Math.hypot(...along);
  return [Math.min(a, b) - reach, Math.max(a, b) + reach];
}

/** Whole indices within bounds: those of the grid, or the only one. */
function cut([low, high]: [number, number], n: number, only: number | null): [number, number] {
  if (only !== null) return [only, only];
  return [Math.max(Math.ceil(low), 0), Math.min(Math.floor(high), n - 1)];
}

function insideCapsule({ from, to, radius }: Swept): (x: number, y: number, z: number) => boolean {
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

/** A square that is moved covers a hexagon: as far as itself along its sides, and beside its way. */
function insideHexagon(
  { from, to, radius }: Swept,
  [right, down]: readonly [Triple, Triple],
): (x: number, y: number, z: number) => boolean {
  const way = minus(to, from);
  const middle = plus(from, scale(way, 0.5));
  const [over, under] = [dot(way, right), dot(way, down)];
  const [widest, highest] = [radius + Math.abs(over) / 2, radius + Math.abs(under) / 2];
  const beside = radius * (Math.abs(over) + Math.abs(under));
  return (x, y, z) => {
    const offset: Triple = [x - middle[0], y - middle[1], z - middle[2]];
    const [u, v] = [dot(offset, right), dot(offset, down)];
    if (Math.abs(u) > widest || Math.abs(v) > highest) return false;
    return Math.abs(u * under - v * over) <= beside;
  };
}
