/** Does what a key stands for, anywhere in the window. */
import { keysOfEvent } from './combination';
import type { HeldKeys } from './held';
import type { Combinations, Keyed } from './combinations.svelte';

/** What a key can do. */
export interface Doable extends Keyed {
  readonly run: () => void;
  readonly isEnabled?: () => boolean;
  /** Does it until the answer is called. */
  readonly hold?: () => () => void;
}

/** Runs the action whose keys are pressed. Keys written into a field or a dialog are left alone. */
export function pressKey(
  event: KeyboardEvent,
  actions: readonly Doable[],
  { keymap, held }: { readonly keymap: Combinations; readonly held: HeldKeys },
): void {
  if (event.defaultPrevented || isTaken(event)) return;
  const keys = keysOfEvent(event);
  if (keys === null) return;
  const wanted = actions.filter((action) => keymap.of(action).includes(keys));
  if (wanted.length === 0) return;
  event.preventDefault();
  const action = wanted.find(({ isEnabled }) => isEnabled?.() ?? true);
  if (action?.hold === undefined) action?.run();
  else if (!event.repeat && !held.isDown(event.code)) {
    held.press(event.code, event.timeStamp, action.hold());
  }
}

const DIALOG = 'dialog, [role="dialog"]';

const TEXT =
  'textarea, input:not([type="range"]):not([type="checkbox"]):not([type="radio"]), [contenteditable]';

/** What Space presses; Enter is no action's key without modifiers. */
const PRESSED = 'button, a, summary, input, [role="tab"]';

/** What Ctrl does to a text with letters; with all other keys it moves and deletes. */
const EDITS_TEXT = 'acvxyz';

/** Whether a key is meant for a field, a dialog, or what it presses. */
export function isTaken({ target, key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(DIALOG) !== null) return true;
  const isLetter = key.length === 1;
  if ((ctrlKey || metaKey) && isLetter) {
    return target.closest(TEXT) !== null && EDITS_TEXT.includes(key.toLowerCase());
  }
  const fields = `select, ${TEXT}`;
  return target.closest(key === ' ' ? `${fields}, ${PRESSED}` : fields) !== null;
}
