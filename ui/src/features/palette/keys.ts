/** Key combinations as text, such as `Ctrl+Shift+Z`, and whether an event is one of them. */

/** What of a keyboard event matters here. */
export interface Keystroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Keys whose name is shown as a sign. */
const SIGNS: Readonly<Record<string, string>> = {
  '↑': 'arrowup',
  '↓': 'arrowdown',
  '←': 'arrowleft',
  '→': 'arrowright',
};

/**
 * Whether an event is the combination `keys`. `Ctrl` is also the Mac's command key. Shift is only
 * compared for letters and named keys: `?` is typed with Shift on some keyboards and not on others.
 */
export function matchesKeys(event: Keystroke, keys: string): boolean {
  const parts = keys.split('+').map((part) => part.trim().toLowerCase());
  const shown = parts.at(-1) ?? '';
  const key = SIGNS[shown] ?? shown;
  const wants = (modifier: string) => parts.slice(0, -1).includes(modifier);
  const isSymbol = key.length === 1 && !/[a-z0-9]/.test(key);
  return (
    event.key.toLowerCase() === key &&
    (event.ctrlKey || event.metaKey) === wants('ctrl') &&
    event.altKey === wants('alt') &&
    (isSymbol || event.shiftKey === wants('shift'))
  );
}

/** Input types whose keys are text rather than commands. */
const TEXT_INPUTS = new Set(['text', 'search', 'number', 'url', 'email', 'password', 'tel']);

/** Whether keys pressed on an element write text there, and so are not commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.has(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
