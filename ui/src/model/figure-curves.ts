/** The lines that a figure is drawn with, in the patient. */

import { minus, plus, scale } from './affine';
import { hasAxes, type Figure } from './figure';
import { pointLps, type PointLps, type Triple } from './space';

export interface Curve {
  readonly points: readonly PointLps[];
  readonly isClosed: boolean;
}

/** Straight parts of a spline to each of its points, as the backend measures it. */
const SPLINE_STEPS = 32;
const ELLIPSE_CORNERS = 96;

/** Corners of a rectangle in the order that they are joined. */
export const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;

export function curvesOf(figure: Figure): Curve[] {
  const { kind, points } = figure;
  switch (kind) {
    case 'point':
      return [];
    case 'line':
    case 'arrow':
    case 'polyline':
    case 'angle':
      return [{ points, isClosed: false }];
    case 'freehand':
      return [{ points, isClosed: figure.isClosed }];
    case 'cobb_angle':
    case 'bidirectional':
      return [points.slice(0, 2), points.slice(2)].map((ends) => ({
        points: ends,
        isClosed: false,
      }));
    case 'polygon':
    case 'spline':
    case 'ellipse':
    case 'rectangle':
    case 'plane':
      return [{ points: outlineOf(figure), isClosed: true }];
    case 'box3d':
      return boxEdges(figure);
  }
}

/** Corners of a closed flat figure; those of a polygon for others. */
export function outlineOf(figure: Figure): readonly PointLps[] {
  const { kind, points } = figure;
  if (kind === 'spline') return closedSpline(points);
  if (!hasAxes(kind)) return points;
  const { centre, half } = axesOf(figure);
  const [a = ZERO, b = ZERO] = half;
  const at = (x: number, y: number) => pointLps(plus(centre, plus(scale(a, x), scale(b, y))));
  if (kind !== 'ellipse') return CORNERS.map(([x, y]) => at(x, y));
  return Array.from({ length: ELLIPSE_CORNERS }, (_, n) => {
    const turn = (2 * Math.PI * n) / ELLIPSE_CORNERS;
    return at(Math.cos(turn), Math.sin(turn));
  });
}

const ZERO: Triple = [0, 0, 0];

/** Centre and half axes of a figure that has them. */
export function axesOf({ points: [first, ...ends] }: Figure): {
  readonly centre: Triple;
  readonly half: readonly Triple[];
} {
  const centre = first?.mm ?? ZERO;
  return { centre, half: ends.map(({ mm }) => minus(mm, centre)) };
}

function boxEdges(figure: Figure): Curve[] {
  const { centre, half } = axesOf(figure);
  return [0, 1, 2].flatMap((along) =>
    CORNERS.map((signs) => {
      const others = half.filter((_, axis) => axis !== along);
      const side = others.reduce((sum, axis, n) => plus(sum, scale(axis, signs[n] ?? 0)), centre);
      const edge = half[along] ?? ZERO;
      const points = [pointLps(minus(side, edge)), pointLps(plus(side, edge))];
      return { points, isClosed: false };
    }),
  );
}

/** Uniform Catmull-Rom through the points and back to the first. */
function closedSpline(points: readonly PointLps[]): PointLps[] {
  const n = points.length;
  return points.flatMap((_, at) =>
    splinePiece([n - 1, 0, 1, 2].map((step) => points[(at + step) % n])),
  );
}

/** The same from the first point to the last, which count twice. */
export function openSpline(points: readonly PointLps[]): readonly PointLps[] {
  const [last] = points.slice(-1);
  if (last === undefined || points.length < 3) return points;
  const pieces = points.slice(1).flatMap((to, n) => {
    const from = points[n];
    return splinePiece([points[n - 1] ?? from, from, to, points[n + 2] ?? to]);
  });
  return [...pieces, last];
}

/** From the second of four points up to the third. */
function splinePiece(near: readonly (PointLps | undefined)[]): PointLps[] {
  return Array.from({ length: SPLINE_STEPS }, (_, step) => {
    const weights = catmullRom(step / SPLINE_STEPS);
    const terms = near.map((point, k) => scale(point?.mm ?? ZERO, weights[k] ?? 0));
    return pointLps(terms.reduce(plus, ZERO));
  });
}

function catmullRom(t: number): readonly number[] {
  const [t2, t3] = [t * t, t * t * t];
  return [
    (-t + 2 * t2 - t3) / 2,
    (2 - 5 * t2 + 3 * t3) / 2,
    (t + 4 * t2 - 3 * t3) / 2,
    (t3 - t2) / 2,
  ];
}
