/** Keys of the viewer: letters for actions anywhere on the screen, arrows on a plane that has the focus. */

import type { Action } from '../../model/actions';

/** Runs the action whose key was pressed. Keys written into a field or a dialog are left alone. */
export function runByKey(actions: readonly Action[], event: KeyboardEvent): void {
  if (isElsewhere(event)) return;
  const pressed = event.key.toUpperCase();
  const action = actions.find(({ keys }) => keys.includes(pressed));
  if (action === undefined || !(action.isEnabled?.() ?? true)) return;
  event.preventDefault();
  action.run();
}

/** Whether a key is not the viewer's: it is part of a shortcut, or meant for a field or a dialog. */
export function isElsewhere(event: KeyboardEvent): boolean {
  const { defaultPrevented, ctrlKey, metaKey, altKey, target } = event;
  return defaultPrevented || ctrlKey || metaKey || altKey || isTaken(target);
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

function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest(
      'dialog, [role="dialog"], select, textarea, input:not([type="range"]):not([type="checkbox"]):not([type="radio"]), [contenteditable]',
    ) !== null
  );
}
