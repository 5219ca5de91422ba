/**
 * A plane in the patient as it lies on a canvas: where the canvas begins, and which ways it runs.
 *
 * Everything that is drawn over an image goes through here, whichever way the plane cuts it.
 */

import { cross, dot, minus, plus, scale } from './affine';
import { canvasPoint, pointLps, type CanvasPoint, type PointLps, type Triple } from './space';

export interface CanvasPlane {
  /** Under the canvas's top left corner. */
  readonly origin: PointLps;
  /** Unit vectors. */
  readonly right: Triple;
  readonly down: Triple;
  readonly pxPerMm: number;
  /** From one slice to the next. */
  readonly sliceMm: number;
}

/** Away from the user. */
export function normalOf({ right, down }: CanvasPlane): Triple {
  return cross(right, down);
}

export function canvasOf(
  { origin, right, down, pxPerMm }: CanvasPlane,
  { mm }: PointLps,
): CanvasPoint {
  const from = minus(mm, origin.mm);
  return canvasPoint(dot(from, right) * pxPerMm, dot(from, down) * pxPerMm);
}

/** How far a point lies behind the plane, mm. */
export function depthOf(plane: CanvasPlane, { mm }: PointLps): number {
  return dot(minus(mm, plane.origin.mm), normalOf(plane));
}

/** The point under a place of the canvas, as far behind the plane as is asked. */
export function lpsAt(plane: CanvasPlane, { x, y }: CanvasPoint, depth = 0): PointLps {
  const { origin, right, down, pxPerMm } = plane;
  const inPlane = plus(scale(right, x / pxPerMm), scale(down, y / pxPerMm));
  return pointLps(plus(origin.mm, plus(inPlane, scale(normalOf(plane), depth))));
}

/** Whether a depth is within the slice that is shown. */
export function isOnSlice({ sliceMm }: CanvasPlane, depth: number): boolean {
  return Math.abs(depth) <= sliceMm / 2;
}

/** Points nearer to a plane lie in it, mm: what rounding leaves. */
const IN_PLANE_MM = 1e-4;

export function isIn(plane: CanvasPlane, point: PointLps): boolean {
  return Math.abs(depthOf(plane, point)) < IN_PLANE_MM;
}

/** Directions whose cosine differs less from 1 are the same. */
const PARALLEL = 1e-6;

export function isParallel(plane: CanvasPlane, normal: Triple): boolean {
  const across = Math.abs(dot(normalOf(plane), normal)) / Math.hypot(...normal);
  return 1 - across < PARALLEL;
}
