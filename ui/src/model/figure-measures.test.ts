import { describe, expect, it } from 'vitest';
import { measuresOf } from './figure-measures';
import { figure } from './testing-figures';

const near = (value: number | undefined, expected: number, digits = 9) =>
  expect(value).toBeCloseTo(expected, digits);

describe('measures of a figure', () => {
  it('has the length of a line in space, and of all parts of a polyline', () => {
    near(measuresOf(figure('line', [1, 2, 3], [3, 5, 9])).length, 7);
    near(measuresOf(figure('polyline', [0, 0, 0], [3, 4, 0], [3, 4, 12])).length, 17);
  });

  it('has the angle at the corner, up to a straight one', () => {
    near(measuresOf(figure('angle', [5, 0, 0], [0, 0, 0], [0, 0, 2])).angle, 90);
    near(measuresOf(figure('angle', [1, 0, 0], [0, 0, 0], [-1, Math.sqrt(3), 0])).angle, 120);
    near(measuresOf(figure('angle', [1, 0, 0], [0, 0, 0], [-3, 0, 0])).angle, 180);
  });

  it('has the same Cobb angle whichever end of a line was drawn first', () => {
    const tilted = [10, 10 * Math.tan(Math.PI / 6)] as const;
    const upper = [
      [0, 0, 0],
      [10, 0, 0],
    ] as const;
    const lower = [
      [0, 20, 0],
      [tilted[0], 20 + tilted[1], 0],
    ] as const;
    near(measuresOf(figure('cobb_angle', ...upper, ...lower)).angle, 30);
    near(measuresOf(figure('cobb_angle', ...upper, lower[1], lower[0])).angle, 30);
  });

  it('has the area of an ellipse, and its perimeter to the last digits', () => {
    const ellipse = measuresOf(figure('ellipse', [0, 0, 0], [0, 3, 4], [0, -1.6, 1.2]));
    near(ellipse.area, Math.PI * 5 * 2);
    near(ellipse.longAxis, 10);
    near(ellipse.shortAxis, 4);
    // 4 a E(1 - b²/a²) by scipy.special.ellipe: a = 5, b = 2.
    near(ellipse.perimeter, 23.013112595664843);
    near(measuresOf(figure('ellipse', [0, 0, 0], [1, 0, 0], [0, 1, 0])).perimeter, 2 * Math.PI);
  });

  it('has the sides of a rectangle and of a box', () => {
    const turned = figure('rectangle', [7, 7, 7], [10, 11, 7], [3, 10, 7]);
    expect(measuresOf(turned)).toMatchObject({ area: 100, perimeter: 40 });
    const box = figure('box3d', [0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]);
    expect(measuresOf(box)).toEqual({ volume: 48, longAxis: 6, shortAxis: 2 });
  });

  it('has the area of a polygon on any plane, with inlets', () => {
    // An L of three unit squares, put up on its edge.
    const corners = [
      [0, 0],
      [2, 0],
      [2, 1],
      [1, 1],
      [1, 2],
      [0, 2],
    ] as const;
    const standing = corners.map(([x, y]) => [0.6 * x, 0.8 * x, y] as const);
    const measures = measuresOf(figure('polygon', ...standing));
    near(measures.area, 3);
    near(measures.perimeter, 8);
  });

  it('has nearly the area of the circle that a spline follows', () => {
    const n = 24;
    const around = Array.from({ length: n }, (_, k) => {
      const turn = (2 * Math.PI * k) / n;
      return [10 * Math.cos(turn), 10 * Math.sin(turn), 5] as const;
    });
    const { area, perimeter } = measuresOf(figure('spline', ...around));
    near(area, Math.PI * 100, 0);
    near(perimeter, Math.PI * 20, 1);
  });

  it('has both axes of a bidirectional measurement', () => {
    const recist = figure('bidirectional', [0, 0, 0], [8, 6, 0], [4, 3, 0], [1, 7, 0]);
    expect(measuresOf(recist)).toEqual({ longAxis: 10, shortAxis: 5 });
  });

  it('has the length of a freehand curve until that is closed', () => {
    const open = figure('freehand', [0, 0, 0], [2, 0, 0], [2, 2, 0], [0, 2, 0]);
    expect(measuresOf(open)).toEqual({ length: 6 });
    expect(measuresOf({ ...open, isClosed: true })).toEqual({ perimeter: 8, area: 4 });
  });
});
