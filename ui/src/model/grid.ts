/** A grid of voxels in the patient. */

import {
  affineFromRows,
  affineFromSteps,
  applyAffine,
  columnOf,
  dot,
  invertAffine,
  minus,
  plus,
  scale,
  unit,
  type Affine,
} from './affine';
import {
  continuousIndex,
  parseTriple,
  pointLps,
  voxelIndex,
  type Axis,
  type ContinuousIndex,
  type PointLps,
  type Triple,
  type VoxelIndex,
} from './space';

export interface Grid {
  /** Voxels along i, j, k. */
  readonly size: Triple;
  /** Distances between voxel centres along i, j, k; along k the mean. */
  readonly spacingMm: Triple;
  /** Unit vector across the slices, toward higher k. */
  readonly normal: Triple;
  /** In the order of k. More than one where slices do not follow one line in even steps. */
  readonly stretches: readonly [Stretch, ...Stretch[]];
}

/** Slices that follow one line in even steps. */
export interface Stretch {
  /** Its first slice, which the stretch before ends with. */
  readonly firstSlice: number;
  /** How far along the normal that lies. */
  readonly firstMm: number;
  readonly lpsFromIndex: Affine;
  readonly indexFromLps: Affine;
}

interface WireGrid {
  readonly size: readonly number[];
  readonly spacing_mm: readonly number[];
  readonly lps_from_index: readonly (readonly number[])[];
  readonly slice_origins_lps: readonly (readonly number[])[];
}

/** Steps from slice to slice that differ less are the same, mm. */
const SAME_STEP_MM = 1e-6;

export function gridOfImage(image: WireGrid): Grid {
  const straight = affineFromRows(image.lps_from_index);
  const normal = unit(invertAffine(straight).linear[2]);
  const stretches = stretchesOf(straight, normal, image.slice_origins_lps.map(parseTriple));
  return {
    size: parseTriple(image.size),
    spacingMm: parseTriple(image.spacing_mm),
    normal,
    stretches,
  };
}

function stretchesOf(
  straight: Affine,
  normal: Triple,
  origins: readonly Triple[],
): Grid['stretches'] {
  const steps: [Triple, Triple] = [columnOf(straight, 0), columnOf(straight, 1)];
  const stretch = (firstSlice: number, first: Triple, step: Triple): Stretch => {
    const offset = plus(first, scale(step, -firstSlice));
    const lpsFromIndex = affineFromSteps([...steps, step], offset);
    const indexFromLps = invertAffine(lpsFromIndex);
    return { firstSlice, firstMm: dot(normal, first), lpsFromIndex, indexFromLps };
  };
  const found: Stretch[] = [];
  let last: Triple | null = null;
  origins.forEach((next, n) => {
    const first = origins[n - 1];
    if (first === undefined) return;
    const step = minus(next, first);
    const isNew = last === null || Math.hypot(...minus(step, last)) > SAME_STEP_MM;
    if (isNew) {
      found.push(stretch(n - 1, first, step));
      last = step;
    }
  });
  const [first, ...rest] = found;
  if (first === undefined) return [stretch(0, straight.offset, columnOf(straight, 2))];
  return [first, ...rest];
}

/** The stretch in which an index along k lies. */
export function stretchAtSlice({ stretches }: Grid, k: number): Stretch {
  return stretches.findLast(({ firstSlice }) => firstSlice <= k) ?? stretches[0];
}

function stretchAtPoint({ stretches, normal }: Grid, point: Triple): Stretch {
  const mm = dot(normal, point);
  return stretches.findLast(({ firstMm }) => firstMm <= mm) ?? stretches[0];
}

export function lpsOf(grid: Grid, index: ContinuousIndex | VoxelIndex): PointLps {
  const { lpsFromIndex } = stretchAtSlice(grid, index.ijk[2]);
  return pointLps(applyAffine(lpsFromIndex, index.ijk));
}

export function indexOf(grid: Grid, point: PointLps): ContinuousIndex {
  const { indexFromLps } = stretchAtPoint(grid, point.mm);
  return continuousIndex(applyAffine(indexFromLps, point.mm));
}

/** The step from one voxel to the next; along k that after the first slice. */
export function stepOf({ stretches }: Grid, axis: Axis): Triple {
  return columnOf(stretches[0].lpsFromIndex, axis);
}

export function isInside(grid: Grid, { ijk }: VoxelIndex): boolean {
  const within = (axis: Axis) => ijk[axis] >= 0 && ijk[axis] < grid.size[axis];
  return within(0) && within(1) && within(2);
}

/** The voxel of the grid nearest to an index that may lie outside. */
export function clampToGrid(grid: Grid, { ijk }: VoxelIndex): VoxelIndex {
  const clamp = (axis: Axis) => Math.min(Math.max(ijk[axis], 0), grid.size[axis] - 1);
  return voxelIndex([clamp(0), clamp(1), clamp(2)]);
}

export function middleOf(grid: Grid): VoxelIndex {
  const middle = (axis: Axis) => Math.floor((grid.size[axis] - 1) / 2);
  return voxelIndex([middle(0), middle(1), middle(2)]);
}
