/** The patient's directions in a corner of the space: a cross with letters at its ends. */

import { dot } from '../../model/affine';
import type { Triple } from '../../model/space';
import type { CanvasSize } from '../../model/view';
import { axesOf, type Camera } from './camera';

const ENDS: readonly (readonly [string, Triple])[] = [
  ['L', [1, 0, 0]],
  ['R', [-1, 0, 0]],
  ['P', [0, 1, 0]],
  ['A', [0, -1, 0]],
  ['S', [0, 0, 1]],
  ['I', [0, 0, -1]],
];
const ARM_PX = 30;
const MARGIN_PX = 48;

export function drawLetters(
  context: CanvasRenderingContext2D,
  camera: Camera,
  canvas: CanvasSize,
  pixelRatio: number,
): void {
  const { right, up, toward } = axesOf(camera);
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const [x0, y0] = [MARGIN_PX, canvas.height - MARGIN_PX];
  const farthestFirst = ENDS.toSorted(([, a], [, b]) => dot(a, toward) - dot(b, toward));
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [letter, way] of farthestFirst) {
    const [x, y] = [x0 + ARM_PX * dot(right, way), y0 - ARM_PX * dot(up, way)];
    const share = (dot(way, toward) + 1) / 2;
    context.globalAlpha = 0.3 + 0.7 * share;
    context.strokeStyle = '#8fa3bd';
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x, y);
    context.stroke();
    context.font = `600 ${11 + 2 * share}px system-ui, sans-serif`;
    context.fillStyle = '#000000';
    context.fillRect(x - 6, y - 7, 12, 14);
    context.fillStyle = '#e8eef6';
    context.fillText(letter, x, y);
  }
  context.globalAlpha = 1;
}
