/** A look into the past of a document: a moment as it was, or what changed between two. */
import { toHostError, type Host } from '../../host';
import type { Comparison, Document, EditResponse, HistoryEntry, WireError } from '../../host/wire';

/** What is looked at in the place of a document. */
export type Look =
  | {
      readonly kind: 'moment';
      readonly of: string;
      readonly document: Document;
      readonly entry: HistoryEntry;
    }
  | {
      readonly kind: 'comparison';
      readonly of: string;
      readonly document: Document;
      readonly comparison: Comparison;
    };

export interface PastListeners {
  /** Something could not be shown, or not be restored. */
  readonly onFailed: (deed: 'show' | 'restore', error: WireError) => void;
  readonly onRestored: (sequence: number, answer: EditResponse) => void;
}

export class PastState {
  look: Look | null = $state.raw(null);
  isBusy = $state(false);
  readonly #host: Host;
  readonly #listeners: PastListeners;
  #request = 0;

  constructor(host: Host, listeners: PastListeners) {
    this.#host = host;
    this.#listeners = listeners;
  }

  /** The operation after which the document is shown, or the comparison begins. */
  get sequence(): number | null {
    const { look } = this;
    if (look === null) return null;
    return look.kind === 'moment' ? look.entry.sequence : look.comparison.from.sequence;
  }

  /** Shows a document as it was after an operation. */
  show(of: string, sequence: number): Promise<void> {
    return this.#take('show', async () => {
      const { document, entry } = await this.#host.call('show_moment', { document: of, sequence });
      return { kind: 'moment', of, document, entry };
    });
  }

  /** Shows what changed between two moments, whichever is the earlier; `null` is now. */
  compare(of: string, a: number, b: number | null): Promise<void> {
    const [from, to] = b === null ? [a, null] : [Math.min(a, b), Math.max(a, b)];
    return this.#take('show', async () => {
      const request = { document: of, from, to };
      const comparison = await this.#host.call('compare_moments', request);
      return { kind: 'comparison', of, document: comparison.document, comparison };
    });
  }

  /** Makes the document as it was, and goes back to now. */
  restore(of: string, sequence: number): Promise<void> {
    return this.#take('restore', async () => {
      const answer = await this.#host.call('restore_moment', { document: of, sequence });
      this.#listeners.onRestored(sequence, answer);
      return null;
    });
  }

  /** Back to now. */
  leave(): void {
    this.#request += 1;
    this.isBusy = false;
    this.look = null;
  }

  /** Looks at what is answered, unless the user has asked for something else meanwhile. */
  async #take(deed: 'show' | 'restore', ask: () => Promise<Look | null>): Promise<void> {
    this.#request += 1;
    const request = this.#request;
    this.isBusy = true;
    try {
      const look = await ask();
      if (request === this.#request) this.look = look;
    } catch (reason) {
      if (request === this.#request) this.#listeners.onFailed(deed, toHostError(reason).wire);
    } finally {
      if (request === this.#request) this.isBusy = false;
    }
  }
}
