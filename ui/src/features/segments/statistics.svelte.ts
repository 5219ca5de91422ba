/** Measures of the segments, asked for again once editing pauses. */
import { toHostError, type Host } from '../../host';
import type { SegmentStatistics, Statistics, WireError } from '../../host/wire';
import { debounced } from '../../shared/debounce';

/** A stroke is followed by the next within this time while somebody paints. */
const PAUSE_MS = 350;

/** What is to be measured. */
interface Wanted {
  readonly revision: number;
  /** The volume of the image whose values count. */
  readonly volume: number;
}

/** The latest measures of one document; old ones stay until newer ones are there. */
export class StatisticsState {
  latest: Statistics | null = $state.raw(null);
  error: WireError | null = $state.raw(null);
  #wanted: Wanted = $state.raw({ revision: -1, volume: 0 });
  /** The volume that the latest ones are of. */
  #volume = $state(0);
  readonly isStale: boolean = $derived(
    this.latest === null ||
      this.latest.revision < this.#wanted.revision ||
      this.#volume !== this.#wanted.volume,
  );
  readonly #host: Host;
  readonly #document: string;
  readonly #later = debounced(PAUSE_MS, () => void this.#measure());

  constructor(host: Host, document: string) {
    this.#host = host;
    this.#document = document;
  }

  /** Says that the document is at `revision` now, and a volume of the image is shown. */
  want(revision: number, volume: number): void {
    const before = this.#wanted;
    if (revision <= before.revision && volume === before.volume) return;
    this.#wanted = { revision: Math.max(revision, before.revision), volume };
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
      const { volume } = wanted;
      const statistics = await this.#host.call('statistics', { document: this.#document, volume });
      if (volume !== this.#wanted.volume) return;
      if (this.latest === null || statistics.revision >= this.latest.revision) {
        this.latest = statistics;
        this.#volume = volume;
      }
      this.error = null;
    } catch (reason) {
      if (wanted === this.#wanted) this.error = toHostError(reason).wire;
    }
  }
}
