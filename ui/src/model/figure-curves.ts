/** The lines that a figure is drawn with, in the patient. */

import { minus, plus, scale } from './affine';
import { hasAxes, type Figure } from './figure';
import { pointLps, type PointLps, type Triple } from './space';
import { closedSpline } from './spline';

export interface Curve {
  readonly points: readonly PointLps[];
  readonly isClosed: boolean;
}

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
    case 'slice':
    case 'image':
    case 'study':
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
