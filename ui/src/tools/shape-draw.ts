/**
 * A shape under the pen. Points are clicked one after the other, or dragged two by two; a freehand
 * curve is dragged. What encloses an area stays on the plane it was begun on.
 */

import { dot, minus, plus, scale, unit } from '../model/affine';
import {
  canvasOf,
  isIn,
  isParallel,
  lpsAt,
  normalOf,
  type CanvasPlane,
} from '../model/canvas-plane';
import {
  hasAxes,
  isFlat,
  leastPoints,
  type AxisKind,
  type Figure,
  type DrawnKind,
} from '../model/figure';
import { pathLength } from '../model/figure-measures';
import { distanceMm, pointLps, type CanvasPoint, type PointLps } from '../model/space';

export interface ShapeDraft {
  readonly kind: DrawnKind;
  /** As it lay on the canvas when the pen went down last. */
  readonly plane: CanvasPlane;
  /** Placed so far. */
  readonly points: readonly PointLps[];
  /** While the pen is down. */
  readonly press: {
    readonly at: CanvasPoint;
    readonly last: CanvasPoint;
    /** Whether it placed a point, which can be dragged. */
    readonly isPlacing: boolean;
  } | null;
}

/** A pen that moved less was pressed, not dragged, CSS px. */
const CLICK_PX = 4;
/** So near the first point a curve is closed, and so near the last one no other is placed, CSS px. */
const CLOSE_PX = 8;
/** Points of a freehand curve are this far apart, CSS px. */
const SPACING_PX = 3;
/** Shorter has no extent, CSS px. */
const LEAST_PX = 2;

export interface Released {
  readonly draft: ShapeDraft | null;
  /** What was drawn, once it is whole. */
  readonly figure: Figure | null;
}

/** How many points are placed before a shape is whole; null where the user says when. */
function nPoints(kind: DrawnKind): number | null {
  switch (kind) {
    case 'point':
      return 1;
    case 'line':
    case 'arrow':
    case 'ellipse':
    case 'rectangle':
    case 'box3d':
    case 'plane':
      return 2;
    case 'angle':
      return 3;
    case 'cobb_angle':
    case 'bidirectional':
      return 4;
    case 'polyline':
    case 'polygon':
    case 'spline':
    case 'freehand':
      return null;
  }
}

/** Pen down: begins a shape, or places the next point of the one in hand. */
export function pressShape(
  draft: ShapeDraft | null,
  kind: DrawnKind,
  plane: CanvasPlane,
  at: CanvasPoint,
): ShapeDraft {
  const isGoingOn = draft !== null && draft.kind === kind && canGoOn(draft, plane);
  const own = { kind, plane, points: isGoingOn ? draft.points : [], press: null };
  const last = own.points.at(-1);
  // A second click at the same place, as a double click is, places no point of its own.
  const isAgain = last !== undefined && distancePx(own, last, at) < CLICK_PX;
  const isPlacing = !isAgain && !isClosing(own, at);
  const points = isPlacing ? [...own.points, placed(own, at)] : own.points;
  return { ...own, points, press: { at, last: at, isPlacing } };
}

/** Whether a shape may have its next point on a plane: one that encloses an area stays on its own. */
function canGoOn({ kind, points, plane: own }: ShapeDraft, plane: CanvasPlane): boolean {
  if (!isFlatKind(kind)) return true;
  return isParallel(plane, normalOf(own)) && points.every((point) => isIn(plane, point));
}

function isFlatKind(kind: DrawnKind): boolean {
  return kind === 'box3d' || isFlat({ kind, isClosed: true });
}

/** The pen is dragged: the point that it placed comes along, or the next one is under it. */
export function dragShape(draft: ShapeDraft, points: readonly CanvasPoint[]): ShapeDraft {
  const { press, kind } = draft;
  const at = points.at(-1);
  if (press === null || at === undefined) return draft;
  const dragged = { ...draft, press: { ...press, last: at } };
  if (kind === 'freehand') return { ...dragged, points: withCurve(draft, points) };
  if (!press.isPlacing || isPair(draft)) return dragged;
  const before = { ...draft, points: draft.points.slice(0, -1) };
  return { ...dragged, points: [...before.points, placed(before, at)] };
}

function withCurve(draft: ShapeDraft, points: readonly CanvasPoint[]): PointLps[] {
  const curve = [...draft.points];
  for (const at of points) {
    const last = curve.at(-1);
    if (last !== undefined && distancePx(draft, last, at) < SPACING_PX) continue;
    curve.push(lpsAt(draft.plane, at));
  }
  return curve;
}

/** Whether dragging from the point placed last leads to the next one. */
function isPair({ kind, points }: ShapeDraft): boolean {
  const n = nPoints(kind);
  return n !== null && points.length % 2 === 1 && points.length < n;
}

/** Pen up: the next point lies here if the pen was dragged to it. */
export function releaseShape(draft: ShapeDraft): Released {
  const { press, kind, points } = draft;
  if (press === null) return { draft, figure: null };
  const { at, last } = press;
  const up = { ...draft, press: null };
  if (kind === 'freehand') return { draft: null, figure: freehand(up, last) };
  if (!press.isPlacing) return ended(up);
  const isDrag = Math.hypot(last.x - at.x, last.y - at.y) >= CLICK_PX;
  const next = isDrag && isPair(draft) ? { ...up, points: [...points, placed(up, last)] } : up;
  const n = nPoints(kind);
  if (n === null || next.points.length < n) return { draft: next, figure: null };
  const figure = figureOfDraft(next, next.plane, null);
  return { draft: null, figure: hasExtent(next, figure) ? figure : null };
}

/** Clicked again where the last point lies, or on the first one: that is all. */
function ended(draft: ShapeDraft): Released {
  const figure = finishedShape(draft);
  return { draft: figure === null ? draft : null, figure };
}

/** The user says that a shape with as many points as one likes is whole; null while it has too few. */
export function finishedShape(draft: ShapeDraft): Figure | null {
  const isOpenEnded = nPoints(draft.kind) === null && draft.kind !== 'freehand';
  if (!isOpenEnded || draft.points.length < leastPoints(draft.kind)) return null;
  return { kind: draft.kind, points: draft.points, isClosed: false };
}

/** Without its last point; null when none is left. */
export function withoutLastPoint(draft: ShapeDraft): ShapeDraft | null {
  const points = draft.points.slice(0, -1);
  return points.length === 0 ? null : { ...draft, points };
}

/** The shape as it would be with its next point under the pen on a plane. */
export function figureOfDraft(
  draft: ShapeDraft,
  plane: CanvasPlane,
  pen: CanvasPoint | null,
): Figure {
  const { kind, press } = draft;
  const n = nPoints(kind);
  const isOpen = kind !== 'freehand' && (n === null || draft.points.length < n);
  const isFollowing = isOpen && (press === null || !press.isPlacing || isPair(draft));
  const here = { ...draft, plane };
  const points = pen !== null && isFollowing ? [...draft.points, placed(here, pen)] : draft.points;
  const [first, second] = points;
  if (n !== null && points.length < n && !hasAxes(kind)) return partOf(kind, points);
  if (!hasAxes(kind)) return { kind, points, isClosed: false };
  if (first === undefined || second === undefined) return partOf(kind, points);
  return { kind, points: axesBetween(kind, draft.plane, first, second), isClosed: false };
}

/** What there is of a shape that lacks points: lines between those that are there. */
function partOf(kind: DrawnKind, points: readonly PointLps[]): Figure {
  if (points.length < 2) return { kind: 'point', points, isClosed: false };
  const isTwoLines = kind === 'cobb_angle' || kind === 'bidirectional';
  return {
    kind: isTwoLines ? 'line' : 'polyline',
    points: isTwoLines ? points.slice(0, 2) : points,
    isClosed: false,
  };
}

function placed({ kind, plane, points }: ShapeDraft, at: CanvasPoint): PointLps {
  const point = lpsAt(plane, at);
  const [a, b, from] = points;
  if (kind !== 'bidirectional' || a === undefined || b === undefined || from === undefined)
    return point;
  // The short axis runs at a right angle to the long one.
  const along = unit(minus(b.mm, a.mm));
  const off = dot(minus(point.mm, from.mm), along);
  return pointLps(minus(point.mm, scale(along, off)));
}

/** Centre and half axes of the upright box between two corners. */
function axesBetween(kind: AxisKind, plane: CanvasPlane, a: PointLps, b: PointLps): PointLps[] {
  const across = minus(b.mm, a.mm);
  const half = (direction: CanvasPlane['right']) =>
    scale(direction, Math.abs(dot(across, direction)) / 2);
  const [x, y] = [half(plane.right), half(plane.down)];
  const centre = plus(a.mm, scale(across, 0.5));
  // A box is as deep as its shorter side is long, until that is changed on another plane.
  const depth = Math.min(Math.hypot(...x), Math.hypot(...y));
  const deep = kind === 'box3d' ? [scale(normalOf(plane), depth)] : [];
  return [centre, ...[x, y, ...deep].map((axis) => plus(centre, axis))].map(pointLps);
}

/** Null where the pen was hardly moved. */
function freehand(draft: ShapeDraft, at: CanvasPoint): Figure | null {
  const { points, kind, plane } = draft;
  const px = pathLength(points) * plane.pxPerMm;
  if (points.length < 2 || px < CLOSE_PX) return null;
  return { kind, points, isClosed: px > 3 * CLOSE_PX && isNear(draft, points[0], at) };
}

/** Whether a click ends a closed curve: it comes back to its first point. */
function isClosing(draft: ShapeDraft, at: CanvasPoint): boolean {
  const isClosedKind = draft.kind === 'polygon' || draft.kind === 'spline';
  return isClosedKind && draft.points.length > 2 && isNear(draft, draft.points[0], at);
}

function isNear(draft: ShapeDraft, point: PointLps | undefined, at: CanvasPoint): boolean {
  return point !== undefined && distancePx(draft, point, at) <= CLOSE_PX;
}

function distancePx({ plane }: ShapeDraft, point: PointLps, at: CanvasPoint): number {
  const { x, y } = canvasOf(plane, point);
  return Math.hypot(x - at.x, y - at.y);
}

/** Whether all of its parts can be seen. */
function hasExtent(draft: ShapeDraft, figure: Figure): boolean {
  const { kind } = draft;
  const { points } = figure;
  const least = LEAST_PX / draft.plane.pxPerMm;
  const [a, b, c, d] = points;
  const isApart = (from?: PointLps, to?: PointLps) =>
    from !== undefined && to !== undefined && distanceMm(from, to) >= least;
  switch (kind) {
    case 'point':
      return true;
    case 'cobb_angle':
    case 'bidirectional':
      return isApart(a, b) && isApart(c, d);
    case 'angle':
      return isApart(a, b) && isApart(b, c);
    case 'ellipse':
    case 'rectangle':
    case 'plane':
    case 'box3d':
    case 'line':
    case 'arrow':
    case 'polyline':
    case 'polygon':
    case 'spline':
    case 'freehand':
      return points.slice(1).every((point) => isApart(a, point));
  }
}
