/** Keys of a plane that has the focus. */

import type { Plane } from '../../model/plane';
import type { Axis } from '../../model/space';
import { isTaken } from '../../shared/keys';

/** Whether a key is not the viewer's: it is part of a shortcut, or meant for a field or a dialog. */
export function isElsewhere(event: KeyboardEvent): boolean {
  const { defaultPrevented, ctrlKey, metaKey, altKey } = event;
  // A dialog that lost the focus still has its keys.
  const isInDialog = document.querySelector('dialog[open]') !== null;
  return defaultPrevented || ctrlKey || metaKey || altKey || isInDialog || isTaken(event);
}

/** Right and down on the screen, for each arrow. */
export const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
} as const;

/** Whether arrows are for what is on a plane: they belong to what has the focus, unless that is one or nothing. */
export function isOnPlane(target: EventTarget | null): boolean {
  return (
    target instanceof Element && (target === document.body || target.closest('.planes') !== null)
  );
}

/** Whether a key is for scissors: the space that they cut in has the focus. */
export function isForScissors({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('.box.cutting') !== null;
}

/** How many slices a key scrolls; null for other keys. `Infinity` goes to the end. */
export function slicesByKey({
  key,
  shiftKey,
  ctrlKey,
  altKey,
  metaKey,
}: KeyboardEvent): number | null {
  if (ctrlKey || altKey || metaKey) return null;
  const step = shiftKey ? 5 : 1;
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return step;
    case 'ArrowDown':
    case 'ArrowLeft':
      return -step;
    case 'PageUp':
      return 10;
    case 'PageDown':
      return -10;
    case 'Home':
      return -Infinity;
    case 'End':
      return Infinity;
    default:
      return null;
  }
}

/** A step of the crosshair within its plane. */
export interface CrosshairStep {
  readonly axis: Axis;
  readonly nVoxels: number;
}

/** Ctrl with an arrow moves the crosshair that way on the screen; null for other keys. */
export function crosshairStepByKey(
  { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent,
  { columnAxis, rowAxis, isColumnFlipped, isRowFlipped }: Plane,
): CrosshairStep | null {
  if (!(ctrlKey || metaKey) || altKey) return null;
  const step = shiftKey ? 5 : 1;
  const across = { axis: columnAxis, nVoxels: isColumnFlipped ? -step : step };
  const down = { axis: rowAxis, nVoxels: isRowFlipped ? -step : step };
  switch (key) {
    case 'ArrowRight':
      return across;
    case 'ArrowLeft':
      return { ...across, nVoxels: -across.nVoxels };
    case 'ArrowDown':
      return down;
    case 'ArrowUp':
      return { ...down, nVoxels: -down.nVoxels };
    default:
      return null;
  }
}
