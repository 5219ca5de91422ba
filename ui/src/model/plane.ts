/**
 * A plane as it is shown: one of a grid's three, with the index axes that run across and down the
 * screen, or one turned out of it.
 */

import type { Plane as WirePlane, PlaneName } from '../host/wire';
import { planeParts, screenAxes, type PlanePart, type ScreenAxes } from './plane-parts';
import type { Grid } from './grid';
import {
  continuousIndex,
  inPlane,
  parseAxis,
  withComponent,
  type Axis,
  type Triple,
  type ContinuousIndex,
  type InPlane,
} from './space';

export type { PlaneName };

export interface Plane {
  readonly name: PlaneName;
  readonly sliceAxis: Axis;
  readonly columnAxis: Axis;
  readonly rowAxis: Axis;
  /** Whether the column axis grows to the left of the screen. */
  readonly isColumnFlipped: boolean;
  /** Whether the row axis grows to the top of the screen. */
  readonly isRowFlipped: boolean;
  readonly nColumns: number;
  readonly nRows: number;
  readonly nSlices: number;
  readonly columnMm: number;
  readonly rowMm: number;
  readonly sliceMm: number;
  /** How it lies on the screen, in the order of k where that runs along it. */
  readonly parts: readonly [PlanePart, ...PlanePart[]];
  /** How the screen lies in the patient. */
  readonly axes: ScreenAxes;
  /** Where its pixels lie, if it was turned out of the grid: then columns and rows are no voxels'. */
  readonly turned: PixelPlane | null;
  /** Orientation letters at the screen's edges, the strongest first. */
  readonly letters: {
    readonly left: string;
    readonly right: string;
    readonly top: string;
    readonly bottom: string;
  };
}

/** A rectangle of pixels in the patient (LPS, mm). */
export interface PixelPlane {
  /** Centre of the first pixel. */
  readonly origin: Triple;
  /** From a pixel to the next one in its row, and to the one below. */
  readonly columnStep: Triple;
  readonly rowStep: Triple;
}

export function planeOfGrid(grid: Grid, wire: WirePlane): Plane {
  const sliceAxis = parseAxis(wire.slice_axis);
  const columnAxis = parseAxis(wire.column_axis);
  const rowAxis = parseAxis(wire.row_axis);
  return {
    name: wire.name,
    sliceAxis,
    columnAxis,
    rowAxis,
    isColumnFlipped: wire.is_column_flipped,
    isRowFlipped: wire.is_row_flipped,
    nColumns: grid.size[columnAxis],
    nRows: grid.size[rowAxis],
    nSlices: grid.size[sliceAxis],
    columnMm: grid.spacingMm[columnAxis],
    rowMm: grid.spacingMm[rowAxis],
    sliceMm: grid.spacingMm[sliceAxis],
    parts: planeParts(grid, columnAxis, rowAxis, wire),
    axes: screenAxes(grid, columnAxis, rowAxis, wire),
    turned: null,
    letters: wire.letters,
  };
}

/** The index of a place in a slice. */
export function indexInSlice(plane: Plane, sliceIndex: number, at: InPlane): ContinuousIndex {
  const slice = withComponent([0, 0, 0], plane.sliceAxis, sliceIndex);
  const column = withComponent(slice, plane.columnAxis, at.column);
  return continuousIndex(withComponent(column, plane.rowAxis, at.row));
}

/** Where an index lies in its slice. */
export function inPlaneOf(
  plane: Plane,
  { ijk }: { readonly ijk: ContinuousIndex['ijk'] },
): InPlane {
  return inPlane(ijk[plane.columnAxis], ijk[plane.rowAxis]);
}

/** Whether a place is on a voxel of the slice. */
export function isOnSlice(plane: Plane, { column, row }: InPlane): boolean {
  return column >= -0.5 && column < plane.nColumns - 0.5 && row >= -0.5 && row < plane.nRows - 0.5;
}

/** +1 or -1: screen direction in which the column index grows. */
export function columnSign(plane: Plane): 1 | -1 {
  return plane.isColumnFlipped ? -1 : 1;
}

/** +1 or -1: screen direction in which the row index grows. */
export function rowSign(plane: Plane): 1 | -1 {
  return plane.isRowFlipped ? -1 : 1;
}

/**
 * Whether columns of a slice as it comes from the host (along the lower in-plane axis) run down the
 * screen instead of across.
 */
export function isTransposed(plane: Plane): boolean {
  return plane.turned === null && plane.columnAxis > plane.rowAxis;
}
