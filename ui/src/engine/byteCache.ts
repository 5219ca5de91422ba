/** A cache that forgets what was used longest ago once its byte budget is spent. */

interface Entry<T> {
  readonly value: T;
  readonly nBytes: number;
}

export class ByteCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #budget: number;
  #nBytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  get nBytes(): number {
    return this.#nBytes;
  }

  /** The value, which then counts as just used. */
  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // A Map keeps insertion order: the first key is the one used longest ago.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Keeps a value even if it alone is beyond the budget: it is about to be shown. */
  set(key: string, value: T, nBytes: number): void {
    this.delete(key);
    this.#entries.set(key, { value, nBytes });
    this.#nBytes += nBytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#nBytes <= this.#budget || oldest === key) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#nBytes -= entry.nBytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#nBytes = 0;
  }
}
