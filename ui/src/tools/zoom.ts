/** Zooming about the place where the drag began, or under the cursor. */

import type { Plane } from '../model/plane';
import type { CanvasPoint } from '../model/space';
import { zoomView, type CanvasSize, type View } from '../model/view';

export interface Zoom {
  readonly kind: 'zoom';
  readonly start: CanvasPoint;
  readonly startView: View;
}

/** A drag over so many px doubles or halves. */
const PX_PER_DOUBLING = 120;
/** Zoom of one wheel notch or key press. */
export const ZOOM_STEP = 1.15;

export function startZoom(at: CanvasPoint, view: View): Zoom {
  return { kind: 'zoom', start: at, startView: view };
}

/** Up zooms in, down zooms out. */
export function moveZoom(zoom: Zoom, plane: Plane, canvas: CanvasSize, at: CanvasPoint): View {
  const factor = 2 ** ((zoom.start.y - at.y) / PX_PER_DOUBLING);
  return zoomView(plane, zoom.startView, canvas, zoom.start, factor);
}
