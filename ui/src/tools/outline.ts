/**
 * An outline under the pen: dragged free-hand, clicked corner by corner, or both, or a spline through what
 * is clicked. Its corners can be moved, added and taken away while it is drawn. It stays on the slice it
 * was begun on, and is done when it comes back to its first corner.
 */

import { canvasPoint, type CanvasPoint } from '../model/space';
import { CLICK_PX, CLOSE_PX, distance, isEnclosing, SPACING_PX } from './lasso';
import type { Wire } from './live-wire';
import { cornersOn, isSameSlice, outlineThrough, type OutlineDraft } from './outline-draft';
import {
  gripAt,
  nodesOf,
  thinnedPath,
  unwired,
  withCornerAfter,
  withCornerAt,
  withoutCorner,
} from './outline-edit';
import { canvasPointOf, lpsUnder, type ShownSlice } from './place';
import { anchored } from './wire-anchors';

/** How a press of the pen is meant. */
export interface OutlinePress {
  readonly isSmooth: boolean;
  /** Whether it takes a corner away. */
  readonly takes: boolean;
}

/**
 * Pen down: takes hold of a corner of the outline in hand, or of an edge, which gets one; otherwise adds
 * a corner to it, or begins another outline on another slice.
 */
export function pressOutline(
  draft: OutlineDraft | null,
  slice: ShownSlice,
  at: CanvasPoint,
  { isSmooth, takes }: OutlinePress,
): OutlineDraft {
  const isThere = draft !== null && isSameSlice(draft.slice, slice);
  const before = isThere ? unwired({ ...draft, slice }) : outlineThrough(slice, [], at);
  const pressed = { ...before, last: at, nPresses: before.nPresses + 1 };
  const held = heldUnder(pressed, at, takes);
  if (held !== null) return held;
  if (before.isClosed) return { ...pressed, held: null, pen: null };
  return {
    ...pressed,
    isSmooth,
    corners: [...before.corners, lpsUnder(slice, at)],
    held: null,
    goesOn: false,
    pen: { kind: 'draws', nBefore: before.corners.length, from: at },
  };
}

/**
 * Pen down on an outline that follows edges: takes hold of an anchor, or of the wire, which gets one; else
 * sets one. `wire` is that of the draft, or an empty one where none is in hand on the slice.
 */
export function pressWire(
  draft: OutlineDraft | null,
  [slice, wire]: readonly [ShownSlice, Wire],
  at: CanvasPoint,
  takes: boolean,
): OutlineDraft {
  const before = draft ?? outlineThrough(slice, [], at);
  const edges = { by: 'edges' as const, isSmooth: false, goesOn: false };
  const pressed = { ...before, ...edges, slice, wire, last: at };
  const held = heldUnder(pressed, at, takes);
  if (held !== null) return held;
  // To take away is not to add.
  const added = takes ? pressed : anchored(pressed, at);
  return { ...pressed, ...added, held: null, pen: null };
}

/** With the corner under the pen in hand; null where there is none. */
function heldUnder(draft: OutlineDraft, at: CanvasPoint, takes: boolean): OutlineDraft | null {
  const grip = gripAt(draft, draft.slice, at);
  if (grip === null) return null;
  // A free-hand line goes on from its end.
  const isEnd = grip.kind === 'corner' && grip.n === draft.corners.length - 1;
  if (isEnd && draft.goesOn && !takes) return null;
  // To take away is not to add.
  if (grip.kind === 'edge' && takes) return { ...draft, held: null, pen: null };
  const [n, held] =
    grip.kind === 'corner' ? [grip.n, draft] : [grip.n + 1, withCornerAfter(draft, grip.n, at)];
  const corner = nodesOf(held)[n];
  const { x, y } = corner === undefined ? at : canvasPointOf(draft.slice, corner);
  const [right, down] = [x - at.x, y - at.y];
  return {
    ...held,
    held: n,
    goesOn: false,
    pen: { kind: 'holds', n, from: at, right, down, hasMoved: grip.kind === 'edge', takes },
  };
}

/** The pen is dragged. */
export function dragOutline(draft: OutlineDraft, points: readonly CanvasPoint[]): OutlineDraft {
  const at = points.at(-1);
  const { pen } = draft;
  if (at === undefined || pen === null) return draft;
  if (pen.kind === 'holds') {
    const hasMoved = pen.hasMoved || distance(pen.from, at) >= CLICK_PX;
    const to = canvasPoint(at.x + pen.right, at.y + pen.down);
    const held = { ...draft, pen: { ...pen, hasMoved }, last: at };
    return hasMoved ? withCornerAt(held, pen.n, to) : held;
  }
  // Of a spline the new point is put where it looks best.
  if (draft.isSmooth) return { ...withCornerAt(draft, pen.nBefore, at), last: at };
  let { last } = draft;
  const corners = [...draft.corners];
  for (const next of points) {
    if (distance(last, next) < SPACING_PX) continue;
    corners.push(lpsUnder(draft.slice, next));
    last = next;
  }
  return { ...draft, corners, last };
}

/** Pen up: the outline if anything is left of it, and whether it is done. */
export function releaseOutline(draft: OutlineDraft): {
  draft: OutlineDraft | null;
  isDone: boolean;
} {
  const { pen } = draft;
  const up = { ...draft, pen: null };
  switch (pen?.kind) {
    case undefined:
      return { draft: up, isDone: false };
    case 'holds': {
      if (pen.takes && !pen.hasMoved) return { draft: withoutCorner(up, pen.n), isDone: false };
      const isBack = pen.n === 0 && !pen.hasMoved && !draft.isClosed;
      const isWhole = up.wire === null ? isEnclosing(up) : up.wire.anchors.length > 1;
      return { draft: up, isDone: isBack && isWhole };
    }
    case 'draws':
      return drawn(up, pen.nBefore, pen.from);
  }
}

function drawn(up: OutlineDraft, nBefore: number, from: CanvasPoint) {
  const { slice, corners, last, isSmooth } = up;
  if (isSmooth) return { draft: up, isDone: false };
  const [before, added] = [corners.slice(0, nBefore), corners.slice(nBefore)];
  if (distance(from, last) < CLICK_PX) {
    // A click leaves one corner, however the hand trembled.
    return { draft: { ...up, corners: [...before, ...added.slice(0, 1)] }, isDone: false };
  }
  const isDone = isEnclosing(up) && (nBefore === 0 || isNearFirst(up, last));
  if (isDone) return { draft: { ...up, by: 'hand' as const }, isDone };
  const kept = [...before, ...thinnedPath(slice, added)];
  return { draft: { ...up, corners: kept, goesOn: true }, isDone };
}

/** Without the corner in hand, or else without its last corner or anchor; null when none is left. */
export function withoutOne(draft: OutlineDraft): OutlineDraft | null {
  if (draft.held !== null) return withoutCorner(draft, draft.held);
  return draft.isClosed ? draft : withoutCorner(draft, nodesOf(draft).length - 1);
}

function isNearFirst(draft: OutlineDraft, at: CanvasPoint): boolean {
  const [first] = cornersOn(draft.slice, draft.corners.slice(0, 1));
  return first !== undefined && distance(first, at) <= CLOSE_PX;
}
