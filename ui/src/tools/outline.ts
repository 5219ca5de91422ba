/**
 * An outline under the pen: dragged free-hand, clicked corner by corner, or both. It stays on the slice
 * it was begun on, and is done when it comes back to its first corner.
 */

import { type CanvasPoint, type PointLps } from '../model/space';
import { isSamePlane } from '../model/turn';
import { CLOSE_PX, withoutLastAnchor, type Wire } from './live-wire';
import { canvasPointOf, lpsUnder, type ShownSlice } from './place';

export interface OutlineDraft {
  readonly slice: ShownSlice;
  readonly corners: readonly PointLps[];
  /** Anchors and ways of one that follows edges; null of one that is drawn free-hand or by corners. */
  readonly wire: Wire | null;
  /** Corners there were when the pen went down; none while it is up. */
  readonly nBefore: number | null;
  /** Where the pen went down. */
  readonly pressedAt: CanvasPoint | null;
  /** Where it was last. */
  readonly last: CanvasPoint;
}

/** An outline on a canvas. */
export interface DrawnOutline {
  readonly corners: readonly CanvasPoint[];
  /** Where it began and was anchored. */
  readonly marks: readonly CanvasPoint[];
  readonly pen: CanvasPoint | null;
}

/** Fewer make no area. */
const LEAST_CORNERS = 3;
/** Corners of a free-hand line are this far apart, CSS px. */
const SPACING_PX = 2;
/** A pen that moved less was pressed, not dragged, CSS px. */
const CLICK_PX = 5;

/** Pen down: begins an outline, or adds a corner to the one in hand if it is on the same slice. */
export function pressOutline(
  draft: OutlineDraft | null,
  slice: ShownSlice,
  at: CanvasPoint,
): OutlineDraft {
  const corners = draft !== null && isSameSlice(draft.slice, slice) ? draft.corners : [];
  return {
    slice,
    corners: [...corners, lpsUnder(slice, at)],
    wire: null,
    nBefore: corners.length,
    pressedAt: at,
    last: at,
  };
}

/** The pen is dragged. */
export function dragOutline(draft: OutlineDraft, points: readonly CanvasPoint[]): OutlineDraft {
  let { last } = draft;
  const corners = [...draft.corners];
  for (const at of points) {
    if (distance(last, at) < SPACING_PX) continue;
    corners.push(lpsUnder(draft.slice, at));
    last = at;
  }
  return { ...draft, corners, last };
}

/** Pen up: the outline, and whether it is done. */
export function releaseOutline(draft: OutlineDraft): { draft: OutlineDraft; isDone: boolean } {
  const { pressedAt, last, nBefore, corners } = draft;
  const isClick = pressedAt === null || distance(pressedAt, last) < CLICK_PX;
  const pressed = corners[nBefore ?? 0];
  // A click leaves one corner, however the hand trembled.
  const kept =
    isClick && pressed !== undefined ? [...corners.slice(0, nBefore ?? 0), pressed] : corners;
  const up: OutlineDraft = { ...draft, corners: kept, nBefore: null, pressedAt: null };
  const isFreehand = !isClick && nBefore === 0;
  const isClosed = nBefore !== 0 && isNearFirst(up, last);
  return { draft: up, isDone: isEnclosing(up) && (isFreehand || isClosed) };
}

/** Whether it encloses anything. */
export function isEnclosing({ corners }: OutlineDraft): boolean {
  return corners.length >= LEAST_CORNERS;
}

/** Without its last corner or anchor; null when none is left. */
export function withoutLast(draft: OutlineDraft): OutlineDraft | null {
  const { wire } = draft;
  if (wire !== null) {
    const left = withoutLastAnchor({ ...draft, wire });
    return left === null ? null : { ...draft, ...left };
  }
  const corners = draft.corners.slice(0, -1);
  return corners.length === 0 ? null : { ...draft, corners };
}

/** Where its corners are on a canvas that shows its slice. */
export function cornersOn(shown: ShownSlice, corners: readonly PointLps[]): CanvasPoint[] {
  return corners.map((corner) => canvasPointOf(shown, corner));
}

/** Whether what is drawn on one lies on the other. */
export function isSameSlice(a: ShownSlice, b: ShownSlice): boolean {
  if (a.plane.name !== b.plane.name || !isSamePlane(a.plane, b.plane)) return false;
  return a.plane.turned !== null || a.sliceIndex === b.sliceIndex;
}

function isNearFirst(draft: OutlineDraft, at: CanvasPoint): boolean {
  const [first] = cornersOn(draft.slice, draft.corners.slice(0, 1));
  return first !== undefined && distance(first, at) <= CLOSE_PX;
}

function distance(a: CanvasPoint, b: CanvasPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
