/** A closed line under the pen: dragged free-hand, clicked corner by corner, or both. */

import type { CanvasPoint } from '../model/space';

/** With corners wherever they lie: on a canvas, or in the patient. */
export interface Lasso<Corner> {
  readonly corners: readonly Corner[];
  /** Corners there were when the pen went down; none while it is up. */
  readonly nBefore: number | null;
  /** Where the pen went down. */
  readonly pressedAt: CanvasPoint | null;
  /** Where it was last. */
  readonly last: CanvasPoint;
}

/** So near its first corner a line is closed, CSS px. */
export const CLOSE_PX = 8;
/** Fewer make no area. */
export const LEAST_CORNERS = 3;
/** Corners of a free-hand line are this far apart, CSS px. */
export const SPACING_PX = 2;
/** A pen that moved less was pressed, not dragged, CSS px. */
export const CLICK_PX = 5;

/** Pen down: one corner more. */
export function pressLasso<Corner>(
  corners: readonly Corner[],
  corner: Corner,
  at: CanvasPoint,
): Lasso<Corner> {
  return { corners: [...corners, corner], nBefore: corners.length, pressedAt: at, last: at };
}

/** The pen is dragged. */
export function dragLasso<Corner>(
  lasso: Lasso<Corner>,
  points: readonly CanvasPoint[],
  cornerAt: (at: CanvasPoint) => Corner,
): Lasso<Corner> {
  let { last } = lasso;
  const corners = [...lasso.corners];
  for (const at of points) {
    if (distance(last, at) < SPACING_PX) continue;
    corners.push(cornerAt(at));
    last = at;
  }
  return { ...lasso, corners, last };
}

/** Pen up: the line, and whether it is closed. `first` is where its first corner is seen. */
export function releaseLasso<Corner>(
  lasso: Lasso<Corner>,
  first: CanvasPoint | undefined,
): { lasso: Lasso<Corner>; isDone: boolean } {
  const { pressedAt, last, nBefore, corners } = lasso;
  const isClick = pressedAt === null || distance(pressedAt, last) < CLICK_PX;
  const pressed = corners[nBefore ?? 0];
  // A click leaves one corner, however the hand trembled.
  const kept =
    isClick && pressed !== undefined ? [...corners.slice(0, nBefore ?? 0), pressed] : corners;
  const up = { corners: kept, nBefore: null, pressedAt: null, last };
  const isFreehand = !isClick && nBefore === 0;
  const isNearFirst = first !== undefined && distance(first, last) <= CLOSE_PX;
  const isClosed = nBefore !== 0 && isNearFirst;
  return { lasso: up, isDone: isEnclosing(up) && (isFreehand || isClosed) };
}

/** Whether it encloses anything. */
export function isEnclosing({ corners }: { readonly corners: readonly unknown[] }): boolean {
  return corners.length >= LEAST_CORNERS;
}

/** CSS px. */
export function distance(a: CanvasPoint, b: CanvasPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
