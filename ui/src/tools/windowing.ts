/** Changing window width and level by dragging. */

import { canvasVector, type CanvasPoint } from '../model/space';
import { dragWindow, type GreyWindow } from '../model/window';

export interface Windowing {
  readonly kind: 'window';
  readonly start: CanvasPoint;
  readonly startWindow: GreyWindow;
}

export function startWindowing(at: CanvasPoint, window: GreyWindow): Windowing {
  return { kind: 'window', start: at, startWindow: window };
}

export function moveWindowing(
  windowing: Windowing,
  at: CanvasPoint,
  rangeWidth: number,
): GreyWindow {
  const { dx, dy } = canvasVector(windowing.start, at);
  return dragWindow(windowing.startWindow, dx, dy, rangeWidth);
}
