/**
 * What an adaptive stroke takes, while it is drawn: the host is asked for the new points of the path,
 * one question at a time, and tells the voxels that the stroke will change.
 */

import { toHostError, type Host, type SentStroke } from '../../host';
import type { VoxelRun } from '../../model/voxel-runs';

export interface DabListeners {
  /** There are more runs. */
  readonly onDabs: () => void;
  /** The host refuses; it is not asked again. */
  readonly onFailure: (message: string) => void;
}

/** Points of one question: its address has to stay short. */
const MOST_POINTS = 100;

export class Dabs {
  readonly #host: Host;
  readonly #document: string;
  #runs: readonly VoxelRun[] = [];
  /** Points of the path that were asked for. */
  #nAsked = 0;
  #isAsking = false;
  #isOver = false;
  #latest: { readonly stroke: SentStroke; readonly listeners: DabListeners } | null = null;

  constructor(host: Host, document: string) {
    this.#host = host;
    this.#document = document;
  }

  /** Voxels that the stroke changes, as far as they are known; ever more of them. */
  get runs(): readonly VoxelRun[] {
    return this.#runs;
  }

  /** Takes the stroke as it is now. */
  follow(stroke: SentStroke, listeners: DabListeners): void {
    this.#latest = { stroke, listeners };
    if (!this.#isAsking) void this.#askAll();
  }

  /** The stroke is sent or dropped: nothing more is asked or told. */
  end(): void {
    this.#isOver = true;
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    while (!this.#isOver && this.#latest !== null) {
      const { stroke, listeners } = this.#latest;
      if (this.#nAsked >= stroke.path.length) break;
      // From the last point asked for: what lies between two points is painted too.
      const path = stroke.path.slice(Math.max(this.#nAsked - 1, 0)).slice(0, MOST_POINTS);
      this.#nAsked = Math.max(this.#nAsked - 1, 0) + path.length;
      await this.#ask({ ...stroke, path }, listeners);
    }
    this.#isAsking = false;
  }

  async #ask(stroke: SentStroke, { onFailure }: DabListeners): Promise<void> {
    try {
      const reply = await this.#host.bytes({ kind: 'dabs', document: this.#document, stroke });
      if (this.#isOver || reply.kind !== 'dabs') return;
      this.#runs = [...this.#runs, ...runsOf(reply.runs)];
      this.#latest?.listeners.onDabs();
    } catch (reason) {
      if (!this.#isOver) onFailure(toHostError(reason).message);
      this.#isOver = true;
    }
  }
}

function runsOf(numbers: Uint32Array): VoxelRun[] {
  return Array.from({ length: numbers.length / 4 }, (_, n) => {
    const [i = 0, j = 0, k = 0, length = 0] = numbers.subarray(4 * n, 4 * n + 4);
    return { i, j, k, n: length };
  });
}
