/** Small settings of this window's user, kept by the browser; losing them costs nothing. */

const PREFIX = 'annotomy.';

/** The remembered number, kept within bounds, or `fallback`. */
export function recallNumber(name: string, fallback: number, min: number, max: number): number {
  const text = recallText(name);
  const value = text === null ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : fallback;
}

/** The remembered choice, or `fallback` when it is none of `choices`. */
export function recallChoice<Choice extends string>(
  name: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  const text = recallText(name);
  return choices.find((choice) => choice === text) ?? fallback;
}

/** Remembers a value; does nothing where storage is denied. */
export function remember(name: string, value: string | number): void {
  try {
    localStorage.setItem(PREFIX + name, String(value));
  } catch {
    // Storage may be full or denied: the setting then lasts as long as the window.
  }
}

/** The remembered text, if there is any. */
export function recallText(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}
