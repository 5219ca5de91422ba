/** A set of handlers that are told the same thing. */

export class Listeners<T> {
  readonly #handlers = new Set<(value: T) => void>();

  /** Adds a handler; the answer removes it. */
  add(handler: (value: T) => void): () => void {
    // Wrapped, so that the same function added twice is told twice and removed once.
    const own = (value: T) => handler(value);
    this.#handlers.add(own);
    return () => this.#handlers.delete(own);
  }

  emit(value: T): void {
    for (const handler of [...this.#handlers]) handler(value);
  }
}
