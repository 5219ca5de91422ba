/** Key combinations as text, such as `Ctrl+Shift+Z`, and whether an event is one of them. */

/** What of a keyboard event matters here. */
export interface Keystroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Keys that are shown by another name than the event has. */
const SHOWN: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
};

const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Dead']);

/**
 * The combination of an event; null while only modifiers are down. `Ctrl` is also the Mac's command key.
 * Shift only counts with letters and named keys: `?` is typed with Shift on some keyboards and not on others.
 */
export function keysOfEvent(event: Keystroke): string | null {
  if (MODIFIERS.has(event.key)) return null;
  const key = SHOWN[event.key] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  const hasShift = event.shiftKey && !isSymbol(key);
  return [
    ...(event.ctrlKey || event.metaKey ? ['Ctrl'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(hasShift ? ['Shift'] : []),
    key,
  ].join('+');
}

/** Whether an event is the combination `keys`. */
export function matchesKeys(event: Keystroke, keys: string): boolean {
  return keysOfEvent(event) === keys;
}

/** Digits too: some keyboards type them with Shift. */
function isSymbol(key: string): boolean {
  return key.length === 1 && key.toLowerCase() === key.toUpperCase();
}

/** Keys that move the focus, press what has it, or move about the plane that has it. */
const FIXED =
  /^(Shift\+)?(Tab|Enter|Esc|Space|PageUp|PageDown|Home|End)$|^(Ctrl\+)?(Shift\+)?[↑↓←→]$/;

/** Whether a combination always means the same, and cannot be given to an action by the user. */
export function isFixed(keys: string): boolean {
  return FIXED.test(keys);
}
