/** What of a shape is under the pen. */

import { canvasOf, depthOf, isOnSlice, lpsAt, type CanvasPlane } from '../model/canvas-plane';
import { hasVertices, type Figure } from '../model/figure';
import { curvesOf } from '../model/figure-curves';
import { seenOn } from '../model/figure-on-plane';
import type { CanvasPoint, PointLps } from '../model/space';
import { spansOf } from '../model/spline';
import { handlesOf, isChangeable, type Grip } from './shape-edit';

export interface Hit {
  readonly grip: Grip;
  /** The edge that is hit, where a vertex can be added: after the `n`th point, there. */
  readonly edge: { readonly n: number; readonly at: PointLps } | null;
  readonly px: number;
}

/** So near is a handle hit, CSS px. */
const HANDLE_PX = 8;
/** So near is a line hit, CSS px. */
const LINE_PX = 6;

/** What of a shape is hit; the handles that only the shape in hand shows count for it alone. */
export function hitOf(
  figure: Figure,
  plane: CanvasPlane,
  at: CanvasPoint,
  isInHand: boolean,
): Hit | null {
  // What a plane just cuts is changed on its own plane.
  if (!isChangeable(figure, plane)) return null;
  const hits = handlesOf(figure, plane)
    .filter(({ grip }) => isInHand || (grip.kind !== 'turn' && grip.kind !== 'whole'))
    .map((handle) => ({ grip: handle.grip, edge: null, px: distance(handle.at, at) }))
    .filter(({ px }) => px <= HANDLE_PX);
  const [nearest] = hits.sort((a, b) => a.px - b.px);
  return nearest ?? lineHit(figure, plane, at);
}

function lineHit(figure: Figure, plane: CanvasPlane, at: CanvasPoint): Hit | null {
  const lines = seenOn(figure, plane, 0).map(({ points, isClosed }) =>
    nearestPart(isClosed ? [...points, ...points.slice(0, 1)] : points, at),
  );
  const px = Math.min(...lines.map((line) => line.px));
  if (px > LINE_PX) return null;
  return { grip: { kind: 'whole' }, edge: edgeAt(figure, plane, at), px };
}

function edgeAt(figure: Figure, plane: CanvasPlane, at: CanvasPoint): Hit['edge'] {
  const [curve] = curvesOf(figure);
  if (curve === undefined || !hasVertices(figure.kind)) return null;
  const path = curve.isClosed ? [...curve.points, ...curve.points.slice(0, 1)] : curve.points;
  const onCanvas = path.map((point) => canvasOf(plane, point));
  const { n } = nearestPart(onCanvas, at);
  const from = curve.points[n];
  if (from === undefined || !isOnSlice(plane, depthOf(plane, from))) return null;
  return { n: pointBefore(figure, n), at: lpsAt(plane, at, depthOf(plane, from)) };
}

/** The point of a figure after which the `n`th straight part of its curve comes. */
function pointBefore({ kind, points }: Figure, n: number): number {
  if (kind !== 'spline') return n;
  let nParts = 0;
  return spansOf(points).findIndex((span) => {
    nParts += span.length;
    return n < nParts;
  });
}

/** The straight part of a path that is nearest, and how far off it is. */
function nearestPart(
  path: readonly CanvasPoint[],
  at: CanvasPoint,
): { readonly n: number; readonly px: number } {
  let best = { n: 0, px: Infinity };
  path.slice(1).forEach((to, n) => {
    const px = distanceToPart(path[n] ?? to, to, at);
    if (px < best.px) best = { n, px };
  });
  return best;
}

function distanceToPart(from: CanvasPoint, to: CanvasPoint, at: CanvasPoint): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((at.x - from.x) * dx + (at.y - from.y) * dy) / squared;
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(from.x + share * dx - at.x, from.y + share * dy - at.y);
}

function distance(a: CanvasPoint, b: CanvasPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
