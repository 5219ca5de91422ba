/** Where a pen on a canvas is in the image. */

import { minus, plus, scale } from '../model/affine';
import type { CanvasPlane } from '../model/canvas-plane';
import { clampToGrid, lpsOf, type Grid } from '../model/grid';
import { indexInSlice, type Plane } from '../model/plane';
import {
  inPlane,
  nearestVoxel,
  pointLps,
  type CanvasPoint,
  type ContinuousIndex,
  type InPlane,
  type PointLps,
  type VoxelIndex,
} from '../model/space';
import { canvasFromInPlane, inPlaneFromCanvas, type CanvasSize, type View } from '../model/view';

/** A slice as it is on screen. */
export interface ShownSlice {
  readonly grid: Grid;
  readonly plane: Plane;
  readonly view: View;
  readonly canvas: CanvasSize;
  readonly sliceIndex: number;
}

export function indexUnder(shown: ShownSlice, at: CanvasPoint): ContinuousIndex {
  const place = inPlaneFromCanvas(shown.plane, shown.view, shown.canvas, at);
  return indexInSlice(shown.plane, shown.sliceIndex, place);
}

export function lpsUnder(shown: ShownSlice, at: CanvasPoint): PointLps {
  return lpsOf(shown.grid, indexUnder(shown, at));
}

/**
 * The plane of a slice as it lies on the canvas. Where slices of a stack are shifted against each other,
 * one that runs along the stack is bent: its plane is that of its middle.
 */
export function canvasPlaneOf(shown: ShownSlice): CanvasPlane {
  const { grid, plane, view, canvas, sliceIndex } = shown;
  const { right, down, sliceMm } = plane;
  const { pxPerMm } = view;
  const middle = inPlane((plane.nColumns - 1) / 2, (plane.nRows - 1) / 2);
  const { mm } = lpsOf(grid, indexInSlice(plane, sliceIndex, middle));
  const { x, y } = canvasFromInPlane(plane, view, canvas, middle);
  const fromCorner = scale(plus(scale(right, x), scale(down, y)), 1 / pxPerMm);
  return { origin: pointLps(minus(mm, fromCorner)), right, down, pxPerMm, sliceMm };
}

/** The voxel the crosshair goes to: the nearest one of the image, also from outside. */
export function crosshairUnder(shown: ShownSlice, at: CanvasPoint): VoxelIndex {
  return clampToGrid(shown.grid, nearestVoxel(indexUnder(shown, at)));
}

/** Where a voxel lies in a plane, whichever slice is shown. */
export function placeOf({ columnAxis, rowAxis }: Plane, { ijk }: VoxelIndex): InPlane {
  return inPlane(ijk[columnAxis], ijk[rowAxis]);
}

/** Where a voxel is drawn on the slice. */
export function canvasPointOf(shown: ShownSlice, voxel: VoxelIndex): CanvasPoint {
  const { plane, view, canvas } = shown;
  return canvasFromInPlane(plane, view, canvas, placeOf(plane, voxel));
}
