/**
 * Corners of an outline in hand, or anchors of one that follows edges: what of it is under the pen, and
 * what is moved, added and taken away.
 */

import { canvasPoint, type CanvasPoint, type PointLps } from '../model/space';
import { spansOf } from '../model/spline';
import { distance, LEAST_CORNERS } from './lasso';
import { cornersOn, pathOf, type OutlineDraft } from './outline-draft';
import { canvasPointOf, lpsUnder, type ShownSlice } from './place';
import { anchorsOf, withAnchorAfter, withAnchorAt, withoutAnchor, wiresOf } from './wire-anchors';

export type OutlineGrip =
  | { readonly kind: 'corner'; readonly n: number }
  /** A corner can be added after the `n`th. */
  | { readonly kind: 'edge'; readonly n: number };

/** So near is a corner taken hold of, CSS px. */
export const CORNER_PX = 8;
/** So near is an edge, CSS px. */
const EDGE_PX = 5;
/** What a free hand draws is thinned to corners within this of it, CSS px. */
const THIN_PX = 0.5;
/** What follows edges, within this part of a pixel of the image. */
const THIN_PIXELS = 0.5;

/** What can be taken hold of: the corners, or the anchors of an outline that follows edges. */
export function nodesOf(draft: OutlineDraft): readonly PointLps[] {
  const { wire } = draft;
  return wire === null ? draft.corners : anchorsOf({ ...draft, wire });
}

/** What of an outline is under the pen, as it is seen on `shown`. */
export function gripAt(
  draft: OutlineDraft,
  shown: ShownSlice,
  at: CanvasPoint,
): OutlineGrip | null {
  const [nearest] = cornersOn(shown, nodesOf(draft))
    .map((corner, n) => ({ n, px: distance(corner, at) }))
    .filter(({ px }) => px <= CORNER_PX)
    .sort((a, b) => a.px - b.px);
  if (nearest !== undefined) return { kind: 'corner', n: nearest.n };
  const edge = edgesOf(draft)
    .map((points, n) => ({ n, px: distanceToPath(cornersOn(shown, points), at) }))
    .filter(({ px }) => px <= EDGE_PX)
    .sort((a, b) => a.px - b.px)[0];
  return edge === undefined ? null : { kind: 'edge', n: edge.n };
}

/** What lies between each corner and the next; of an open outline nothing after the last. */
function edgesOf(draft: OutlineDraft): PointLps[][] {
  const { corners, isSmooth, isClosed, wire } = draft;
  if (wire !== null) return wiresOf({ ...draft, wire });
  const isWhole = isClosed || (isSmooth && corners.length >= LEAST_CORNERS);
  const nEdges = isWhole ? corners.length : corners.length - 1;
  const parts = isSmooth ? spansOf(corners) : corners.map((corner) => [corner]);
  return parts.slice(0, Math.max(nEdges, 0)).map((part, n) => {
    const next = corners[(n + 1) % corners.length];
    return next === undefined ? part : [...part, next];
  });
}

/** With a corner moved. */
export function withCornerAt(draft: OutlineDraft, n: number, at: CanvasPoint): OutlineDraft {
  const { wire } = draft;
  if (wire !== null) {
    return { ...draft, ...withAnchorAt({ ...draft, wire }, n, lpsUnder(draft.slice, at)) };
  }
  const corners = draft.corners.map((corner, k) => (k === n ? lpsUnder(draft.slice, at) : corner));
  return { ...draft, corners, drawn: null };
}

/** With a corner more after the `n`th, in hand. */
export function withCornerAfter(draft: OutlineDraft, n: number, at: CanvasPoint): OutlineDraft {
  const { wire } = draft;
  if (wire !== null) {
    return { ...draft, ...withAnchorAfter({ ...draft, wire }, n, at), held: n + 1 };
  }
  const corners = [
    ...draft.corners.slice(0, n + 1),
    lpsUnder(draft.slice, at),
    ...draft.corners.slice(n + 1),
  ];
  return { ...draft, corners, drawn: null, held: n + 1 };
}

/** With a corner less; as it is where a closed one needs all it has, null where none is left. */
export function withoutCorner(draft: OutlineDraft, n: number): OutlineDraft | null {
  const { wire } = draft;
  if (wire !== null) {
    const left = withoutAnchor({ ...draft, wire }, n);
    return left === null ? null : { ...draft, ...left, held: null };
  }
  if (draft.isClosed && draft.corners.length <= LEAST_CORNERS) return draft;
  const corners = draft.corners.filter((_, k) => k !== n);
  if (corners.length === 0) return null;
  return { ...draft, corners, drawn: null, held: null, goesOn: false };
}

/** With the next or the previous corner in hand; the first or last one where none is. */
export function withNextHeld(draft: OutlineDraft, step: 1 | -1): OutlineDraft {
  const n = nodesOf(draft).length;
  if (n === 0) return draft;
  const from = draft.held ?? (step === 1 ? -1 : 0);
  return { ...draft, held: (from + step + n) % n };
}

/** With the corner in hand moved by so many pixels of the image, as it is seen on `shown`. */
export function withHeldMoved(
  draft: OutlineDraft,
  shown: ShownSlice,
  [columns, rows]: readonly [number, number],
): OutlineDraft {
  const corner = draft.held === null ? undefined : nodesOf(draft)[draft.held];
  if (draft.held === null || corner === undefined) return draft;
  const { x, y } = canvasPointOf(shown, corner);
  const { plane, view } = shown;
  const right = columns * plane.columnMm * view.pxPerMm;
  const down = rows * plane.rowMm * view.pxPerMm;
  return withCornerAt({ ...draft, slice: shown }, draft.held, canvasPoint(x + right, y + down));
}

/** An outline that is closed and can be adjusted; it stays what was drawn until it is. */
export function closedOutline(draft: OutlineDraft): OutlineDraft {
  const closed = { ...draft, wire: null, isClosed: true, pen: null, goesOn: false, nPresses: 0 };
  if (draft.by === 'clicks' || draft.isSmooth) return closed;
  return { ...closed, drawn: pathOf(draft), by: 'clicks', corners: thinned(draft) };
}

/** A draft that followed edges so far, as corners. */
export function unwired(draft: OutlineDraft): OutlineDraft {
  if (draft.wire === null) return draft;
  return { ...draft, wire: null, by: 'clicks', corners: thinned(draft) };
}

/** As few of an outline's corners as leave it where it is. */
function thinned({ slice, corners, by }: OutlineDraft): PointLps[] {
  const { plane, view } = slice;
  const pixelPx = Math.min(plane.columnMm, plane.rowMm) * view.pxPerMm;
  const within = by === 'edges' ? Math.max(THIN_PX, THIN_PIXELS * pixelPx) : THIN_PX;
  return thinnedPath(slice, corners, within);
}

/** As few points of an open path as leave all others so near (Douglas and Peucker 1973). */
export function thinnedPath(
  slice: ShownSlice,
  path: readonly PointLps[],
  withinPx = THIN_PX,
): PointLps[] {
  const points = cornersOn(slice, path);
  const kept = new Set([0, path.length - 1]);
  const open: [number, number][] = [[0, path.length - 1]];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [first, last] = part;
    const far = farthest(points, first, last);
    if (far === null || far.px <= withinPx) continue;
    kept.add(far.n);
    open.push([first, far.n], [far.n, last]);
  }
  return path.filter((_, n) => kept.has(n));
}

function farthest(
  points: readonly CanvasPoint[],
  first: number,
  last: number,
): { readonly n: number; readonly px: number } | null {
  const [from, to] = [points[first], points[last]];
  if (from === undefined || to === undefined) return null;
  return points.slice(first + 1, last).reduce<{ n: number; px: number } | null>((far, point, k) => {
    const px = distanceToPart(from, to, point);
    return far === null || px > far.px ? { n: first + 1 + k, px } : far;
  }, null);
}

function distanceToPath(path: readonly CanvasPoint[], at: CanvasPoint): number {
  const parts = path.slice(1).map((to, n) => distanceToPart(path[n] ?? to, to, at));
  return Math.min(...parts, Infinity);
}

function distanceToPart(from: CanvasPoint, to: CanvasPoint, at: CanvasPoint): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((at.x - from.x) * dx + (at.y - from.y) * dy) / squared;
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(from.x + share * dx - at.x, from.y + share * dy - at.y);
}
