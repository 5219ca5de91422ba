import { describe, expect, it } from 'vitest';
import { canvasPointOf, type Camera } from '../../engine/space/camera';
import { canvasPoint, type Triple } from '../../model/space';
import { canvasFromLps, middleOf, slabAt } from './scissors';

const CAMERA: Camera = { target: [10, -20, 30], yaw: 0.7, pitch: -0.4, mmPerPx: 0.35 };
const CANVAS = { width: 640, height: 360 };

describe('what scissors send of a camera', () => {
  it('puts points where they are drawn', () => {
    const points: Triple[] = [
      [10, -20, 30],
      [0, 0, 0],
      [-31.5, 12.25, 88],
    ];
    for (const point of points) {
      const homogeneous = canvasFromLps(CAMERA, CANVAS).map(
        ([a = 0, b = 0, c = 0, d = 0]) => a * point[0] + b * point[1] + c * point[2] + d,
      );
      const { x, y } = canvasPointOf(CAMERA, CANVAS, point);
      const [seenX = 0, seenY = 0, w] = homogeneous;
      expect(w).toBe(1);
      expect(seenX).toBeCloseTo(x, 9);
      expect(seenY).toBeCloseTo(y, 9);
    }
  });

  it('limits the depth along the way that it looks', () => {
    // From in front the camera looks along +y, which is posterior.
    const ahead = { ...CAMERA, yaw: 0, pitch: 0 };
    const { plane, mm } = slabAt(ahead, [1, 2, 3], 5);
    expect(plane.point).toEqual([1, 2, 3]);
    expect(mm).toBe(5);
    expect(plane.normal.map((x) => Math.abs(Math.round(x)))).toEqual([0, 1, 0]);
  });
});

it('is the middle of the corners that looks for a surface', () => {
  const corners = [canvasPoint(0, 0), canvasPoint(30, 0), canvasPoint(30, 12), canvasPoint(0, 12)];
  expect(middleOf(corners)).toEqual(canvasPoint(15, 6));
});
