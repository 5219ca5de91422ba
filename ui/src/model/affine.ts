/** Affine transforms of 3-D points, by rows: `x' = linear * x + offset`. */

import { parseTriple, type Triple } from './space';

export interface Affine {
  readonly linear: readonly [Triple, Triple, Triple];
  readonly offset: Triple;
}

/** From a 4x4 matrix by rows whose last row is 0 0 0 1. */
export function affineFromRows(rows: readonly (readonly number[])[]): Affine {
  const [x, y, z] = rows;
  if (x === undefined || y === undefined || z === undefined) throw new RangeError('not a matrix');
  return {
    linear: [parseTriple(x.slice(0, 3)), parseTriple(y.slice(0, 3)), parseTriple(z.slice(0, 3))],
    offset: parseTriple([x[3], y[3], z[3]].filter((value) => value !== undefined)),
  };
}

export function applyAffine({ linear, offset }: Affine, point: Triple): Triple {
  const [x, y, z] = linear;
  return [dot(x, point) + offset[0], dot(y, point) + offset[1], dot(z, point) + offset[2]];
}

/** @throws RangeError when the transform is singular or not finite. */
export function invertAffine({ linear: [a, b, c], offset }: Affine): Affine {
  const bc = cross(b, c);
  const determinant = dot(a, bc);
  if (!Number.isFinite(1 / determinant)) throw new RangeError('singular transform');
  const columns = [bc, cross(c, a), cross(a, b)].map((v) => scale(v, 1 / determinant));
  const [u, v, w] = columns;
  if (u === undefined || v === undefined || w === undefined) throw new RangeError('not a matrix');
  const linear: Affine['linear'] = [
    [u[0], v[0], w[0]],
    [u[1], v[1], w[1]],
    [u[2], v[2], w[2]],
  ];
  const back = (row: Triple) => -dot(row, offset);
  return { linear, offset: [back(linear[0]), back(linear[1]), back(linear[2])] };
}

export function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Triple, b: Triple): Triple {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function scale(a: Triple, by: number): Triple {
  return [a[0] * by, a[1] * by, a[2] * by];
}

export function plus(a: Triple, b: Triple): Triple {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function minus(a: Triple, b: Triple): Triple {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function unit(a: Triple): Triple {
  return scale(a, 1 / Math.hypot(...a));
}

/** Where the affine has the step along an axis. */
export function columnOf({ linear: [x, y, z] }: Affine, axis: 0 | 1 | 2): Triple {
  return [x[axis], y[axis], z[axis]];
}

/** From the steps along three axes and where the origin goes. */
export function affineFromSteps(
  [i, j, k]: readonly [Triple, Triple, Triple],
  offset: Triple,
): Affine {
  return {
    linear: [
      [i[0], j[0], k[0]],
      [i[1], j[1], k[1]],
      [i[2], j[2], k[2]],
    ],
    offset,
  };
}
