/** Where a pen on a canvas is in the image. */

import { minus, plus, scale } from '../model/affine';
import type { CanvasPlane } from '../model/canvas-plane';
import { clampToGrid, indexOf, lpsOf, type Grid } from '../model/grid';
import { indexInSlice, inPlaneOf, type Plane } from '../model/plane';
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
import { ofPixel, pixelOf } from '../model/turn';
import { canvasFromInPlane, inPlaneFromCanvas, type CanvasSize, type View } from '../model/view';

/** A slice, or a plane turned out of the grid, as it is on screen. */
export interface ShownSlice {
  readonly grid: Grid;
  readonly plane: Plane;
  readonly view: View;
  readonly canvas: CanvasSize;
  /** Of a turned plane the slice that it was turned from, where the crosshair is. */
  readonly sliceIndex: number;
}

/** Where a place in the plane is in the patient. */
export function pointIn({ grid, plane, sliceIndex }: ShownSlice, at: InPlane): PointLps {
  return plane.turned === null
    ? lpsOf(grid, indexInSlice(plane, sliceIndex, at))
    : pointLps(ofPixel(plane.turned, at));
}

/** Where a point of the patient is in the plane, seen along the plane's normal. */
export function placeIn(
  { grid, plane }: Pick<ShownSlice, 'grid' | 'plane'>,
  point: PointLps,
): InPlane {
  return plane.turned === null
    ? inPlaneOf(plane, indexOf(grid, point))
    : pixelOf(plane.turned, point);
}

export function indexUnder(shown: ShownSlice, at: CanvasPoint): ContinuousIndex {
  const place = inPlaneFromCanvas(shown.plane, shown.view, shown.canvas, at);
  return shown.plane.turned === null
    ? indexInSlice(shown.plane, shown.sliceIndex, place)
    : indexOf(shown.grid, pointIn(shown, place));
}

export function lpsUnder(shown: ShownSlice, at: CanvasPoint): PointLps {
  return pointIn(shown, inPlaneFromCanvas(shown.plane, shown.view, shown.canvas, at));
}

/**
 * The plane of a slice as it lies on the canvas. Where slices of a stack are shifted against each other,
 * one that runs along the stack is bent: its plane is that of its middle.
 */
export function canvasPlaneOf(shown: ShownSlice): CanvasPlane {
  const { plane, view, canvas } = shown;
  const { sliceMm } = plane;
  const { right, down } = plane.axes;
  const { pxPerMm } = view;
  const middle = inPlane((plane.nColumns - 1) / 2, (plane.nRows - 1) / 2);
  const { mm } = pointIn(shown, middle);
  const { x, y } = canvasFromInPlane(plane, view, canvas, middle);
  const fromCorner = scale(plus(scale(right, x), scale(down, y)), 1 / pxPerMm);
  return { origin: pointLps(minus(mm, fromCorner)), right, down, pxPerMm, sliceMm };
}

/** The voxel the crosshair goes to: the nearest one of the image, also from outside. */
export function crosshairUnder(shown: ShownSlice, at: CanvasPoint): VoxelIndex {
  return clampToGrid(shown.grid, nearestVoxel(indexUnder(shown, at)));
}

/** Where a point of the patient is drawn. */
export function canvasPointOf(shown: ShownSlice, point: PointLps): CanvasPoint {
  const { plane, view, canvas } = shown;
  return canvasFromInPlane(plane, view, canvas, placeIn(shown, point));
}
