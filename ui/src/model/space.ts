/**
 * Spaces as types, named as in the backend. Index order is (i, j, k); an integer index is a voxel's
 * centre; patient points are LPS in mm; canvas points are CSS px from the canvas's top left corner.
 */

export type Triple = readonly [number, number, number];

/** An index axis: 0 is i, 1 is j, 2 is k. */
export type Axis = 0 | 1 | 2;

export interface PointLps {
  readonly space: 'lps';
  readonly mm: Triple;
}

export interface VoxelIndex {
  readonly space: 'voxel';
  readonly ijk: Triple;
}

export interface ContinuousIndex {
  readonly space: 'continuous';
  readonly ijk: Triple;
}

export interface CanvasPoint {
  readonly space: 'canvas';
  readonly x: number;
  readonly y: number;
}

/** A movement on the canvas, CSS px. */
export interface CanvasVector {
  readonly dx: number;
  readonly dy: number;
}

/** A place in a slice: continuous index along the plane's screen column and screen row axis. */
export interface InPlane {
  readonly space: 'in-plane';
  readonly column: number;
  readonly row: number;
}

export function pointLps(mm: Triple): PointLps {
  return { space: 'lps', mm };
}

export function voxelIndex(ijk: Triple): VoxelIndex {
  return { space: 'voxel', ijk };
}

export function continuousIndex(ijk: Triple): ContinuousIndex {
  return { space: 'continuous', ijk };
}

export function canvasPoint(x: number, y: number): CanvasPoint {
  return { space: 'canvas', x, y };
}

export function inPlane(column: number, row: number): InPlane {
  return { space: 'in-plane', column, row };
}

export function canvasVector(from: CanvasPoint, to: CanvasPoint): CanvasVector {
  return { dx: to.x - from.x, dy: to.y - from.y };
}

/** The voxel whose centre is nearest; it may lie outside the grid. */
export function nearestVoxel({ ijk: [i, j, k] }: ContinuousIndex): VoxelIndex {
  return voxelIndex([Math.round(i), Math.round(j), Math.round(k)]);
}

/** `ijk` with its component along `axis` replaced. */
export function withComponent(ijk: Triple, axis: Axis, value: number): Triple {
  const [i, j, k] = ijk;
  switch (axis) {
    case 0:
      return [value, j, k];
    case 1:
      return [i, value, k];
    case 2:
      return [i, j, value];
  }
}

export function parseAxis(n: number): Axis {
  if (n === 0 || n === 1 || n === 2) return n;
  throw new RangeError(`no index axis ${n}`);
}

export function parseTriple(numbers: readonly number[]): Triple {
  const [a, b, c] = numbers;
  if (numbers.length !== 3 || a === undefined || b === undefined || c === undefined) {
    throw new RangeError(`${numbers.length} numbers, not 3`);
  }
  return [a, b, c];
}

export function distanceMm({ mm: a }: PointLps, { mm: b }: PointLps): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
