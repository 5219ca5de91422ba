/** Where a pen on a canvas is in the image. */

import { minus, plus, scale } from '../model/affine';
import type { CanvasPlane } from '../model/canvas-plane';
import { clampToGrid, lpsOf, type Grid } from '../model/grid';
import { indexInSlice, type Plane } from '../model/plane';
import {
  canvasPoint,
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

/** The plane of a slice as it lies on the canvas. */
export function canvasPlaneOf(shown: ShownSlice): CanvasPlane {
  const { plane, view, canvas } = shown;
  const { right, down, sliceMm } = plane;
  const { pxPerMm } = view;
  const { mm } = lpsUnder(shown, canvasPoint(canvas.width / 2, canvas.height / 2));
  const half = plus(scale(right, canvas.width / 2), scale(down, canvas.height / 2));
  return { origin: pointLps(minus(mm, scale(half, 1 / pxPerMm))), right, down, pxPerMm, sliceMm };
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
