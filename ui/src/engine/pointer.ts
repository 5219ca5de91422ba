/** Turns a pane's DOM events into what tools understand: presses, points and wheel movement. */

import type { CanvasPoint } from '../model/space';
import type { Pane } from './pane';

export interface PressInput {
  readonly button: 'left' | 'middle' | 'right';
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly at: CanvasPoint;
}

export interface WheelInput {
  readonly delta: number;
  readonly unit: 'pixel' | 'line' | 'page';
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly at: CanvasPoint;
  /** On the page's clock, ms. */
  readonly time: number;
}

export interface PointerHandlers {
  readonly onPress: (press: PressInput) => void;
  /** While pressed: every place the pen was at since the last call, also those between two frames. */
  readonly onDrag: (points: readonly CanvasPoint[]) => void;
  readonly onRelease: () => void;
  /** The system took the pen away, or the user thinks better of it: nothing may come of the gesture. */
  readonly onAbort: () => void;
  readonly onHover: (at: CanvasPoint | null) => void;
  readonly onWheel: (wheel: WheelInput) => void;
  readonly onDoubleClick: () => void;
}

/** Listens on `target` until the answer is called. */
export function listenToPointer(
  target: HTMLElement,
  pane: Pane,
  handlers: PointerHandlers,
): () => void {
  const listeners = new AbortController();
  const { signal } = listeners;
  /** The pen that is down; other pens are ignored meanwhile. */
  let pen: number | null = null;
  const pointOf = (event: MouseEvent) => pane.canvasPointAt(event.clientX, event.clientY);

  target.addEventListener(
    'pointerdown',
    (event) => {
      const button = buttonOf(event.button);
      if (pen !== null || button === null) return;
      target.focus({ preventScroll: true });
      target.setPointerCapture(event.pointerId);
      pen = event.pointerId;
      // A middle press would start the browser's own scrolling.
      if (button === 'middle') event.preventDefault();
      handlers.onHover(pointOf(event));
      handlers.onPress({
        button,
        shift: event.shiftKey,
        ctrl: event.ctrlKey || event.metaKey,
        at: pointOf(event),
      });
    },
    { signal },
  );
  target.addEventListener(
    'pointermove',
    (event) => {
      handlers.onHover(pointOf(event));
      if (event.pointerId !== pen) return;
      handlers.onDrag(eventsBetween(event).map(pointOf));
    },
    { signal },
  );
  target.addEventListener(
    'pointerup',
    (event) => {
      if (event.pointerId !== pen) return;
      pen = null;
      handlers.onDrag([pointOf(event)]);
      handlers.onRelease();
    },
    { signal },
  );
  target.addEventListener(
    'pointercancel',
    (event) => {
      if (event.pointerId !== pen) return;
      pen = null;
      handlers.onAbort();
    },
    { signal },
  );
  target.addEventListener(
    'keydown',
    (event) => {
      if (pen === null || !isTakingBack(event)) return;
      // Undo would take back what was done before the gesture.
      event.preventDefault();
      event.stopPropagation();
      pen = null;
      handlers.onAbort();
    },
    { signal },
  );
  target.addEventListener('pointerleave', () => handlers.onHover(null), { signal });
  target.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  target.addEventListener('dblclick', () => handlers.onDoubleClick(), { signal });
  target.addEventListener(
    'wheel',
    (event) => {
      // Ctrl and wheel would zoom the whole page.
      event.preventDefault();
      handlers.onWheel({
        // With Shift some browsers turn the wheel sideways.
        delta: event.deltaY === 0 ? event.deltaX : event.deltaY,
        unit: wheelUnitOf(event.deltaMode),
        shift: event.shiftKey,
        ctrl: event.ctrlKey || event.metaKey,
        at: pointOf(event),
        time: performance.now(),
      });
    },
    { signal, passive: false },
  );
  return () => listeners.abort();
}

function isTakingBack({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === 'Escape' || (key.toLowerCase() === 'z' && (ctrlKey || metaKey));
}

/** Every movement since the last frame; older webviews know only the last one. */
function eventsBetween(event: PointerEvent): readonly PointerEvent[] {
  const between = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
  return between.length > 0 ? between : [event];
}

function buttonOf(button: number): PressInput['button'] | null {
  switch (button) {
    case 0:
      return 'left';
    case 1:
      return 'middle';
    case 2:
      return 'right';
    default:
      return null;
  }
}

function wheelUnitOf(mode: number): WheelInput['unit'] {
  switch (mode) {
    case WheelEvent.DOM_DELTA_LINE:
      return 'line';
    case WheelEvent.DOM_DELTA_PAGE:
      return 'page';
    default:
      return 'pixel';
  }
}
