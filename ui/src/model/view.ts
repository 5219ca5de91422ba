/**
 * How a plane is looked at: which place is at the middle of the canvas and how large a millimetre is.
 *
 * Millimetres have the same size along both screen axes, so voxels of any anisotropy are shown in
 * true proportion.
 */

import type { Plane } from './plane';
import { inPlaneOfMm, mmOfInPlane, type ScreenMm } from './plane-parts';
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
  const { low, high } = extentOf(plane);
  const [width, height] = [high[0] - low[0], high[1] - low[1]];
  return {
    centre: inPlaneOfMm(plane.parts, [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2]),
    pxPerMm: clampScale(plane, FIT_MARGIN * Math.min(canvas.width / width, canvas.height / height)),
  };
}

/** The rectangle around all of a plane. */
function extentOf({ parts, nColumns, nRows }: Plane): { low: ScreenMm; high: ScreenMm } {
  const columns = [-0.5, nColumns - 0.5];
  const rows = [-0.5, nRows - 0.5];
  for (const { along, first } of parts) {
    if (along !== null) (along === 'column' ? columns : rows).push(first);
  }
  const corners = columns.flatMap((column) =>
    rows.map((row) => mmOfInPlane(parts, inPlane(column, row))),
  );
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return {
    low: [Math.min(...xs), Math.min(...ys)],
    high: [Math.max(...xs), Math.max(...ys)],
  };
}

export function canvasFromInPlane(
  { parts }: Plane,
  view: View,
  canvas: CanvasSize,
  at: InPlane,
): CanvasPoint {
  const [[x, y], middle] = [mmOfInPlane(parts, at), mmOfInPlane(parts, view.centre)];
  return canvasPoint(
    canvas.width / 2 + (x - middle[0]) * view.pxPerMm,
    canvas.height / 2 + (y - middle[1]) * view.pxPerMm,
  );
}

export function inPlaneFromCanvas(
  { parts }: Plane,
  view: View,
  canvas: CanvasSize,
  at: CanvasPoint,
): InPlane {
  const [x, y] = mmOfInPlane(parts, view.centre);
  return inPlaneOfMm(parts, [
    x + (at.x - canvas.width / 2) / view.pxPerMm,
    y + (at.y - canvas.height / 2) / view.pxPerMm,
  ]);
}

/** The view after the image was dragged by `by`. */
export function panView({ parts }: Plane, view: View, by: CanvasVector): View {
  const [x, y] = mmOfInPlane(parts, view.centre);
  const moved: ScreenMm = [x - by.dx / view.pxPerMm, y - by.dy / view.pxPerMm];
  return { ...view, centre: inPlaneOfMm(parts, moved) };
}

/** The view scaled by `factor`, with what is under `anchor` staying there. */
export function zoomView(
  plane: Plane,
  view: View,
  canvas: CanvasSize,
  anchor: CanvasPoint,
  factor: number,
): View {
  const { parts } = plane;
  const held = mmOfInPlane(parts, inPlaneFromCanvas(plane, view, canvas, anchor));
  const [x, y] = mmOfInPlane(parts, view.centre);
  const pxPerMm = clampScale(plane, view.pxPerMm * factor);
  const keep = view.pxPerMm / pxPerMm;
  return {
    pxPerMm,
    centre: inPlaneOfMm(parts, [held[0] + (x - held[0]) * keep, held[1] + (y - held[1]) * keep]),
  };
}

function clampScale({ columnMm, rowMm }: Plane, pxPerMm: number): number {
  const most = Math.max(MAX_PX_PER_MM, MAX_PX_PER_PIXEL / Math.min(columnMm, rowMm));
  return Math.min(Math.max(pxPerMm, MIN_PX_PER_MM), most);
}
