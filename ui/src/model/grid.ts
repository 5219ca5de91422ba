/** A grid of voxels in the patient. */

import { affineFromRows, applyAffine, invertAffine, type Affine } from './affine';
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
  /** Distances between voxel centres along i, j, k. */
  readonly spacingMm: Triple;
  readonly lpsFromIndex: Affine;
  readonly indexFromLps: Affine;
}

interface WireGrid {
  readonly size: readonly number[];
  readonly spacing_mm: readonly number[];
  readonly lps_from_index: readonly (readonly number[])[];
}

export function gridOfImage(image: WireGrid): Grid {
  const lpsFromIndex = affineFromRows(image.lps_from_index);
  return {
    size: parseTriple(image.size),
    spacingMm: parseTriple(image.spacing_mm),
    lpsFromIndex,
    indexFromLps: invertAffine(lpsFromIndex),
  };
}

export function lpsOf(grid: Grid, index: ContinuousIndex | VoxelIndex): PointLps {
  return pointLps(applyAffine(grid.lpsFromIndex, index.ijk));
}

export function indexOf(grid: Grid, point: PointLps): ContinuousIndex {
  return continuousIndex(applyAffine(grid.indexFromLps, point.mm));
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
