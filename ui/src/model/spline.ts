/**
 * Closed curves through points: centripetal Catmull-Rom, as the backend measures and fills them. Knots lie
 * apart as the square roots of the distances between points (Yuksel, Schaefer and Keyser 2011), so that
 * the curve has no loop between two of them.
 */

import { minus, plus, scale } from './affine';
import { pointLps, type PointLps, type Triple } from './space';

/** How far straight parts lie from the curve, mm. */
export const SPLINE_TOLERANCE_MM = 0.01;
/** Straight parts between two points at most. */
const MAX_PARTS = 256;

/** Corners of the polygon that stands for the curve. */
export function closedSpline(points: readonly PointLps[]): PointLps[] {
  return spansOf(points).flat();
}

/** The corners from each point on, up to the next one; none from a point on the one before it. */
export function spansOf(points: readonly PointLps[]): PointLps[][] {
  const kept = points.flatMap((point, n) =>
    points.length > 1 && isSame(point, points[n === 0 ? points.length - 1 : n - 1]) ? [] : [n],
  );
  const spans: PointLps[][] = points.map(() => []);
  kept.forEach((n, at) => {
    const [before, from, to, after] = [-1, 0, 1, 2].map((step) => {
      const near = kept[(at + step + kept.length) % kept.length];
      return near === undefined ? undefined : points[near]?.mm;
    });
    if (!before || !from || !to || !after) return;
    spans[n] = kept.length < 3 ? [pointLps(from)] : partsOf(bezierOf(before, from, to, after));
  });
  return spans;
}

/** From the first point to the last, where the curve goes on as if it came from their mirror images. */
export function openSpline(points: readonly PointLps[]): readonly PointLps[] {
  const kept = points.filter((point, n) => !isSame(point, points[n - 1]));
  const last = kept.at(-1);
  if (last === undefined || kept.length < 3) return kept;
  const beyond = (end: Triple, next: Triple) => minus(scale(end, 2), next);
  const spans = kept.slice(1).map(({ mm: to }, n) => {
    const from = kept[n]?.mm ?? to;
    const [before, after] = [kept[n - 1]?.mm, kept[n + 2]?.mm];
    return partsOf(bezierOf(before ?? beyond(from, to), from, to, after ?? beyond(to, from)));
  });
  return [...spans.flat(), last];
}

type Bezier = readonly [Triple, Triple, Triple, Triple];

/** The cubic between the second and the third of four points. */
function bezierOf(before: Triple, from: Triple, to: Triple, after: Triple): Bezier {
  const steps = [minus(from, before), minus(to, from), minus(after, to)] as const;
  const [first, middle, last] = [knotOf(steps[0]), knotOf(steps[1]), knotOf(steps[2])];
  const along = scale(steps[1], 1 / middle);
  const leaving = tangent(scale(steps[0], 1 / first), along, first, middle);
  const arriving = tangent(along, scale(steps[2], 1 / last), middle, last);
  const third = middle / 3;
  return [from, plus(from, scale(leaving, third)), minus(to, scale(arriving, third)), to];
}

/** How far apart two knots are. */
function knotOf(step: Triple): number {
  return Math.sqrt(Math.hypot(...step));
}

/** Of the parabola through three points at its middle one, for a knot more. */
function tangent(a: Triple, b: Triple, ofA: number, ofB: number): Triple {
  return scale(plus(scale(a, ofB), scale(b, ofA)), 1 / (ofA + ofB));
}

/** The chord over a part of 1/n of the parameter lies within `|B''| / 8n²` of a cubic. */
function partsOf([a, b, c, d]: Bezier): PointLps[] {
  const bends = [plus(minus(a, b), minus(c, b)), plus(minus(b, c), minus(d, c))];
  const bend = 6 * Math.max(...bends.map((by) => Math.hypot(...by)));
  const wanted = Math.ceil(Math.sqrt(bend / (8 * SPLINE_TOLERANCE_MM)));
  const n = Math.min(Math.max(wanted, 1), MAX_PARTS);
  return Array.from({ length: n }, (_, step) => {
    const [t, s] = [step / n, 1 - step / n];
    const terms = [
      scale(minus(b, a), 3 * s * s * t),
      scale(minus(c, a), 3 * s * t * t),
      scale(minus(d, a), t * t * t),
    ];
    return pointLps(terms.reduce(plus, a));
  });
}

function isSame(a: PointLps, b: PointLps | undefined): boolean {
  return b !== undefined && a.mm.every((mm, n) => mm === b.mm[n]);
}
