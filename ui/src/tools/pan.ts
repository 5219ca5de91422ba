/** Dragging the image. */

import { canvasVector, type CanvasPoint } from '../model/space';
import type { Plane } from '../model/plane';
import { panView, type View } from '../model/view';

export interface Pan {
  readonly kind: 'pan';
  readonly start: CanvasPoint;
  readonly startView: View;
}

export function startPan(at: CanvasPoint, view: View): Pan {
  return { kind: 'pan', start: at, startView: view };
}

/** The view with the pen at `at`; the place that was grasped stays under the pen. */
export function movePan(pan: Pan, plane: Plane, at: CanvasPoint): View {
  return panView(plane, pan.startView, canvasVector(pan.start, at));
}
