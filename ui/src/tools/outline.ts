/**
 * An outline under the pen: dragged free-hand, clicked corner by corner, or both. It stays on the slice
 * it was begun on, and is done when it comes back to its first corner.
 */

import { type CanvasPoint, type PointLps } from '../model/space';
import { isSamePlane } from '../model/turn';
import { dragLasso, pressLasso, releaseLasso, type Lasso } from './lasso';
import { withoutLastAnchor, type Wire } from './live-wire';
import { canvasPointOf, lpsUnder, type ShownSlice } from './place';

export interface OutlineDraft extends Lasso<PointLps> {
  readonly slice: ShownSlice;
  /** Anchors and ways of one that follows edges; null of one that is drawn free-hand or by corners. */
  readonly wire: Wire | null;
}

/** An outline on a canvas. */
export interface DrawnOutline {
  readonly corners: readonly CanvasPoint[];
  /** Where it began and was anchored. */
  readonly marks: readonly CanvasPoint[];
  readonly pen: CanvasPoint | null;
}

/** Pen down: begins an outline, or adds a corner to the one in hand if it is on the same slice. */
export function pressOutline(
  draft: OutlineDraft | null,
  slice: ShownSlice,
  at: CanvasPoint,
): OutlineDraft {
  const corners = draft !== null && isSameSlice(draft.slice, slice) ? draft.corners : [];
  return { ...pressLasso(corners, lpsUnder(slice, at), at), slice, wire: null };
}

/** The pen is dragged. */
export function dragOutline(draft: OutlineDraft, points: readonly CanvasPoint[]): OutlineDraft {
  return { ...draft, ...dragLasso(draft, points, (at) => lpsUnder(draft.slice, at)) };
}

/** Pen up: the outline, and whether it is done. */
export function releaseOutline(draft: OutlineDraft): { draft: OutlineDraft; isDone: boolean } {
  const [first] = cornersOn(draft.slice, draft.corners.slice(0, 1));
  const { lasso, isDone } = releaseLasso(draft, first);
  return { draft: { ...draft, ...lasso }, isDone };
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
