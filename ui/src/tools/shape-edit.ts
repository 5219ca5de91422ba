/** Changing a shape by its handles: which there are on a plane, and what dragging one makes of it. */

import { cross, dot, minus, plus, scale, unit } from '../model/affine';
import {
  canvasOf,
  depthOf,
  isOnSlice,
  isParallel,
  lpsAt,
  normalOf,
  type CanvasPlane,
} from '../model/canvas-plane';
import { hasAxes, hasVertices, isFlat, leastPoints, type Figure } from '../model/figure';
import { axesOf, CORNERS } from '../model/figure-curves';
import { pathLength } from '../model/figure-measures';
import {
  canvasPoint,
  pointLps,
  type CanvasPoint,
  type PointLps,
  type Triple,
} from '../model/space';

/** What is held of a shape. */
export type Grip =
  | { readonly kind: 'whole' }
  /** A point of the figure. */
  | { readonly kind: 'point'; readonly n: number }
  /** A side: the end of a half axis, or the one opposite to it. */
  | { readonly kind: 'side'; readonly axis: number; readonly sign: 1 | -1 }
  | { readonly kind: 'corner'; readonly signs: readonly [1 | -1, 1 | -1] }
  /** Turns it about the direction of view. */
  | { readonly kind: 'turn' };

export interface Handle {
  readonly grip: Grip;
  readonly at: CanvasPoint;
}

/** The handle that turns a shape stands off by this, CSS px. */
const TURN_PX = 20;
/** How far from the middle a pen would be that turns a shape by keys. */
const ARM_PX = 100;
/** Points nearer to each other on average have no handles until they are looked at closer, CSS px. */
const CROWDED_PX = 8;
/** A half axis that leans against the plane by more has no handle on it (cosine). */
const ACROSS = 0.7;
/** No half axis is dragged shorter than this, CSS px. */
const LEAST_HALF_PX = 1;

/** Whether a shape can be changed on a plane: one that encloses an area only on its own. */
export function isChangeable(figure: Figure, plane: CanvasPlane): boolean {
  if (!isFlat(figure)) return true;
  const isIn = (point: PointLps) => isOnSlice(plane, depthOf(plane, point));
  const normal = acrossAll(figure.points);
  return figure.points.every(isIn) && (normal === null || isParallel(plane, normal));
}

/** A direction across all points; null where they lie on one line. */
function acrossAll([first, ...rest]: readonly PointLps[]): Triple | null {
  if (first === undefined) return null;
  const [a, ...others] = rest.map(({ mm }) => minus(mm, first.mm));
  const normals = others.map((arm) => cross(a ?? arm, arm));
  const longest = normals.reduce<Triple>(
    (best, next) => (Math.hypot(...next) > Math.hypot(...best) ? next : best),
    [0, 0, 0],
  );
  return Math.hypot(...longest) === 0 ? null : longest;
}

/** The handles of a shape on a plane, the first one on top. */
export function handlesOf(figure: Figure, plane: CanvasPlane): Handle[] {
  if (!isChangeable(figure, plane)) return [];
  if (hasAxes(figure.kind)) return axisHandles(figure, plane);
  if (figure.kind === 'freehand') return [];
  const isCrowded = pathLength(figure.points) * plane.pxPerMm < CROWDED_PX * figure.points.length;
  if (isCrowded && hasVertices(figure.kind)) return [];
  return figure.points.flatMap((point, n) =>
    isOnSlice(plane, depthOf(plane, point))
      ? [{ grip: { kind: 'point', n }, at: canvasOf(plane, point) } as const]
      : [],
  );
}

/** After the last one comes the shape as a whole, and then the first. */
export function nextGrip(grips: readonly Grip[], held: Grip | null, by: 1 | -1): Grip | null {
  const all = [null, ...grips.filter(({ kind }) => kind !== 'whole')];
  const at = all.findIndex((grip) => JSON.stringify(grip) === JSON.stringify(held));
  return all[(Math.max(at, 0) + by + all.length) % all.length] ?? null;
}

function axisHandles(figure: Figure, plane: CanvasPlane): Handle[] {
  const { centre, half } = axesOf(figure);
  const normal = normalOf(plane);
  const depth = depthOf(plane, pointLps(centre));
  const reach = half.reduce((sum, axis) => sum + Math.abs(dot(axis, normal)), 0);
  // A box has handles wherever the plane cuts it.
  if (Math.abs(depth) > reach + plane.sliceMm / 2) return [];
  const on = (mm: Triple) => canvasOf(plane, pointLps(mm));
  const sides = half.flatMap((axis, n) =>
    Math.abs(dot(axis, normal)) > ACROSS * Math.hypot(...axis)
      ? []
      : ([1, -1] as const).map((sign) => ({
          grip: { kind: 'side', axis: n, sign } as const,
          at: on(plus(centre, scale(axis, sign))),
        })),
  );
  const [a, b] = half;
  const hasCorners = figure.kind === 'rectangle' || figure.kind === 'plane';
  const corners =
    a === undefined || b === undefined || !hasCorners
      ? []
      : CORNERS.map((signs) => ({
          grip: { kind: 'corner', signs } as const,
          at: on(plus(centre, plus(scale(a, signs[0]), scale(b, signs[1])))),
        }));
  const turn = turnHandle(on(centre), sides);
  const middle = { grip: { kind: 'whole' } as const, at: on(centre) };
  return [...corners, ...sides, ...(turn === null ? [] : [turn]), middle];
}

/** Off the side that lies highest on the screen. */
function turnHandle(centre: CanvasPoint, sides: readonly Handle[]): Handle | null {
  const [top] = [...sides].sort((a, b) => a.at.y - b.at.y);
  if (top === undefined) return null;
  const [dx, dy] = [top.at.x - centre.x, top.at.y - centre.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return null;
  const far = 1 + TURN_PX / length;
  return { grip: { kind: 'turn' }, at: canvasPoint(centre.x + dx * far, centre.y + dy * far) };
}

/** The shape with what is held moved on a plane, from one place to another. */
export function moved(
  figure: Figure,
  grip: Grip,
  plane: CanvasPlane,
  from: CanvasPoint,
  to: CanvasPoint,
): Figure {
  const by = minus(lpsAt(plane, to).mm, lpsAt(plane, from).mm);
  switch (grip.kind) {
    case 'whole':
      return { ...figure, points: figure.points.map(({ mm }) => pointLps(plus(mm, by))) };
    case 'point':
      return figure.kind === 'bidirectional'
        ? { ...figure, points: bidirectional(figure.points, grip.n, by) }
        : { ...figure, points: shifted(figure.points, grip.n, by) };
    case 'side':
      return withHalves(figure, plane, by, new Map([[grip.axis, grip.sign]]));
    case 'corner':
      return withHalves(figure, plane, by, new Map(grip.signs.map((sign, axis) => [axis, sign])));
    case 'turn':
      return turned(figure, plane, from, to);
  }
}

function shifted(points: readonly PointLps[], n: number, by: Triple): PointLps[] {
  return points.map((point, at) => (at === n ? pointLps(plus(point.mm, by)) : point));
}

/** Sides go with the pen along their axes; those opposite stay. */
function withHalves(
  figure: Figure,
  plane: CanvasPlane,
  by: Triple,
  signs: ReadonlyMap<number, 1 | -1>,
): Figure {
  const { centre, half } = axesOf(figure);
  let middle = centre;
  const halves = half.map((axis, n) => {
    const sign = signs.get(n);
    if (sign === undefined) return axis;
    const [length, along] = [Math.hypot(...axis), unit(axis)];
    const grown = length + (sign * dot(by, along)) / 2;
    const next = Math.max(grown, LEAST_HALF_PX / plane.pxPerMm);
    middle = plus(middle, scale(along, sign * (next - length)));
    return scale(along, next);
  });
  return { ...figure, points: [middle, ...halves.map((axis) => plus(middle, axis))].map(pointLps) };
}

/** Turned about its middle by degrees, clockwise on the canvas. */
export function turnedBy(figure: Figure, plane: CanvasPlane, degrees: number): Figure {
  const { x, y } = canvasOf(plane, pointLps(axesOf(figure).centre));
  const angle = (degrees * Math.PI) / 180;
  const to = canvasPoint(x + ARM_PX * Math.cos(angle), y + ARM_PX * Math.sin(angle));
  return turned(figure, plane, canvasPoint(x + ARM_PX, y), to);
}

function turned(figure: Figure, plane: CanvasPlane, from: CanvasPoint, to: CanvasPoint): Figure {
  const { centre, half } = axesOf(figure);
  const { x, y } = canvasOf(plane, pointLps(centre));
  const angle = Math.atan2(to.y - y, to.x - x) - Math.atan2(from.y - y, from.x - x);
  const normal = normalOf(plane);
  // Rodrigues: what lies along the normal stays.
  const turn = (axis: Triple): Triple => {
    const along = scale(normal, dot(axis, normal));
    const across = minus(axis, along);
    const side = cross(normal, axis);
    return plus(along, plus(scale(across, Math.cos(angle)), scale(side, Math.sin(angle))));
  };
  const ends = half.map((axis) => plus(centre, turn(axis)));
  return { ...figure, points: [centre, ...ends].map(pointLps) };
}

/**
 * The axes stay at a right angle: the short one turns with the long one, and slides along it when one
 * of its own ends is moved.
 */
function bidirectional(points: readonly PointLps[], n: number, by: Triple): readonly PointLps[] {
  const [a, b, c, d] = points;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return points;
  const long = minus(b.mm, a.mm);
  const across = unit(minus(d.mm, c.mm));
  const normal = cross(unit(long), across);
  const share = dot(minus(c.mm, a.mm), long) / dot(long, long);
  const heights = [c, d].map(({ mm }) => dot(minus(mm, a.mm), across));
  if (n < 2) {
    const [from, to] = shifted([a, b], n, by);
    if (from === undefined || to === undefined) return points;
    return [from, to, ...shortAxis(from, to, normal, share, heights)];
  }
  const slid = share + dot(by, long) / dot(long, long);
  const raised = heights.map((height, at) => (at === n - 2 ? height + dot(by, across) : height));
  return [a, b, ...shortAxis(a, b, normal, Math.min(Math.max(slid, 0), 1), raised)];
}

function shortAxis(
  from: PointLps,
  to: PointLps,
  normal: Triple,
  share: number,
  heights: readonly number[],
): PointLps[] {
  const long = minus(to.mm, from.mm);
  if (Math.hypot(...long) === 0) return heights.map(() => from);
  const across = cross(normal, unit(long));
  const foot = plus(from.mm, scale(long, share));
  return heights.map((height) => pointLps(plus(foot, scale(across, height))));
}

/** The longer axis first. */
export function settled(figure: Figure): Figure {
  const [a, b, c, d] = figure.points;
  if (figure.kind !== 'bidirectional' || !a || !b || !c || !d) return figure;
  const length = (from: PointLps, to: PointLps) => Math.hypot(...minus(to.mm, from.mm));
  return length(c, d) > length(a, b) ? { ...figure, points: [c, d, a, b] } : figure;
}

/** With a point more, after the `n`th. */
export function withVertex(figure: Figure, n: number, point: PointLps): Figure {
  const { points } = figure;
  return { ...figure, points: [...points.slice(0, n + 1), point, ...points.slice(n + 1)] };
}

/** With a point less; null where it could not be missed. */
export function withoutVertex(figure: Figure, n: number): Figure | null {
  const { kind, points } = figure;
  if (!hasVertices(kind) || points.length <= leastPoints(kind)) return null;
  return { ...figure, points: points.filter((_, at) => at !== n) };
}
