import { describe, expect, it } from 'vitest';
import { pointLps, type PointLps } from './space';
import { closedSpline, spansOf, SPLINE_TOLERANCE_MM } from './spline';

const points = (...corners: readonly (readonly [number, number])[]): PointLps[] =>
  corners.map(([x, y]) => pointLps([x, y, 5]));

const UNEVEN = points([0, 0], [30, 0], [34, 6], [20, 25], [4, 18]);

/**
 * Halfway between knots: tangents by scipy.interpolate.KroghInterpolator through three points each, cubics
 * by CubicHermiteSpline; area and perimeter of the whole curve by scipy.integrate.quad.
 */
const HALFWAY = points(
  [14.372459895725, -2.635213755398],
  [32.962703687799, 2.552911653119],
  [29.018659513945, 16.66781420682],
  [11.48229876295, 23.497817014276],
  [-0.29980282007, 8.695846602777],
);
const AREA = 742.3183402609043;
const PERIMETER = 100.28083368225904;

/** How far a point lies from a closed path. */
function distance(path: readonly PointLps[], { mm: [x, y] }: PointLps): number {
  const off = path.map(({ mm: [ax, ay] }, n) => {
    const [bx, by] = path[(n + 1) % path.length]?.mm ?? [ax, ay];
    const [dx, dy] = [bx - ax, by - ay];
    const share = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
    const kept = Math.min(Math.max(share, 0), 1);
    return Math.hypot(ax + kept * dx - x, ay + kept * dy - y);
  });
  return Math.min(...off);
}

function areaOf(path: readonly PointLps[]): number {
  const twice = path.reduce((sum, { mm: [ax, ay] }, n) => {
    const [bx, by] = path[(n + 1) % path.length]?.mm ?? [ax, ay];
    return sum + ax * by - bx * ay;
  }, 0);
  return twice / 2;
}

describe('a closed spline', () => {
  it('passes through its points', () => {
    expect(closedSpline(UNEVEN)).toEqual(expect.arrayContaining([...UNEVEN]));
  });

  it('lies where SciPy has it, within the tolerance', () => {
    const curve = closedSpline(UNEVEN);
    for (const point of HALFWAY) {
      expect(distance(curve, point)).toBeLessThanOrEqual(SPLINE_TOLERANCE_MM);
    }
    expect(Math.abs(areaOf(curve) - AREA)).toBeLessThan(PERIMETER * SPLINE_TOLERANCE_MM);
  });

  it('tells which corners follow which point', () => {
    const spans = spansOf(UNEVEN);
    expect(spans.map(([first]) => first)).toEqual(UNEVEN);
    expect(spans.flat()).toEqual(closedSpline(UNEVEN));
  });

  it('counts points on each other once', () => {
    const [a, b, c, d, e] = UNEVEN;
    if (!a || !b || !c || !d || !e) throw new Error('five points');
    const doubled = [a, b, b, c, d, e, a];
    expect(closedSpline(doubled).length).toBe(closedSpline(UNEVEN).length);
    expect(areaOf(closedSpline(doubled))).toBeCloseTo(areaOf(closedSpline(UNEVEN)), 9);
    expect(closedSpline([a, b])).toEqual([a, b]);
    expect(closedSpline([a])).toEqual([a]);
    expect(closedSpline([])).toEqual([]);
  });
});
