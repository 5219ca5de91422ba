/** Measures of the segments, asked for again once editing pauses. */
import { toHostError, type Host } from '../../host';
import type { SegmentStatistics, Statistics, WireError } from '../../host/wire';
import { debounced } from '../../shared/debounce';

/** A stroke is followed by the next within this time while somebody paints. */
const PAUSE_MS = 350;

/** What is to be measured. */
export interface Wanted {
  readonly document: string;
  readonly revision: number;
  /** The volume of the image whose values count. */
  readonly volume: number;
}

/** The latest measures of the document shown; old ones stay until newer ones are there. */
export class StatisticsState {
  latest: Statistics | null = $state.raw(null);
  error: WireError | null = $state.raw(null);
  #wanted: Wanted = $state.raw({ document: '', revision: -1, volume: 0 });
  /** What the latest ones are of. */
  #measured: Wanted | null = $state.raw(null);
  readonly isStale: boolean = $derived(
    this.latest === null ||
      this.latest.revision < this.#wanted.revision ||
      !isSamePlace(this.#measured, this.#wanted),
  );
  readonly #host: Host;
  readonly #later = debounced(PAUSE_MS, () => void this.#measure());

  constructor(host: Host) {
    this.#host = host;
  }

  /** Says which document is shown, its revision, and the volume of the image. */
  want(wanted: Wanted): void {
    const before = this.#wanted;
    if (wanted.revision <= before.revision && isSamePlace(before, wanted)) return;
    this.#wanted = wanted;
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
      const { document, volume } = wanted;
      const statistics = await this.#host.call('statistics', { document, volume });
      if (!isSamePlace(wanted, this.#wanted)) return;
      const isOlder = this.latest !== null && statistics.revision < this.latest.revision;
      if (!isOlder || this.#measured?.document !== document) {
        this.latest = statistics;
        this.#measured = wanted;
      }
      this.error = null;
    } catch (reason) {
      if (wanted === this.#wanted) this.error = toHostError(reason).wire;
    }
  }
}

function isSamePlace(a: Wanted | null, b: Wanted): boolean {
  return a?.document === b.document && a.volume === b.volume;
}
