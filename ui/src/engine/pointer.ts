/** Turns a pane's DOM events into what tools understand: presses, points and wheel movement. */

import type { CanvasPoint } from '../model/space';
import type { Pane } from './pane';

export interface ModifierInput {
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
}

export interface PressInput extends ModifierInput {
  /** `eraser` is the other end of a pen. */
  readonly button: 'left' | 'middle' | 'right' | 'eraser';
  /** A finger, where a pen was seen: the hand that holds it rests on the screen. */
  readonly isBesidePen: boolean;
  readonly at: CanvasPoint;
}

export interface WheelInput extends ModifierInput {
  readonly delta: number;
  readonly unit: 'pixel' | 'line' | 'page';
  readonly at: CanvasPoint;
  /** On the page's clock, ms. */
  readonly time: number;
}

export type Fingers = readonly [CanvasPoint, CanvasPoint];

export interface PointerHandlers {
  readonly onPress: (press: PressInput) => void;
  /** While pressed: every place the pen was at since the last call, also those between two frames. */
  readonly onDrag: (points: readonly CanvasPoint[]) => void;
  readonly onRelease: () => void;
  /** The system took the pen away, or the user thinks better of it: nothing may come of the gesture. */
  readonly onAbort: () => void;
  /** Two fingers are down. What the first began is aborted before. */
  readonly onPinchStart: (fingers: Fingers) => void;
  readonly onPinch: (fingers: Fingers) => void;
  readonly onHover: (at: CanvasPoint | null, modifiers: ModifierInput) => void;
  readonly onWheel: (wheel: WheelInput) => void;
  readonly onDoubleClick: () => void;
}

/** A pen was near: fingers no longer draw. */
let hasPen = false;

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
  /** Fingers on the screen, in the order they came. */
  const fingers = new Map<number, CanvasPoint>();
  const pointOf = (event: MouseEvent) => pane.canvasPointAt(event.clientX, event.clientY);

  target.addEventListener(
    'pointerdown',
    (event) => {
      const button = buttonOf(event.button);
      hasPen ||= event.pointerType === 'pen';
      if (event.pointerType === 'touch' && (pen === null || fingers.has(pen))) {
        fingers.set(event.pointerId, pointOf(event));
        if (fingers.size > 1) {
          if (pen !== null) handlers.onAbort();
          pen = null;
          const two = twoOf(fingers);
          if (two !== null) handlers.onPinchStart(two);
          return;
        }
      }
      if (pen !== null || button === null) return;
      target.focus({ preventScroll: true });
      target.setPointerCapture(event.pointerId);
      pen = event.pointerId;
      // A middle press would start the browser's own scrolling.
      if (button === 'middle') event.preventDefault();
      handlers.onHover(pointOf(event), modifiersOf(event));
      handlers.onPress({
        button,
        ...modifiersOf(event),
        isBesidePen: hasPen && event.pointerType === 'touch',
        at: pointOf(event),
      });
    },
    { signal },
  );
  target.addEventListener(
    'pointermove',
    (event) => {
      hasPen ||= event.pointerType === 'pen';
      if (fingers.has(event.pointerId)) fingers.set(event.pointerId, pointOf(event));
      if (fingers.size > 1) {
        const two = twoOf(fingers);
        if (two !== null) handlers.onPinch(two);
        return;
      }
      handlers.onHover(pointOf(event), modifiersOf(event));
      if (event.pointerId !== pen) return;
      handlers.onDrag(eventsBetween(event).map(pointOf));
    },
    { signal },
  );
  target.addEventListener(
    'pointerup',
    (event) => {
      fingers.delete(event.pointerId);
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
      fingers.delete(event.pointerId);
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
  target.addEventListener('pointerleave', (event) => handlers.onHover(null, modifiersOf(event)), {
    signal,
  });
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
        ...modifiersOf(event),
        at: pointOf(event),
        time: performance.now(),
      });
    },
    { signal, passive: false },
  );
  return () => listeners.abort();
}

function modifiersOf({ shiftKey, ctrlKey, metaKey, altKey }: MouseEvent): ModifierInput {
  return { shift: shiftKey, ctrl: ctrlKey || metaKey, alt: altKey };
}

/** The first two; a third finger changes nothing. */
function twoOf(fingers: ReadonlyMap<number, CanvasPoint>): Fingers | null {
  const [first, second] = fingers.values();
  return first === undefined || second === undefined ? null : [first, second];
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
    case 5:
      return 'eraser';
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
