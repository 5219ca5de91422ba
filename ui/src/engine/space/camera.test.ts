import { expect, it } from 'vitest';
import { canvasPoint, type Triple } from '../../model/space';
import {
  axesOf,
  canvasPointOf,
  clipFromLps,
  firstCamera,
  lpsAt,
  panned,
  turned,
  zoomed,
  type Camera,
} from './camera';

const CANVAS = { width: 400, height: 300 };
const FRONT: Camera = { target: [10, 20, 30], yaw: 0, pitch: 0, mmPerPx: 0.5 };

function near(found: readonly number[], expected: readonly number[]): void {
  found.forEach((x, n) => expect(x).toBeCloseTo(expected[n] ?? Number.NaN, 6));
}

it('from in front the patient’s left is on the right, and the head is up', () => {
  const { right, up, toward } = axesOf(FRONT);
  near(right, [1, 0, 0]);
  near(up, [0, 0, 1]);
  near(toward, [0, -1, 0]);
});

it('a drag to the right shows more of the patient’s right side', () => {
  const { toward } = axesOf(turned(FRONT, 200, 0));
  near(toward, [-1, 0, 0]);
  near(axesOf(turned(FRONT, 0, 1000)).toward, [0, 0, 1]);
});

it('a point and its place on the canvas belong together, from any side', () => {
  const camera = turned(panned(FRONT, 13, -7), 55, 31);
  const point: Triple = [3, 44, -12];
  const at = canvasPointOf(camera, CANVAS, point);
  const m = clipFromLps(camera, CANVAS, 250);
  const clip = [0, 1, 2].map((r) =>
    [...point, 1].reduce((sum, x, c) => sum + x * (m[4 * c + r] ?? Number.NaN), 0),
  );
  expect(((clip[0] ?? 0) + 1) * 200).toBeCloseTo(at.x, 4);
  expect((1 - (clip[1] ?? 0)) * 150).toBeCloseTo(at.y, 4);
  const back = lpsAt(camera, CANVAS, at, clip[2] ?? 0, 250);
  back.forEach((x, n) => expect(x).toBeCloseTo(point[n] ?? Number.NaN, 3));
});

it('what is under the pen stays there while zooming', () => {
  const at = canvasPoint(320, 40);
  const under = lpsAt(FRONT, CANVAS, at, 0, 100);
  const nearer = zoomed(FRONT, 3, at, CANVAS);
  expect(nearer.mmPerPx).toBeCloseTo(0.5 / 3);
  near(lpsAt(nearer, CANVAS, at, 0, 100), under);
});

it('begins with all of what there is', () => {
  const ball = { centre: [0, 0, 0] as const, radiusMm: 100 };
  const camera = firstCamera(ball, CANVAS);
  expect(camera.mmPerPx * CANVAS.height).toBeGreaterThan(200);
});
