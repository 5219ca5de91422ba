/** Keys that are held: an action lasts as long as its key is down, unless that was but a moment. */

/** A shorter press is a choice that stays. */
export const HOLD_MS = 300;

interface Held {
  readonly since: number;
  readonly end: () => void;
  wasUsed: boolean;
}

/** Keys that are down, by the event's `code`; times are on the page's clock, ms. */
export class HeldKeys {
  readonly #down = new Map<string, Held>();

  isDown(code: string): boolean {
    return this.#down.has(code);
  }

  /** `end` takes back what the key began. */
  press(code: string, now: number, end: () => void): void {
    this.#down.set(code, { since: now, end, wasUsed: false });
  }

  /** The pen went down: what is held is being used, however short. */
  use(): void {
    for (const held of this.#down.values()) held.wasUsed = true;
  }

  release(code: string, now: number): void {
    const held = this.#down.get(code);
    if (held === undefined) return;
    this.#down.delete(code);
    if (held.wasUsed || now - held.since >= HOLD_MS) held.end();
  }

  /** The window is left: no key is heard of any more. The key pressed last ends first. */
  releaseAll(now: number): void {
    for (const code of [...this.#down.keys()].reverse()) this.release(code, now);
  }
}
