/** How a space is looked at: in parallel projection, patient's head up as far as possible. */

import { dot, minus, plus, scale } from '../../model/affine';
import type { CanvasPoint, Triple } from '../../model/space';
import type { CanvasSize } from '../../model/view';

export interface Camera {
  /** What is in the middle of the canvas, LPS mm. */
  readonly target: Triple;
  /** About the patient's long axis, in radians; 0 looks from in front. */
  readonly yaw: number;
  /** Upward, in radians, from -π/2 to π/2. */
  readonly pitch: number;
  readonly mmPerPx: number;
}

/** Unit vectors in LPS: to the right and up on the canvas, and toward the viewer. */
export interface CameraAxes {
  readonly right: Triple;
  readonly up: Triple;
  readonly toward: Triple;
}

/** A ball, LPS mm. */
export interface Ball {
  readonly centre: Triple;
  readonly radiusMm: number;
}

/** A drag over the width of a hand's breadth of pixels turns by half. */
const RADIANS_PER_PX = Math.PI / 400;
/** Room around what is fitted. */
const FIT = 1.05;
const LEAST_MM_PER_PX = 1e-3;
const MOST_MM_PER_PX = 50;

/** Looks from in front, a little from the left and above, at all of a ball. */
export function firstCamera({ centre, radiusMm }: Ball, canvas: CanvasSize): Camera {
  const side = Math.max(1, Math.min(canvas.width, canvas.height));
  return { target: centre, yaw: 0.45, pitch: 0.3, mmPerPx: (2 * FIT * radiusMm) / side };
}

export function axesOf({ yaw, pitch }: Camera): CameraAxes {
  const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
  return {
    right: [cy, sy, 0],
    up: [-sp * sy, sp * cy, cp],
    toward: [cp * sy, -cp * cy, sp],
  };
}

/** What lies under the pen turns with it. */
export function turned(camera: Camera, dx: number, dy: number): Camera {
  const pitch = camera.pitch + dy * RADIANS_PER_PX;
  return {
    ...camera,
    yaw: camera.yaw - dx * RADIANS_PER_PX,
    pitch: Math.min(Math.PI / 2, Math.max(-Math.PI / 2, pitch)),
  };
}

/** What lies under the pen moves with it. */
export function panned(camera: Camera, dx: number, dy: number): Camera {
  const { right, up } = axesOf(camera);
  const { mmPerPx } = camera;
  const target = plus(camera.target, plus(scale(right, -dx * mmPerPx), scale(up, dy * mmPerPx)));
  return { ...camera, target };
}

/** Nearer by a factor; what is at a point of the canvas stays there. */
export function zoomed(
  camera: Camera,
  factor: number,
  at: CanvasPoint,
  canvas: CanvasSize,
): Camera {
  const wanted = camera.mmPerPx / factor;
  const mmPerPx = Math.min(MOST_MM_PER_PX, Math.max(LEAST_MM_PER_PX, wanted));
  const [x, y] = [at.x - canvas.width / 2, at.y - canvas.height / 2];
  const share = mmPerPx / camera.mmPerPx;
  const moved = panned({ ...camera, mmPerPx: camera.mmPerPx }, -x * (1 - share), -y * (1 - share));
  return { ...moved, mmPerPx };
}

/** 4x4 by columns: depth -1 is `depthMm` nearer than the target, 1 as far beyond it. */
export function clipFromLps(camera: Camera, canvas: CanvasSize, depthMm: number): Float32Array {
  const { right, up, toward } = axesOf(camera);
  const rows = [
    scale(right, 2 / (camera.mmPerPx * canvas.width)),
    scale(up, 2 / (camera.mmPerPx * canvas.height)),
    scale(toward, -1 / depthMm),
  ];
  const matrix = new Float32Array(16);
  rows.forEach((row, r) => {
    row.forEach((x, c) => (matrix[4 * c + r] = x));
    matrix[12 + r] = -dot(row, camera.target);
  });
  matrix[15] = 1;
  return matrix;
}

/** The point at a depth, -1 to 1, under a point of the canvas. */
export function lpsAt(
  camera: Camera,
  canvas: CanvasSize,
  at: CanvasPoint,
  depth: number,
  depthMm: number,
): Triple {
  const { right, up, toward } = axesOf(camera);
  const [x, y] = [at.x - canvas.width / 2, canvas.height / 2 - at.y];
  const inPlane = plus(scale(right, x * camera.mmPerPx), scale(up, y * camera.mmPerPx));
  return plus(camera.target, plus(inPlane, scale(toward, -depth * depthMm)));
}

/** Where a point comes to lie on the canvas. */
export function canvasPointOf(camera: Camera, canvas: CanvasSize, point: Triple): CanvasPoint {
  const { right, up } = axesOf(camera);
  const off = minus(point, camera.target);
  return {
    space: 'canvas',
    x: canvas.width / 2 + dot(right, off) / camera.mmPerPx,
    y: canvas.height / 2 - dot(up, off) / camera.mmPerPx,
  };
}
