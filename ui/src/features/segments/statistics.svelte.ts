/** Measures of the segments, asked for again once editing pauses. */
import { toHostError, type Host } from '../../host';
import type { SegmentStatistics, Statistics, WireError } from '../../host/wire';
import { debounced } from '../../shared/debounce';

/** A stroke is followed by the next within this time while somebody paints. */
const PAUSE_MS = 350;

/** The latest measures of one document; old ones stay until newer ones are there. */
export class StatisticsState {
  latest: Statistics | null = $state.raw(null);
  error: WireError | null = $state.raw(null);
  #wanted = $state(-1);
  readonly isStale: boolean = $derived(this.latest === null || this.latest.revision < this.#wanted);
  readonly #host: Host;
  readonly #document: string;
  readonly #later = debounced(PAUSE_MS, () => void this.#measure());

  constructor(host: Host, document: string) {
    this.#host = host;
    this.#document = document;
  }

  /** Says that the document is at `revision` now. */
  want(revision: number): void {
    if (revision <= this.#wanted) return;
    this.#wanted = revision;
    this.#later.schedule();
  }

  /** Measures of a segment, if there are any yet. */
  of(segment: string): SegmentStatistics | null {
    return this.latest?.segments.find((measures) => measures.segment === segment) ?? null;
  }

  /** Calls off what is due. */
  dispose(): void {
    this.#later.cancel();
  }

  async #measure(): Promise<void> {
    const wanted = this.#wanted;
    try {
      const statistics = await this.#host.call('statistics', { document: this.#document });
      if (this.latest === null || statistics.revision >= this.latest.revision) {
        this.latest = statistics;
      }
      this.error = null;
    } catch (reason) {
      if (wanted === this.#wanted) this.error = toHostError(reason).wire;
    }
  }
}
