/** What the pen and the wheel do on a pane: runs the tools' reducers and hands on what they give. */

import type { Pane } from '../../engine/pane';
import type { PointerHandlers, PressInput, WheelInput } from '../../engine/pointer';
import type { Document, Segment } from '../../host/wire';
import { gestureOf, wheelDeedOf } from '../../tools/binding';
import type { OutlineDraft } from '../../tools/outline-draft';
import { movePan, startPan, type Pan } from '../../tools/pan';
import { movePinch, startPinch, type Pinch } from '../../tools/pinch';
import { canvasPointOf } from '../../tools/place';
import { scrollBy, STILL } from '../../tools/scroll';
import { extendStroke, startStroke, type Stroke } from '../../tools/stroke';
import { moveWindowing, startWindowing, type Windowing } from '../../tools/windowing';
import { moveZoom, startZoom, ZOOM_STEP, type Zoom } from '../../tools/zoom';
import { zoomView } from '../../model/view';
import type { CanvasPoint } from '../../model/space';
import { mouseRules } from '../../shared/keys';
import { t } from '../../shared/messages';
import { drawableOn, fillAt } from './drawing';
import { Dabs } from './dabs';
import { arrange, maximisedOrAll } from './layout';
import { beginLine, dragLine, dropLine, endLine, gripUnder, type LineDrag } from './lines';
import {
  beginOutline,
  doubleClickOutline,
  endOutline,
  extendOutline,
  outlineCursor,
} from './outlines';
import { previewOf, strokeOf } from './painting';
import type { ViewerSession } from './session';
import { steppedBrush } from './state';
import { crossingOf } from './turning';

/** A stroke keeps what it paints with until pen up, whatever is chosen meanwhile. */
interface Painting {
  readonly kind: 'painting';
  readonly id: number;
  readonly stroke: Stroke;
  /** What an adaptive brush takes, as far as the host has said. */
  readonly dabs: Dabs | null;
  readonly segment: Segment;
  /** As it was at pen down. */
  readonly document: Document;
}

type Gesture =
  | { readonly kind: 'none' }
  | { readonly kind: 'crosshair' }
  /** With the outline as it was at pen down. */
  | { readonly kind: 'outline'; readonly before: OutlineDraft | null }
  | { readonly kind: 'shape' }
  | LineDrag
  | Pan
  | Zoom
  | Windowing
  | Painting;

const NONE: Gesture = { kind: 'none' };

let nStrokes = 0;

/** Handlers of one pane. */
export function gesturesOn(session: ViewerSession, pane: Pane): PointerHandlers {
  let gesture: Gesture = NONE;
  let scroll = STILL;
  let pinch: Pinch | null = null;
  return {
    onPress: (press) => {
      gesture = begin(session, pane, press);
    },
    onDrag: (points) => {
      gesture = drag(session, pane, gesture, points);
    },
    onRelease: () => {
      if (gesture.kind === 'painting') commit(session, gesture);
      if (gesture.kind === 'outline') endOutline(session);
      if (gesture.kind === 'shape') session.shapes.release(pane);
      if (gesture.kind === 'line') endLine(session, gesture);
      gesture = NONE;
    },
    onAbort: () => {
      if (gesture.kind === 'painting') drop(session, gesture);
      if (gesture.kind === 'outline') session.outline = gesture.before;
      if (gesture.kind === 'shape') session.shapes.abort();
      if (gesture.kind === 'line') dropLine(session, gesture);
      gesture = NONE;
    },
    onPinchStart: (fingers) => {
      pinch = startPinch(fingers, pane.view);
    },
    onPinch: (fingers) => {
      if (pinch !== null) pane.view = movePinch(pinch, pane.shownPlane, pane.canvas, fingers);
    },
    onHover: (at, { shift }) => {
      session.hover(pane, at);
      if (gesture.kind === 'none') pane.cursor = cursorAt(session, pane, at);
      if (at === null || !shift || gesture.kind !== 'none' || !mouseRules().isCrosshairLed) return;
      drag(session, pane, { kind: 'crosshair' }, [at]);
    },
    onWheel: (wheel) => {
      const deed = wheelDeedOf(mouseRules(), session.state.tool, wheel);
      if (deed === null) return;
      if (deed === 'zoom') return zoomByWheel(pane, wheel);
      if (deed === 'size') return resizeByWheel(session, wheel);
      const turned = scrollBy(scroll, wheel.delta, wheel.unit);
      scroll = turned.scroll;
      // A stroke stays on its slice.
      if (turned.nSlices === 0 || gesture.kind === 'painting' || gesture.kind === 'line') return;
      if (deed === 'volume') session.stepBy(turned.nSlices > 0 ? 1 : -1);
      else session.scroll(pane.plane, turned.nSlices, wheel.time);
    },
    onDoubleClick: () => {
      if (session.state.tool === 'navigate') toggleMaximised(session, pane);
      if (session.state.tool === 'draw') doubleClickOutline(session);
    },
  };
}

export function toggleMaximised(session: ViewerSession, { plane }: Pane): void {
  arrange(session, maximisedOrAll(session.state, plane.name));
}

/** What a click with the tool in hand does, at the crosshair: for the keyboard. */
export function useAtCrosshair(session: ViewerSession, pane: Pane): void {
  const shown = session.shownSlice(pane);
  if (shown === null) return;
  const at = canvasPointOf(shown, crossingOf(session.grid, session.state));
  const plain = { shift: false, ctrl: false, alt: false, isBesidePen: false };
  const { onPress, onRelease } = gesturesOn(session, pane);
  onPress({ ...plain, button: 'left', at });
  onRelease();
}

function begin(session: ViewerSession, pane: Pane, press: PressInput): Gesture {
  const { at } = press;
  if (press.button === 'left' && !press.isBesidePen) {
    const line = beginLine(session, pane, at, press.shift);
    if (line !== null) return line;
  }
  switch (gestureOf(mouseRules(), session.state.tool, press)) {
    case 'pan':
      return startPan(at, pane.view);
    case 'zoom':
      return startZoom(at, pane.view);
    case 'window':
      return startWindowing(at, session.state.window);
    case 'crosshair':
      if (session.shapes.grabActive(pane, at)) return { kind: 'shape' };
      return drag(session, pane, { kind: 'crosshair' }, [at]);
    case 'shape':
      return session.shapes.press(pane, at, press.alt) ? { kind: 'shape' } : NONE;
    case 'paint':
      return beginStroke(session, pane, 'paint', at);
    case 'erase':
      return beginStroke(session, pane, 'erase', at);
    case 'draw':
      return outlineGesture(session, pane, press);
    case 'fill':
      fillAt(session, pane, at);
      return NONE;
    case null:
      return NONE;
  }
}

function outlineGesture(session: ViewerSession, pane: Pane, { at, alt }: PressInput): Gesture {
  const before = session.outline;
  return beginOutline(session, pane, at, alt) ? { kind: 'outline', before } : NONE;
}

function cursorAt(session: ViewerSession, pane: Pane, at: CanvasPoint | null): string {
  if (at !== null && session.state.tool === 'draw') return outlineCursor(session, pane, at);
  const grip = at === null ? null : gripUnder(session, pane, at);
  if (grip === null) return '';
  return grip.does === 'turn' ? 'grab' : 'move';
}

function beginStroke(
  session: ViewerSession,
  pane: Pane,
  mode: Stroke['mode'],
  at: CanvasPoint,
): Gesture {
  const drawable = drawableOn(session, pane);
  if (drawable === null) return NONE;
  const { document, segment, shown } = drawable;
  const { brushForm, isBrushAdaptive, brushTolerance } = session.state;
  const plain = { radiusMm: session.brushRadiusMm, form: brushForm };
  if (isBrushAdaptive && pane.frame?.slab !== null) {
    // Its values are not those of the voxels in the middle.
    session.notify(t('viewer.cannot_adapt.slab'));
    return NONE;
  }
  nStrokes += 1;
  const brush = isBrushAdaptive ? { ...plain, tolerance: brushTolerance } : plain;
  const stroke = startStroke(shown, mode, brush, at);
  const dabs = isBrushAdaptive ? new Dabs(session.host, document.id) : null;
  return draw(session, { kind: 'painting', id: nStrokes, stroke, dabs, segment, document });
}

function drag(
  session: ViewerSession,
  pane: Pane,
  gesture: Gesture,
  points: readonly CanvasPoint[],
): Gesture {
  const at = points.at(-1);
  if (at === undefined) return gesture;
  switch (gesture.kind) {
    case 'none':
      return gesture;
    case 'pan':
      pane.view = movePan(gesture, pane.shownPlane, at);
      return gesture;
    case 'zoom':
      pane.view = moveZoom(gesture, pane.shownPlane, pane.canvas, at);
      return gesture;
    case 'window':
      session.setWindow(moveWindowing(gesture, at, session.rangeWidth));
      return gesture;
    case 'crosshair': {
      const shown = session.shownSlice(pane);
      if (shown !== null) session.moveCrosshairUnder(shown, at);
      return gesture;
    }
    case 'line':
      return dragLine(session, gesture, at);
    case 'outline':
      extendOutline(session, points);
      return gesture;
    case 'shape':
      session.shapes.drag(points);
      return gesture;
    case 'painting': {
      return draw(session, { ...gesture, stroke: extendStroke(gesture.stroke, points) });
    }
  }
}

function draw(session: ViewerSession, painting: Painting): Painting {
  const show = () => session.strokesOf(painting.document.id)?.draw(preview(session, painting));
  painting.dabs?.follow(wireStroke(session, painting), {
    onDabs: show,
    onFailure: (message) => session.notify(message),
  });
  show();
  return painting;
}

function commit(session: ViewerSession, painting: Painting): void {
  painting.dabs?.end();
  const edit = { type: 'stroke', ...wireStroke(session, painting) } as const;
  session.strokesOf(painting.document.id)?.commit(preview(session, painting), edit);
}

function drop(session: ViewerSession, { document, dabs }: Painting): void {
  dabs?.end();
  session.strokesOf(document.id)?.draw(null);
}

function wireStroke({ state, editable }: ViewerSession, { stroke, segment }: Painting) {
  const { overwrite, volume } = state;
  return strokeOf(stroke, segment, { overwrite, editable, volume });
}

function preview(session: ViewerSession, painting: Painting) {
  const { id, segment, document } = painting;
  const now = session.documentById(document.id) ?? document;
  return previewOf(id, painting, segment, now, session.state.overwrite);
}

function zoomByWheel(pane: Pane, { delta, at }: WheelInput): void {
  const factor = delta < 0 ? ZOOM_STEP : 1 / ZOOM_STEP;
  pane.view = zoomView(pane.shownPlane, pane.view, pane.canvas, at, factor);
}

function resizeByWheel(session: ViewerSession, { delta }: WheelInput): void {
  const { brushDiameter } = session.state;
  session.update({ brushDiameter: steppedBrush(brushDiameter, delta < 0 ? 1 : -1) });
}
