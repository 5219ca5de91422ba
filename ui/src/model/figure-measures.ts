/** What figures measure, from their points: told while they are drawn, before the backend measures. */

import { cross, dot, minus, plus, scale, unit } from './affine';
import type { Figure } from './figure';
import { axesOf, outlineOf } from './figure-curves';
import { distanceMm, type PointLps, type Triple } from './space';

/** In mm, mm², mm³ and degrees; what a kind does not have is absent. */
export interface FigureMeasures {
  readonly length?: number;
  readonly perimeter?: number;
  readonly area?: number;
  readonly angle?: number;
  readonly longAxis?: number;
  readonly shortAxis?: number;
  readonly volume?: number;
}

export function measuresOf(figure: Figure): FigureMeasures {
  const { kind, points } = figure;
  switch (kind) {
    case 'point':
    case 'plane':
    case 'slice':
    case 'image':
    case 'study':
      return {};
    case 'line':
    case 'arrow':
    case 'polyline':
      return { length: pathLength(points) };
    case 'freehand':
      return figure.isClosed ? ofOutline(points) : { length: pathLength(points) };
    case 'polygon':
    case 'spline':
      return ofOutline(outlineOf(figure));
    case 'angle': {
      const [a, vertex, b] = points;
      return a === undefined || vertex === undefined || b === undefined
        ? {}
        : { angle: angleBetween(minus(a.mm, vertex.mm), minus(b.mm, vertex.mm)) };
    }
    case 'cobb_angle': {
      const [a, b, c, d] = points;
      if (a === undefined || b === undefined || c === undefined || d === undefined) return {};
      // Each line is drawn from either side: ends that lie nearer to each other are on the same one.
      const isCrossed = distanceMm(a, d) + distanceMm(b, c) < distanceMm(a, c) + distanceMm(b, d);
      const second = minus(d.mm, c.mm);
      return { angle: angleBetween(minus(b.mm, a.mm), isCrossed ? scale(second, -1) : second) };
    }
    case 'bidirectional':
      return ofAxes([pathLength(points.slice(0, 2)), pathLength(points.slice(2))]);
    case 'ellipse': {
      const [a, b] = halfLengths(figure);
      return {
        perimeter: ellipsePerimeter(a, b),
        area: Math.PI * a * b,
        ...ofAxes([2 * a, 2 * b]),
      };
    }
    case 'rectangle': {
      const [a, b] = halfLengths(figure);
      return { perimeter: 4 * (a + b), area: 4 * a * b, ...ofAxes([2 * a, 2 * b]) };
    }
    case 'box3d': {
      const sides = axesOf(figure).half.map((half) => 2 * Math.hypot(...half));
      return { volume: sides.reduce((product, side) => product * side, 1), ...ofAxes(sides) };
    }
  }
}

function halfLengths(figure: Figure): readonly [number, number] {
  const [a = 0, b = 0] = axesOf(figure).half.map((half) => Math.hypot(...half));
  return [a, b];
}

function ofAxes(lengths: readonly number[]): FigureMeasures {
  return { longAxis: Math.max(...lengths), shortAxis: Math.min(...lengths) };
}

function ofOutline(points: readonly PointLps[]): FigureMeasures {
  const perimeter = pathLength([...points, ...points.slice(0, 1)]);
  return { perimeter, area: polygonArea(points) };
}

export function pathLength(points: readonly PointLps[]): number {
  return points.slice(1).reduce((sum, point, n) => sum + distanceMm(points[n] ?? point, point), 0);
}

/** Newell's formula: half the length of the sum of the edges' cross products. */
function polygonArea([first, ...rest]: readonly PointLps[]): number {
  if (first === undefined) return 0;
  const arms = rest.map(({ mm }) => minus(mm, first.mm));
  const triangles = arms.slice(1).map((arm, n) => cross(arms[n] ?? arm, arm));
  return Math.hypot(...triangles.reduce(plus, [0, 0, 0])) / 2;
}

/** Degrees; of arms without length 0. */
function angleBetween(a: Triple, b: Triple): number {
  if (Math.hypot(...a) === 0 || Math.hypot(...b) === 0) return 0;
  const [u, v] = [unit(a), unit(b)];
  return (Math.atan2(Math.hypot(...cross(u, v)), dot(u, v)) * 180) / Math.PI;
}

/** Gauss's arithmetic-geometric mean (Abramowitz and Stegun 17.6). */
function ellipsePerimeter(a: number, b: number): number {
  let [x, y] = [Math.max(a, b), Math.min(a, b)];
  if (y <= 0) return 4 * x;
  let [sum, weight] = [(x * x + y * y) / 2, 1];
  while (x - y > Number.EPSILON * x * 4) {
    const half = (x - y) / 2;
    [x, y] = [(x + y) / 2, Math.sqrt(x * y)];
    sum -= weight * half * half;
    weight *= 2;
  }
  return (2 * Math.PI * sum) / x;
}
