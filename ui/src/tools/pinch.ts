/** Two fingers on the image: what lies under them stays there, as far as moving and zooming can. */

import { canvasPoint, canvasVector, type CanvasPoint } from '../model/space';
import type { Plane } from '../model/plane';
import { panView, zoomView, type CanvasSize, type View } from '../model/view';

export type Fingers = readonly [CanvasPoint, CanvasPoint];

export interface Pinch {
  readonly start: Fingers;
  readonly startView: View;
}

/** Fingers closer than so many px tell no zoom. */
const LEAST_PX = 8;

export function startPinch(fingers: Fingers, view: View): Pinch {
  return { start: fingers, startView: view };
}

/** The view with the fingers at `fingers`. */
export function movePinch(pinch: Pinch, plane: Plane, canvas: CanvasSize, fingers: Fingers): View {
  const [before, after] = [middleOf(pinch.start), middleOf(fingers)];
  const factor = distanceOf(fingers) / distanceOf(pinch.start);
  const zoomed = zoomView(plane, pinch.startView, canvas, before, factor);
  return panView(plane, zoomed, canvasVector(before, after));
}

function middleOf([a, b]: Fingers): CanvasPoint {
  return canvasPoint((a.x + b.x) / 2, (a.y + b.y) / 2);
}

function distanceOf([a, b]: Fingers): number {
  return Math.max(LEAST_PX, Math.hypot(a.x - b.x, a.y - b.y));
}
