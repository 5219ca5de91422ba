/**
 * How a plane is looked at: which place is at the middle of the canvas and how large a millimetre is.
 *
 * Millimetres have the same size along both screen axes, so voxels of any anisotropy are shown in
 * true proportion.
 */

import { columnSign, rowSign, type Plane } from './plane';
import { canvasPoint, inPlane, type CanvasPoint, type CanvasVector, type InPlane } from './space';

export interface View {
  /** Shown at the canvas's middle. */
  readonly centre: InPlane;
  readonly pxPerMm: number;
}

/** CSS px. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
}

/** Part of the canvas that a fitted slice fills. */
const FIT_MARGIN = 0.96;
const MIN_PX_PER_MM = 0.02;
const MAX_PX_PER_MM = 400;
/** Smaller pixels than a scanner's can be enlarged to this size. */
const MAX_PX_PER_PIXEL = 64;

export function fitView(plane: Plane, canvas: CanvasSize): View {
  const widthMm = plane.nColumns * plane.columnMm;
  const heightMm = plane.nRows * plane.rowMm;
  return {
    centre: inPlane((plane.nColumns - 1) / 2, (plane.nRows - 1) / 2),
    pxPerMm: clampScale(
      plane,
      FIT_MARGIN * Math.min(canvas.width / widthMm, canvas.height / heightMm),
    ),
  };
}

export function canvasFromInPlane(
  plane: Plane,
  view: View,
  canvas: CanvasSize,
  at: InPlane,
): CanvasPoint {
  return canvasPoint(
    canvas.width / 2 + (at.column - view.centre.column) * pxPerColumn(plane, view),
    canvas.height / 2 + (at.row - view.centre.row) * pxPerRow(plane, view),
  );
}

export function inPlaneFromCanvas(
  plane: Plane,
  view: View,
  canvas: CanvasSize,
  at: CanvasPoint,
): InPlane {
  return inPlane(
    view.centre.column + (at.x - canvas.width / 2) / pxPerColumn(plane, view),
    view.centre.row + (at.y - canvas.height / 2) / pxPerRow(plane, view),
  );
}

/** CSS px from one column to the next; negative when the plane is flipped. */
export function pxPerColumn(plane: Plane, view: View): number {
  return view.pxPerMm * plane.columnMm * columnSign(plane);
}

/** CSS px from one row to the next; negative when the plane is flipped. */
export function pxPerRow(plane: Plane, view: View): number {
  return view.pxPerMm * plane.rowMm * rowSign(plane);
}

/** The view after the image was dragged by `by`. */
export function panView(plane: Plane, view: View, by: CanvasVector): View {
  return {
    ...view,
    centre: inPlane(
      view.centre.column - by.dx / pxPerColumn(plane, view),
      view.centre.row - by.dy / pxPerRow(plane, view),
    ),
  };
}

/** The view scaled by `factor`, with what is under `anchor` staying there. */
export function zoomView(
  plane: Plane,
  view: View,
  canvas: CanvasSize,
  anchor: CanvasPoint,
  factor: number,
): View {
  const held = inPlaneFromCanvas(plane, view, canvas, anchor);
  const pxPerMm = clampScale(plane, view.pxPerMm * factor);
  const keep = view.pxPerMm / pxPerMm;
  return {
    pxPerMm,
    centre: inPlane(
      held.column + (view.centre.column - held.column) * keep,
      held.row + (view.centre.row - held.row) * keep,
    ),
  };
}

function clampScale({ columnMm, rowMm }: Plane, pxPerMm: number): number {
  const most = Math.max(MAX_PX_PER_MM, MAX_PX_PER_PIXEL / Math.min(columnMm, rowMm));
  return Math.min(Math.max(pxPerMm, MIN_PX_PER_MM), most);
}
