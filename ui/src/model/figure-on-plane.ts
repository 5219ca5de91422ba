/**
 * What of a figure is seen on a plane: what lies in the slice shown, what lies near it, and where an
 * area or a box is cut by it.
 */

import { dot, minus, plus, scale } from './affine';
import { canvasOf, depthOf, normalOf, type CanvasPlane } from './canvas-plane';
import { isFlat, type Figure } from './figure';
import { axesOf, curvesOf, type Curve } from './figure-curves';
import { pointLps, type CanvasPoint, type PointLps, type Triple } from './space';

export interface SeenCurve {
  readonly points: readonly CanvasPoint[];
  readonly isClosed: boolean;
  /** In the slice that is shown; else near it. */
  readonly isInSlice: boolean;
}

/** @param reachMm how far off the slice a figure is still seen */
export function seenOn(figure: Figure, plane: CanvasPlane, reachMm: number): SeenCurve[] {
  const half = plane.sliceMm / 2;
  if (figure.kind === 'point') return [];
  if (figure.kind === 'box3d') return seenBox(figure, plane, reachMm);
  const curves = curvesOf(figure);
  const isWhole = (curve: Curve) =>
    curve.points.every((point) => Math.abs(depthOf(plane, point)) <= half);
  const far = half + reachMm;
  const seen = curves.flatMap((curve) =>
    isWhole(curve)
      ? [onCanvas(plane, curve, true)]
      : [
          ...clipped(plane, curve, [-half, half], true),
          ...(reachMm > 0 ? clipped(plane, curve, [-far, -half], false) : []),
          ...(reachMm > 0 ? clipped(plane, curve, [half, far], false) : []),
        ],
  );
  const isCut = isFlat(figure) && !curves.every(isWhole);
  return isCut ? [...seen, ...curves.flatMap((curve) => chords(plane, curve))] : seen;
}

/** How far off the slice a figure is, mm: 0 where some of it lies in the slice. */
export function distanceFrom(plane: CanvasPlane, figure: Figure): number {
  const depths = figure.points.map((point) => depthOf(plane, point));
  const [low, high] = figure.kind === 'box3d' ? boxDepths(figure, plane) : rangeOf(depths);
  const off = Math.max(low, -high, 0);
  return Math.max(0, off - plane.sliceMm / 2);
}

function rangeOf(depths: readonly number[]): [number, number] {
  return [Math.min(...depths), Math.max(...depths)];
}

function boxDepths(figure: Figure, plane: CanvasPlane): [number, number] {
  const { centre, half } = axesOf(figure);
  const normal = normalOf(plane);
  const reach = half.reduce((sum, axis) => sum + Math.abs(dot(axis, normal)), 0);
  const depth = depthOf(plane, pointLps(centre));
  return [depth - reach, depth + reach];
}

/** Where the plane cuts the box, or one nearby that does. */
function seenBox(figure: Figure, plane: CanvasPlane, reachMm: number): SeenCurve[] {
  const off = distanceFrom(plane, figure);
  if (off > reachMm) return [];
  const [low, high] = boxDepths(figure, plane);
  // Just inside the nearest face where the plane passes the box.
  const inside = (high - low) * 1e-6;
  const depth = Math.min(Math.max(0, low + inside), high - inside);
  const cut = curvesOf(figure).flatMap(({ points }) => crossings(plane, points, depth));
  return cut.length < 3
    ? []
    : [onCanvas(plane, { points: aroundMiddle(plane, cut), isClosed: true }, off === 0)];
}

/** Corners of a convex outline, one after the other. */
function aroundMiddle(plane: CanvasPlane, points: readonly PointLps[]): PointLps[] {
  const sum = points.reduce<Triple>((total, { mm }) => plus(total, mm), [0, 0, 0]);
  const middle = canvasOf(plane, pointLps(scale(sum, 1 / points.length)));
  const angle = (point: PointLps) => {
    const { x, y } = canvasOf(plane, point);
    return Math.atan2(y - middle.y, x - middle.x);
  };
  return [...points].sort((a, b) => angle(a) - angle(b));
}

/** Where a plane cuts the area inside a closed curve. */
function chords(plane: CanvasPlane, { points, isClosed }: Curve): SeenCurve[] {
  if (!isClosed) return [];
  const cut = crossings(plane, [...points, ...points.slice(0, 1)], 0);
  const [first, second] = cut;
  if (first === undefined || second === undefined) return [];
  const along = minus(second.mm, first.mm);
  const sorted = [...cut].sort((a, b) => dot(minus(a.mm, b.mm), along));
  const ends = sorted.flatMap((from, n) => {
    const to = sorted[n + 1];
    return n % 2 === 0 && to !== undefined ? [[from, to]] : [];
  });
  return ends.map((chord) => onCanvas(plane, { points: chord, isClosed: false }, true));
}

/** Where a path passes a depth. */
function crossings(plane: CanvasPlane, path: readonly PointLps[], depth: number): PointLps[] {
  return path.slice(1).flatMap((to, n) => {
    const from = path[n] ?? to;
    const [a, b] = [depthOf(plane, from) - depth, depthOf(plane, to) - depth];
    return a < 0 === b < 0 ? [] : [between(from, to, a / (a - b))];
  });
}

/** The parts of a curve whose depth is within a range. */
function clipped(
  plane: CanvasPlane,
  { points, isClosed }: Curve,
  [low, high]: readonly [number, number],
  isInSlice: boolean,
): SeenCurve[] {
  const path = isClosed ? [...points, ...points.slice(0, 1)] : points;
  const parts: PointLps[][] = [];
  let isGoingOn = false;
  path.slice(1).forEach((to, n) => {
    const from = path[n] ?? to;
    const [a, b] = [depthOf(plane, from), depthOf(plane, to)];
    const share = partWithin(a, b, low, high);
    if (share === null) {
      isGoingOn = false;
      return;
    }
    const [begin, end] = share;
    if (!isGoingOn || begin > 0) parts.push([between(from, to, begin)]);
    parts.at(-1)?.push(between(from, to, end));
    isGoingOn = end === 1;
  });
  return parts.map((part) => onCanvas(plane, { points: part, isClosed: false }, isInSlice));
}

/** Which part of the way from `a` to `b` lies in a range, 0 to 1. */
function partWithin(a: number, b: number, low: number, high: number): [number, number] | null {
  if (a === b) return a >= low && a <= high ? [0, 1] : null;
  const [atLow, atHigh] = [(low - a) / (b - a), (high - a) / (b - a)];
  const begin = Math.max(0, Math.min(atLow, atHigh));
  const end = Math.min(1, Math.max(atLow, atHigh));
  return begin < end ? [begin, end] : null;
}

function between(from: PointLps, to: PointLps, share: number): PointLps {
  return pointLps(plus(from.mm, scale(minus(to.mm, from.mm), share)));
}

function onCanvas(plane: CanvasPlane, { points, isClosed }: Curve, isInSlice: boolean): SeenCurve {
  return { points: points.map((point) => canvasOf(plane, point)), isClosed, isInSlice };
}
